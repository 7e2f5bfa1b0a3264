import type { Criterion, Experiment } from '../../experiments/experiment.ts';
import { judge } from '../../experiments/index.ts';
import { partsOf } from '../../experiments/judge.ts';
import type { Effect, Status, Verdict } from '../../experiments/verdict.ts';

/** The experiments that try to close the gap, in the order in which they are told. */
export const REMEDIES = ['ar-input-masking', 'ar-dropout', 'ar-weight-decay', 'close-the-gap'] as const;
export type Remedy = (typeof REMEDIES)[number];

/** What is asked of each of them. */
export const QUESTIONS = ['helps', 'loss', 'accuracy'] as const;
export type Question = (typeof QUESTIONS)[number];

/** Yes, no, or not decided by these seeds. */
export type Reply = 'yes' | 'no' | 'open';

export interface GapAnswer {
  reply: Reply;
  effect?: Effect;
}

/** What a verdict answers; nothing of a sweep that lacks cells, and nothing that its criterion does not ask. */
export function answersOf(
  experiment: Pick<Experiment, 'claim' | 'criterion'>,
  verdict: Verdict,
): Partial<Record<Question, GapAnswer>> {
  if (verdict.cells.missing.length > 0) return {};
  return Object.fromEntries(
    partsOf(experiment).flatMap(({ criterion }, i) => {
      const question = questionOf(criterion);
      const part = verdict.parts[i];
      if (!question || !part) return [];
      const reply = REPLIES[question][part.status];
      return [[question, { reply, ...(part.effect && { effect: part.effect }) }]];
    }),
  );
}

/** Claimed is that it helps, and that the gap stays open. */
const REPLIES: Readonly<Record<Question, Readonly<Record<Status, Reply>>>> = {
  helps: { reproduced: 'yes', 'not reproduced at this scale': 'no', inconclusive: 'open' },
  loss: { reproduced: 'no', 'not reproduced at this scale': 'yes', inconclusive: 'open' },
  accuracy: { reproduced: 'no', 'not reproduced at this scale': 'yes', inconclusive: 'open' },
};

/** Which question a part of a criterion asks, by what it compares. */
function questionOf(criterion: Criterion): Question | undefined {
  if (criterion.kind !== 'difference' || criterion.sign !== 'positive' || !criterion.minus) return undefined;
  const { of, minus } = criterion;
  if (of.measure !== minus.measure) return undefined;
  if (of.measure === 'testLoss' && of.family === 'ar') {
    if (minus.family === 'diffusion') return 'loss';
    return minus.over ? 'helps' : undefined;
  }
  const gap = of.measure === 'bestAccuracy' && of.family === 'diffusion' && minus.family === 'ar';
  return gap ? 'accuracy' : undefined;
}

/** Who answers a question how: only those that were asked. */
export function tally(
  answers: ReadonlyMap<Remedy, Partial<Record<Question, GapAnswer>>>,
  question: Question,
): Record<Reply, Remedy[]> {
  const of = (reply: Reply) => REMEDIES.filter((remedy) => answers.get(remedy)?.[question]?.reply === reply);
  return { yes: of('yes'), no: of('no'), open: of('open') };
}

/** The command that runs a remedy's experiment at a size. */
export function commandFor(experiment: Experiment): string {
  return judge(experiment, 'minutes', []).command;
}
