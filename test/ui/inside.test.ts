import { beforeEach, describe, expect, it } from 'vitest';
import type { AnswerOf, AttentionMaps, Command, Filling, LabEvent, Weights } from '../../src/lab/protocol.ts';
import { DEFAULT_SPEC } from '../../src/spec/presets.ts';
import { bindClient } from '../../src/ui/actions.ts';
import { ask, Line, loseModels, models, NoAnswer, receiveAnswer } from '../../src/ui/inside/asking.ts';
import { chooseWeights, getInside, readText } from '../../src/ui/inside/state.ts';
import {
  chained,
  filledAfter,
  lookedAt,
  looksMost,
  nameOf,
  partsOf,
  rightOf,
  surpriseShade,
  wordsOf,
} from '../../src/ui/inside/tokens.ts';

const read = { tokens: ['t', 'h', 'e'], words: false, unknown: {}, beyond: 0 };

describe('whom a place looks at', () => {
  const maps = (given: AttentionMaps['given'], size: number, row: readonly number[]): AttentionMaps => {
    const all = new Float32Array(2 * size * size);
    // The second map, third row.
    all.set(row, (size + 2) * size);
    return { layers: [0], heads: 2, size, maps: all, given };
  };

  it('is told in tokens of the text: a model that reads what stands before has the beginning first', () => {
    const looked = lookedAt(maps('before', 3, [0.5, 0.125, 0.375]), 1, 2, 3);
    expect(looked.start).toBe(0.5);
    expect([...looked.tokens]).toEqual([0.125, 0.375, 0]);
    expect(looksMost(looked, read, 2)).toBe('the beginning (50 %), “h” 1 before (38 %), “t” 2 before (13 %)');
  });

  it('adds up what lies beyond a short text', () => {
    const looked = lookedAt(maps('rest', 5, [0.25, 0, 0.25, 0.375, 0.125]), 1, 2, 3);
    expect(looked).toMatchObject({ start: 0, beyond: 0.5 });
    expect(looksMost(looked, read, 2, 2)).toBe('what lies beyond the text (50 %), “t” 2 before (25 %)');
  });
});

describe('words of a text', () => {
  it('are its parts without the space between them, which is never hidden', () => {
    const text = 'the whale\nswam';
    expect(wordsOf(text).map((part) => part.text)).toEqual(['the', ' ', 'whale', '\n', 'swam']);
    expect(partsOf(text, new Set([2])).filter(({ hidden }) => hidden)).toEqual([{ text: 'whale', hidden: true }]);
    expect(
      partsOf(text, new Set([0]))
        .map((part) => part.text)
        .join(''),
    ).toBe(text);
  });
});

describe('a filled gap', () => {
  const step = (position: number, token: number, p: number): Filling['steps'][number] => ({
    open: [position],
    top: { k: 1, ids: Uint32Array.of(token), p: Float32Array.of(p) },
    filled: { position, token, p },
  });
  const answer: AnswerOf<'fill'> = {
    kind: 'fill',
    read,
    symbols: ['e', 'h', 't'],
    holes: [1, 2],
    families: {
      ar: { step: 3, reply: { given: 'before', steps: [step(1, 0, 0.5), step(2, 0, 0.25)], truth: [] } },
      diffusion: { step: 3, reply: { given: 'rest', steps: [step(2, 0, 0.9), step(1, 1, 0.8)], truth: [] } },
    },
  };

  it('is what was filled so far, in the order of filling', () => {
    expect([...filledAfter(answer, 'diffusion', 1)]).toEqual([[2, { token: 'e', p: 0.9, order: 1 }]]);
    expect(filledAfter(answer, 'diffusion', 2).get(1)).toEqual({ token: 'h', p: 0.8, order: 2 });
  });

  it('is right where the text has the same', () => {
    expect([rightOf(answer, 'ar'), rightOf(answer, 'diffusion')]).toEqual([1, 2]);
    expect(rightOf({ ...answer, families: { ar: { step: 3, refused: 'no' } } }, 'ar')).toBe(0);
  });
});

describe('tokens as people see them', () => {
  it('have a name each', () => {
    expect(['e', ' ', '\n', 'whale'].map(nameOf)).toEqual(['“e”', 'space', 'line break', '“whale”']);
  });

  it('are as dark as they are surprising, and darkest where guessing would be as good', () => {
    expect([0, Math.log(10), 99].map((nll) => surpriseShade(nll, 100))).toEqual([0, 0.5, 1]);
  });

  it('stand side by side where they are alike', () => {
    const cosines = Float32Array.from([1, 0.1, 0.9, 0.1, 1, 0.3, 0.9, 0.3, 1]);
    expect(chained(cosines, 3)).toEqual([0, 2, 1]);
  });
});

