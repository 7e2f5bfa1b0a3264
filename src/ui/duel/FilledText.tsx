import type { CSSProperties } from 'react';
import { formatPercent } from '../../analysis/format.ts';
import type { AnswerOf } from '../../lab/protocol.ts';
import type { FamilyId } from '../../spec/schema.ts';
import { Guesses } from '../inside/Guesses.tsx';
import { filledAfter, gapOf, nameOf, predictionsAt } from '../inside/tokens.ts';
import { HIDDEN } from '../player.ts';
import { words } from '../words.ts';

const text = words.inside.duel;

interface Props {
  answer: AnswerOf<'fill'>;
  family: FamilyId;
  /** How many gaps have been filled. */
  step: number;
  detailed: boolean;
}

/** The text as a family has filled it after some steps; detailed, with what it expects in the places that are open. */
export function FilledText({ answer, family, step, detailed }: Props) {
  const of = answer.families[family];
  if (!of || !('reply' in of)) return null;
  const { read, holes, symbols } = answer;
  const filled = filledAfter(answer, family, step);
  const next = of.reply.steps[step];
  const expected = new Map(next?.open.map((position, i) => [position, predictionsAt(next.top, i)]));
  const gap = gapOf(read);
  const whole = read.tokens.map((token, position) => {
    if (!holes.includes(position)) return token;
    return filled.get(position)?.token ?? HIDDEN;
  });
  return (
    <>
      <p className="strip filling" aria-hidden="true">
        {read.tokens.map((token, position) => {
          const own = filled.get(position);
          const [guess] = expected.get(position) ?? [];
          const shown = {
            truth: token,
            own,
            guess: detailed && guess ? { ...guess, token: symbols[guess.id] } : undefined,
          };
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: a token has no identity but its place
            <span key={position}>
              {holes.includes(position) ? <Hole {...shown} /> : token}
              {gap}
            </span>
          );
        })}
      </p>
      <p className="hidden">{text.spoken(whole.join(gap))}</p>
      {detailed && (next ? <Next next={next} answer={answer} /> : <p className="hint">{text.done}</p>)}
    </>
  );
}

interface HoleProps {
  truth: string;
  own: { token: string; p: number; order: number } | undefined;
  guess: { token: string; p: number } | undefined;
}

function Hole({ truth, own, guess }: HoleProps) {
  const shade = (p: number) => ({ '--shade': p.toFixed(3) }) as CSSProperties;
  const visible = (token: string) => (token === ' ' ? '␣' : token === '\n' ? '↵' : token);
  if (own)
    return (
      <span
        className={own.token === truth ? 'shaded hole is-right' : 'shaded hole is-wrong'}
        title={text.filled(nameOf(own.token), own.order, formatPercent(own.p))}
        style={shade(own.p)}
      >
        {visible(own.token)}
      </span>
    );
  if (guess)
    return (
      <span className="shaded hole is-guess" style={shade(guess.p)}>
        {visible(guess.token)}
      </span>
    );
  return <span className="shaded hole is-open">{HIDDEN}</span>;
}

type Step = NonNullable<Extract<AnswerOf<'fill'>['families'][FamilyId], { reply: unknown }>>['reply']['steps'][number];

/** What it is about to fill in, and what else it thought of. */
function Next({ next, answer: { symbols, read } }: { next: Step; answer: AnswerOf<'fill'> }) {
  const { filled: first } = next;
  const guesses = predictionsAt(next.top, next.open.indexOf(first.position));
  return (
    <div className="expected">
      <p>{text.next(nameOf(symbols[first.token]), formatPercent(first.p))}</p>
      <Guesses
        label={text.next(nameOf(symbols[first.token]), formatPercent(first.p))}
        truth={read.tokens[first.position]}
        guesses={guesses.map(({ id, p }) => ({ token: symbols[id], p }))}
      />
    </div>
  );
}
