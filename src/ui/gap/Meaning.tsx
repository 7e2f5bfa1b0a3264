import { words } from '../words.ts';
import { type Question, type Remedy, tally } from './answers.ts';
import type { Answers } from './GapView.tsx';

const text = words.gap;

/** What follows from the verdicts, in words. */
export function Meaning({ answers, bounded }: { answers: Answers; bounded: boolean }) {
  const of = (question: Question) => {
    const found = tally(answers, question);
    const names = (remedies: readonly Remedy[]) => remedies.map((remedy) => text.remedies[remedy]);
    return { yes: names(found.yes), no: names(found.no), open: names(found.open) };
  };
  const loss = of('loss');
  const sentences = [text.helps(of('helps')), text.found.loss(loss), text.found.accuracy(of('accuracy'))];
  const told = sentences.filter((sentence) => sentence !== '');
  const conclusion = loss.yes.length > 0 ? 'closed' : loss.no.length > 0 ? 'open' : 'undecided';
  return (
    <section className="gap-meaning" aria-labelledby="gap-means">
      <p>{text.why}</p>
      <h3 id="gap-means">{text.means}</h3>
      {told.length > 0 ? (
        <>
          {told.map((sentence) => (
            <p key={sentence} className="gap-found">
              {sentence}
            </p>
          ))}
          <p>{text.conclusion[conclusion]}</p>
          {bounded && <p className="hint">{text.bound}</p>}
        </>
      ) : (
        <p className="hint">{text.nothingYet}</p>
      )}
    </section>
  );
}
