import { formatDuration, formatPower } from '../../analysis/format.ts';
import { told } from '../../analysis/language.ts';
import { settingTexts } from '../../experiments/settings.ts';
import type { Verdict } from '../../experiments/verdict.ts';
import { usePage } from '../store.ts';
import { words } from '../words.ts';
import { changedChoice, choose } from './actions.ts';
import { isSame } from './state.ts';

const text = words.figure.verdict;

/** What would decide an inconclusive verdict, what that takes, and the button that chooses it. */
export function ToDecide({ verdict }: { verdict: Verdict }) {
  const { toDecide } = verdict;
  const choice = usePage(({ figure }) => figure.choice);
  if (!toDecide) return null;
  const { effort, command, scale, seeds } = toDecide;
  const { experiment } = verdict;
  const set = choice.experiment === experiment ? settingTexts(choice) : [];
  const wanted = changedChoice({ experiment, scale }, String(seeds), set).choice;
  const chosen = isSame(wanted, choice);
  return (
    <div className="to-decide">
      <p>
        <strong>{text.toDecide}</strong> {told(toDecide.words)}.{' '}
        {effort && text.effort(formatPower(effort.flops), formatDuration(effort.seconds))}
      </p>
      <p className="hint">
        <code>{command}</code>
      </p>
      {!chosen && (
        <button type="button" onClick={() => choose(wanted)}>
          {text.chooseDeciding}
        </button>
      )}
    </div>
  );
}
