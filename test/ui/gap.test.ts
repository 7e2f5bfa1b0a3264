import { describe, expect, it } from 'vitest';
import { experimentOf, judge } from '../../src/experiments/index.ts';
import type { Status, Verdict } from '../../src/experiments/verdict.ts';
import { answersOf, commandFor, REMEDIES, tally } from '../../src/ui/gap/answers.ts';
import { gap as words } from '../../src/ui/words/en/gap.ts';

/** A verdict on a whole sweep whose parts have these statuses, in their order. */
function verdictWith(id: string, statuses: readonly Status[]): Verdict {
  const verdict = judge(experimentOf(id), 'minutes', []);
  const parts = verdict.parts.map((part, i) => ({
    ...part,
    status: statuses[i] ?? 'inconclusive',
    effect: { value: 0.1 * (i + 1), lo: null, hi: null, unit: '', words: '' },
  }));
  return { ...verdict, parts, cells: { ...verdict.cells, missing: [] } };
}

const answered = (id: string, ...statuses: Status[]) => answersOf(experimentOf(id), verdictWith(id, statuses));
const [HOLDS, FAILS] = ['reproduced', 'not reproduced at this scale'] as const;

describe('what a verdict says about the gap', () => {
  it('is whether a remedy helps, and whether it closes the gap: the claim is that it does not', () => {
    expect(answered('ar-dropout', HOLDS, FAILS, 'inconclusive')).toMatchObject({
      helps: { reply: 'yes', effect: { value: 0.1 } },
      loss: { reply: 'yes' },
      accuracy: { reply: 'open' },
    });
    expect(answered('ar-input-masking', FAILS, HOLDS, HOLDS)).toMatchObject({
      helps: { reply: 'no' },
      loss: { reply: 'no' },
      accuracy: { reply: 'no' },
    });
  });

  it('is no more than its criterion asks', () => {
    expect(Object.keys(answered('ar-weight-decay', HOLDS))).toEqual(['helps']);
    expect(Object.keys(answered('close-the-gap', FAILS, HOLDS))).toEqual(['loss', 'accuracy']);
    expect(answered('data-budget')).toEqual({});
  });

  it('is nothing while cells are missing', () => {
    const of = experimentOf('ar-dropout');
    expect(answersOf(of, judge(of, 'minutes', []))).toEqual({});
  });
});

describe('what it means, in words', () => {
  const answers = new Map([
    ['ar-dropout', answered('ar-dropout', HOLDS, FAILS, 'inconclusive')],
    ['ar-input-masking', answered('ar-input-masking', FAILS, HOLDS, HOLDS)],
  ] as const);
  const named = (question: 'helps' | 'loss' | 'accuracy') => {
    const { yes, no, open } = tally(answers, question);
    const names = (ids: readonly (typeof REMEDIES)[number][]) => ids.map((id) => words.remedies[id]);
    return { yes: names(yes), no: names(no), open: names(open) };
  };

  it('follows from the verdicts, and names each remedy once', () => {
    expect(words.helps(named('helps'))).toBe('Dropout helps AR. Input masking does not.');
    expect(words.found.loss(named('loss'))).toBe(
      'In the test loss, dropout brings AR to diffusion; input masking leaves AR behind.',
    );
    expect(words.found.accuracy(named('accuracy'))).toBe(
      'In the answers to questions, input masking leaves AR behind; for dropout it is not decided.',
    );
  });

  it('is nothing where nothing was asked', () => {
    const nobody = { yes: [], no: [], open: [] };
    expect(words.helps(nobody)).toBe('');
    expect(words.found.loss(nobody)).toBe('');
  });

  it('has a name, a sentence and a command for every remedy', () => {
    for (const remedy of REMEDIES) {
      expect(words.remedies[remedy]).not.toBe('');
      expect(words.about[remedy]).toMatch(/\.$/);
      expect(commandFor(experimentOf(remedy))).toBe(`npx crossover sweep ${remedy} --scale minutes`);
    }
  });
});
