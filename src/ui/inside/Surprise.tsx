import { Fragment } from 'react';
import { formatLoss, formatPercent } from '../../analysis/format.ts';
import type { AnswerOf, Subject, TokenScores } from '../../lab/protocol.ts';
import { FAMILIES, type FamilyId } from '../../spec/schema.ts';
import { Table } from '../panels/Table.tsx';
import { words } from '../words.ts';
import { Guesses } from './Guesses.tsx';
import { Reply } from './Reply.tsx';
import { Strip } from './Strip.tsx';
import { choose, scoreFrom, useInside, usePlace } from './state.ts';
import { gapOf, nameOf, predictionsAt, surpriseShade } from './tokens.ts';

const text = words.inside.surprise;

type Answer = AnswerOf<'score'>;

/** How surprising each token is to both models, and what they expected instead. */
export function Surprise() {
  const answer = useInside((state) => state.score);
  const subject = useInside((state) => state.subject);
  const problem = useInside((state) => state.problems.score);
  if (!answer || !subject) return problem ? <p className="hint">{words.inside.refused(problem.message)}</p> : null;
  return (
    <section aria-labelledby="inside-surprise">
      <div className="inside-head">
        <h2 id="inside-surprise">{text.title(answer.read.words)}</h2>
        <p className="hint">{text.key}</p>
      </div>
      {problem && <p className="hint">{words.inside.refused(problem.message)}</p>}
      <div className="both">
        {FAMILIES.map((family) => (
          <Reply key={family} family={family} about={text.given[family]} reply={answer.families[family]}>
            {(scores) => <Scores family={family} scores={scores} answer={answer} subject={subject} />}
          </Reply>
        ))}
      </div>
      <More answer={answer} />
      <details className="fold">
        <summary>{text.table}</summary>
        <Numbers answer={answer} />
      </details>
    </section>
  );
}

interface ScoresProps {
  family: FamilyId;
  scores: TokenScores;
  answer: Answer;
  subject: Subject;
}

function Scores({ family, scores, answer, subject }: ScoresProps) {
  const { read, symbols } = answer;
  const place = usePlace(read);
  const { nll, from, top } = scores;
  const tokens = read.tokens.map((token, i) => {
    const own = nll[i - from];
    if (own === undefined) return { text: token, label: `${nameOf(token)}, ${text.unscored}` };
    const label = text.option(nameOf(token), formatLoss(own));
    return { text: token, shade: surpriseShade(own, symbols.length), label };
  });
  const own = nll[place - from];
  const truth = read.tokens[place];
  return (
    <>
      <Strip
        label={text.label(words.families[family].name)}
        tokens={tokens}
        gap={gapOf(read)}
        chosen={place}
        onChoose={choose}
      />
      {own !== undefined && (
        <div className="expected">
          <p aria-live="polite">
            <strong>{text.was(nameOf(truth), formatPercent(Math.exp(-own)), formatLoss(own))}</strong> {text.instead}
          </p>
          <Guesses
            label={text.guess(nameOf(truth))}
            truth={truth}
            guesses={predictionsAt(top, place - from).map(({ id, p }) => ({ token: symbols[id], p }))}
          />
        </div>
      )}
      <Whole family={family} scores={scores} subject={subject} />
    </>
  );
}

/** The loss of the text, and how what is shaded differs from it. */
function Whole({ family, scores: { whole }, subject: { spec } }: Pick<ScoresProps, 'family' | 'scores' | 'subject'>) {
  const { causal, order } = spec.diffusion;
  return (
    <p className="hint">
      {whole === null && text.noWhole}
      {whole && whole.se === null && text.exact(formatLoss(whole.value))}
      {whole &&
        whole.se !== null &&
        (whole.bound === 'upper' ? text.upper : text.chain)(formatLoss(whole.value), formatLoss(whole.se), whole.draws)}
      {family === 'diffusion' && causal && ` ${text.leftOnly}`}
      {family === 'diffusion' && order === 'left-to-right' && ` ${text.leftToRight}`}
    </p>
  );
}

/** Where the text is too long for all of it to be scored at once: which part is, and the way to the next. */
function More({ answer: { read, families } }: { answer: Answer }) {
  const scored = FAMILIES.flatMap((family) => {
    const of = families[family];
    return of && 'reply' in of ? [of.reply] : [];
  });
  const until = Math.min(...scored.map(({ from, nll }) => from + nll.length));
  const from = Math.max(...scored.map((each) => each.from));
  const all = read.tokens.length;
  if (scored.length === 0 || (from === 0 && until >= all)) return null;
  return (
    <p className="hint more">
      {text.some(from + 1, until)}{' '}
      <button type="button" onClick={() => scoreFrom(until < all ? until : 0)}>
        {until < all ? text.next : text.first}
      </button>
    </p>
  );
}

function Numbers({ answer: { read, symbols, families } }: { answer: Answer }) {
  const cells = (family: FamilyId, place: number) => {
    const of = families[family];
    const reply = of && 'reply' in of ? of.reply : undefined;
    const nll = reply?.nll[place - reply.from];
    if (!reply || nll === undefined) return { nats: '–', best: '–' };
    const [best] = predictionsAt(reply.top, place - reply.from);
    return { nats: formatLoss(nll), best: `${nameOf(symbols[best.id])} ${formatPercent(best.p)}` };
  };
  return (
    <Table label={text.caption} columns={text.columns(read.words)} tall>
      <tbody>
        {read.tokens.map((token, place) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a token has no identity but its place
          <tr key={place}>
            <th scope="row">{place + 1}</th>
            <td>{nameOf(token)}</td>
            {FAMILIES.map((family) => {
              const { nats, best } = cells(family, place);
              return (
                <Fragment key={family}>
                  <td>{nats}</td>
                  <td>{best}</td>
                </Fragment>
              );
            })}
          </tr>
        ))}
      </tbody>
    </Table>
  );
}
