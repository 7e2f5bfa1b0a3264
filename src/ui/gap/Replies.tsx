import { formatNumber } from '../../analysis/format.ts';
import type { Effect } from '../../experiments/verdict.ts';
import { words } from '../words.ts';
import { type GapAnswer, QUESTIONS, type Question, type Reply } from './answers.ts';

const text = words.gap;
const SIGNS: Readonly<Record<Reply, string>> = { yes: '✓', no: '✗', open: '?' };

/** What an experiment answers, each with its number. */
export function Replies({ answers }: { answers: Partial<Record<Question, GapAnswer>> }) {
  const asked = QUESTIONS.filter((question) => answers[question]);
  if (asked.length === 0) return null;
  return (
    <dl className="gap-replies">
      {asked.map((question) => (
        <Line key={question} question={question} answer={answers[question]!} />
      ))}
    </dl>
  );
}

function Line({ question, answer: { reply, effect } }: { question: Question; answer: GapAnswer }) {
  return (
    <div>
      <dt>{text.questions[question]}</dt>
      <dd>
        <strong className={`gap-reply is-${reply}`}>
          <span aria-hidden="true">{SIGNS[reply]}</span> {text.replies[reply]}
        </strong>
        {effect && <small>{text.effects[question](signed(effect.value), intervalOf(effect))}</small>}
      </dd>
    </div>
  );
}

/** On one line, behind what it is of. */
function intervalOf({ lo, hi }: Effect): string {
  return lo === null || hi === null ? '' : text.interval(signed(lo), signed(hi)).replace(/(?<!,) /g, '\u00a0');
}

/** `−0.168`, with the minus sign of print. */
function signed(value: number): string {
  return formatNumber(value).replace('-', '−');
}