describe('a question', () => {
  const sent: Command[] = [];
  const asks = () => sent.flatMap((command) => (command.type === 'ask' ? [command.ask] : []));
  beforeEach(() => {
    sent.length = 0;
    bindClient({ send: (command) => void sent.push(command), replaceWorker: () => {} });
    loseModels();
    models.setState({ race: 'whale', evaluated: 10 });
  });
  const answered = (number: number, race = 'whale'): LabEvent => ({
    type: 'answer',
    ask: number,
    subject: { race, spec: DEFAULT_SPEC, text: 'Moby Dick', weights: 'last' },
    answer: { kind: 'excerpt', text: `text ${number}`, number, of: 9 },
  });

  it('gets its own answer, whatever the order', async () => {
    const both = [1, 2].map((number) => ask<'excerpt'>({ kind: 'excerpt', number }));
    const [first, second] = asks();
    expect(receiveAnswer(answered(second))).toBe(true);
    receiveAnswer(answered(first));
    expect((await Promise.all(both)).map(({ answer }) => answer.text)).toEqual([`text ${first}`, `text ${second}`]);
  });

  it('is refused in words, and where the models of another race have answered', async () => {
    const [refused, another] = [1, 2].map((number) => ask<'excerpt'>({ kind: 'excerpt', number }));
    const [first, second] = asks();
    receiveAnswer({ type: 'noAnswer', ask: first, why: 'refused', message: 'The text is empty.' });
    receiveAnswer(answered(second, 'another'));
    await expect(refused).rejects.toThrow('The text is empty.');
    await expect(another).rejects.toMatchObject({ why: 'no-model' });
  });

  it('does not wait for a device or a worker that is gone', async () => {
    const waiting = ask<'likeness'>({ kind: 'likeness' });
    loseModels();
    await expect(waiting).rejects.toBeInstanceOf(NoAnswer);
    expect(models.getState().race).toBeNull();
  });

  it('waits for the one before it, and only the newest of those that wait is put', async () => {
    const line = new Line();
    const done: string[] = [];
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const all = [
      line.put(() => held.then(() => done.push('first'))),
      line.put(async () => done.push('replaced')),
      line.put(async () => done.push('newest')),
    ];
    release();
    await Promise.all(all);
    expect(done).toEqual(['first', 'newest']);
  });
});

describe('the weights that are asked', () => {
  const sent: Command[] = [];
  const asks = () => sent.flatMap((command) => (command.type === 'ask' ? [command] : []));
  beforeEach(() => {
    loseModels();
    sent.length = 0;
    bindClient({ send: (command) => void sent.push(command), replaceWorker: () => {} });
    models.setState({ race: 'whale', evaluated: 10 });
  });
  const replyTo = (number: number, weights: Weights): LabEvent => ({
    type: 'answer',
    ask: number,
    subject: { race: 'whale', spec: DEFAULT_SPEC, text: 'Moby Dick', weights },
    answer: { kind: 'score', read, symbols: [], families: {} },
  });

  it('are the last ones, or the best; what the others answer by then is not shown', async () => {
    readText('the');
    const [before] = asks().filter(({ question }) => question.kind === 'score');
    expect(before.weights).toBe('last');
    chooseWeights('best');
    receiveAnswer(replyTo(before.ask, 'last'));
    await expect.poll(() => asks().filter(({ question }) => question.kind === 'score').length).toBe(2);
    expect(getInside()).toMatchObject({ weights: 'best', subject: null, score: null });
    const after = asks().findLast(({ question }) => question.kind === 'score')!;
    expect(after.weights).toBe('best');
    receiveAnswer(replyTo(after.ask, 'best'));
    await expect.poll(() => getInside().subject?.weights).toBe('best');
  });

  it('are the last ones again when another race is looked into', () => {
    chooseWeights('best');
    models.setState({ race: 'another', evaluated: 0 });
    expect(getInside().weights).toBe('last');
  });
});

describe('what is known of the models', () => {
  it('is the race of the plan, and the step of its last evaluation', () => {
    models.setState({ race: null, evaluated: null });
    const record = { split: 'validation', metric: 'loss', step: 40, family: 'ar' };
    expect(receiveAnswer({ type: 'records', records: [record] } as unknown as LabEvent)).toBe(false);
    expect(models.getState()).toEqual({ race: null, evaluated: 40 });
    receiveAnswer({ type: 'plan', id: 'next' } as LabEvent);
    expect(models.getState()).toEqual({ race: 'next', evaluated: null });
  });
});
