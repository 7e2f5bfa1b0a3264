import { useId, useState } from 'react';
import { formatNumber } from '../../analysis/format.ts';
import { told } from '../../analysis/language.ts';
import { SCALES } from '../../experiments/experiment.ts';
import { cellsOf, EXPERIMENTS, experimentOf } from '../../experiments/index.ts';
import { settingTexts } from '../../experiments/settings.ts';
import type { Status } from '../../experiments/verdict.ts';
import { Choices } from '../panels/Field.tsx';
import { Heard } from '../panels/Heard.tsx';
import { usePage } from '../store.ts';
import { words } from '../words.ts';
import { changedChoice, choose, MOST_SEEDS } from './actions.ts';
import { Badge } from './Badge.tsx';
import { Runner } from './Runner.tsx';
import { entryOf } from './shown.ts';
import { isAsWritten, type SweepChoice } from './state.ts';

const text = words.figure.picker;

/** Which experiment, at which size, on how many seeds, and the buttons that run it. */
export function Picker() {
  const choice = usePage(({ figure }) => figure.choice);
  const { experiment, scale } = choice;
  const cells = cellsOf(experimentOf(experiment), scale, choice);
  const seeds = new Set(cells.map(({ seed }) => seed)).size;
  return (
    <div className="setup">
      <h2>{text.title}</h2>
      <fieldset className="experiments">
        <legend className="hidden">{text.label}</legend>
        {EXPERIMENTS.map(({ id, title }) => (
          <label key={id}>
            <input
              type="radio"
              name="experiment"
              checked={id === experiment}
              onChange={() => choose({ experiment: id, scale })}
            />
            <span>
              {told(title)}
              <Recorded experiment={id} />
            </span>
          </label>
        ))}
      </fieldset>
      <div>
        <Choices
          label={text.scale}
          joined
          options={SCALES.map((each) => [each, text.scales[each], text.scalesLong[each]] as const)}
          value={scale}
          onChange={(each) => choose({ experiment, scale: each })}
        />
        <p className="hint">
          {text.scalesLong[scale]}; {text.cells(formatNumber(cells.length / seeds), seeds)}
        </p>
      </div>
      <Changes key={`${experiment} ${scale} ${seeds} ${settingTexts(choice)}`} choice={choice} seeds={seeds} />
      <Runner />
    </div>
  );
}

/** Seeds and settings of one's own. What is typed and does not fit stays, with the reason below it. */
function Changes({ choice, seeds }: { choice: SweepChoice; seeds: number }) {
  const { experiment, scale } = choice;
  const planned = experimentOf(experiment).plans[scale].seeds.length;
  const [count, setCount] = useState(String(seeds));
  const [set, setSet] = useState(settingTexts(choice).join('\n'));
  const [problem, setProblem] = useState<string | null>(null);
  const id = useId();
  const take = (nextCount: string, nextSet: string) => {
    const { choice: next, problem: found } = changedChoice({ experiment, scale }, nextCount, nextSet.split('\n'));
    setProblem(found);
    if (found === null) choose(next);
  };
  return (
    <div className="changes">
      <div className="field seeds">
        <label htmlFor={`${id}-seeds`}>{text.seeds}</label>
        <input
          id={`${id}-seeds`}
          className="number"
          type="number"
          min={1}
          max={MOST_SEEDS}
          value={count}
          aria-describedby={`${id}-about`}
          onChange={(event) => {
            setCount(event.target.value);
            take(event.target.value, set);
          }}
        />
        <p id={`${id}-about`} className="hint">
          {seeds === planned ? text.seedsNote : text.seedsPlanned(planned)}
        </p>
      </div>
      <details open={!isAsWritten(choice) || undefined}>
        <summary>{text.settings}</summary>
        <div className="field">
          <label htmlFor={`${id}-set`} className="hidden">
            {text.settings}
          </label>
          <textarea
            id={`${id}-set`}
            rows={3}
            spellCheck={false}
            placeholder="train.steps=500"
            value={set}
            aria-describedby={`${id}-set-about`}
            onChange={(event) => setSet(event.target.value)}
            onBlur={() => take(count, set)}
          />
          <p id={`${id}-set-about`} className="hint">
            {text.settingsNote}
          </p>
        </div>
      </details>
      {problem !== null && (
        <p className="issue">
          <Heard text={problem} />
        </p>
      )}
    </div>
  );
}

/** The recorded status at the smallest size that has one. */
function Recorded({ experiment }: { experiment: string }) {
  const status = usePage(
    ({ figure }) =>
      SCALES.flatMap((scale) => entryOf(figure, { experiment, scale })?.verdict.status ?? [])[0] as Status | undefined,
  );
  return status ? <Badge status={status} short /> : null;
}
