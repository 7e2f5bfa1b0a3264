import { describe, expect, it, vi } from 'vitest';
import { openCpuExecutor } from '../../src/cpu/executor.ts';
import type { Executor } from '../../src/graph/executor.ts';
import type { AnswerOf, Question, Weights } from '../../src/lab/asking.ts';
import type { Lab } from '../../src/lab/lab.ts';
import type { LabEvent } from '../../src/lab/protocol.ts';
import { openThreads } from '../../src/remote/threads.ts';
import { FAMILIES, type FamilyId } from '../../src/spec/schema.ts';
import { openTestGpu } from '../support/gpu.ts';
import { type EventOf, measuredLab, SHORT } from '../support/lab.ts';
import { localThreads } from '../support/threads.ts';
import { tinyCorpus, tinyDataset, tinySpec } from '../support/tiny.ts';

/** No test is about time: a busy machine compiles kernels for seconds. */
const PATIENCE_MS = 120_000;
vi.setConfig({ testTimeout: 2 * PATIENCE_MS });
const eventually = <T>(what: () => T) => expect.poll(what, { timeout: PATIENCE_MS });

const TEXT = 'the whale swam past the ship';

/** One of each kind. */
const QUESTIONS: readonly Question[] = [
  { kind: 'excerpt', number: 2 },
  { kind: 'score', text: TEXT },
  { kind: 'attend', text: TEXT, layer: 0, hidden: 4 },
  {
    kind: 'fill',
    parts: [
      { text: 'the ', hidden: false },
      { text: 'whale', hidden: true },
    ],
  },
  { kind: 'likeness' },
];

/** A lab that is asked. */
function askedLab(executor: Executor, hear: (event: LabEvent, ask: () => void, lab: Lab) => void = () => {}) {
  const { lab, all, ...measured } = measuredLab(executor, (event, to) => hear(event, ask, to));
  let asked = 0;
  const put = (question: Question) => lab.send({ type: 'ask', ask: asked++, question });
  const ask = () => QUESTIONS.forEach(put);
  const answers = () => all('answer').map(({ answer }) => answer);
  const answer = <K extends Question['kind']>(kind: K) =>
    answers().find((each): each is AnswerOf<K> => each.kind === kind)!;
  return { ...measured, lab, all, put, ask, answers, answer };
}

/** Does something once, when the middle of the race is told: the evaluation at step 10. */
function inTheMiddle(act: (ask: () => void, lab: Lab) => void) {
  let done = false;
  return (event: LabEvent, ask: () => void, lab: Lab) => {
    const here = event.type === 'records' && event.records.some((r) => r.split === 'validation' && r.step === 10);
    if (!here || done) return;
    done = true;
    act(ask, lab);
  };
}

const stepsOf = (families: object) => Object.values(families).map(({ step }) => step);

describe.each<[string, () => Promise<Executor>]>([
  ['WebGPU', openTestGpu],
  ['the CPU', openCpuExecutor],
  ['two threads', () => openThreads(localThreads().spawn, FAMILIES.length)],
])('questions on %s', (_, open) => {
  it('are answered while the race is on, which keeps the same bits', async () => {
    const executor = await open();
    const plain = askedLab(executor);
    await plain.race();
    const asked = askedLab(
      executor,
      inTheMiddle((ask) => ask()),
    );
    await asked.race();
    expect(asked.all('noAnswer')).toEqual([]);
    expect(asked.answers().map(({ kind }) => kind)).toEqual(QUESTIONS.map(({ kind }) => kind));
    expect(stepsOf(asked.answer('score').families)).toEqual([10, 10]);
    expect(asked.numbers()).toEqual(plain.numbers());
    expect(asked.last()).toEqual(plain.last());
    executor.destroy();
  });

  it('are answered when it is over as they were at its last step', async () => {
    const executor = await open();
    const { lab, race, ask, answers, answer, all } = askedLab(
      executor,
      inTheMiddle(() => lab.send({ type: 'pause' })),
    );
    const racing = race();
    await eventually(() => all('state').at(-1)?.state).toBe('paused');
    const { memory: before } = await memoryOf(lab, all);
    ask();
    await eventually(() => answers().length).toBe(QUESTIONS.length);
    // Nothing that a question needs stays on the device.
    expect((await memoryOf(lab, all)).memory!.used).toBe(before!.used);
    const paused = answer('score');
    lab.send({ type: 'stop' });
    await racing;
    ask();
    await eventually(() => answers().length).toBe(2 * QUESTIONS.length);
    const after = answers()
      .filter((each) => each.kind === 'score')
      .at(-1)!;
    expect(stepsOf(after.families)).toEqual(stepsOf(paused.families));
    expect(after).toEqual(paused);
    await lab.close();
  });
});

async function memoryOf(lab: Lab, all: (type: 'deviceReport') => EventOf<'deviceReport'>[]) {
  const told = all('deviceReport').length;
  lab.send({ type: 'deviceReport' });
  await eventually(() => all('deviceReport').length).toBe(told + 1);
  return all('deviceReport').at(-1)!;
}

describe('questions to the best weights', () => {
  it('are answered as the models answered then, while the race is on and when it is over', async () => {
    const score: Question = { kind: 'score', text: TEXT };
    const { lab, race, all } = askedLab(await openCpuExecutor(), (event, _, to) => {
      const evaluated = event.type === 'crossing' && event.crossing.kind === 'live';
      if (evaluated)
        for (const weights of ['last', 'best'] as const) to.send({ type: 'ask', ask: 0, question: score, weights });
    });
    // So badly that both are best before their first step.
    await race(tinySpec({ train: { learningRate: 1, weightDecay: 0, emaDecay: 0 } }));
    const { families } = all('summary')[0].summary;
    lab.send({ type: 'ask', ask: 1, question: score, weights: 'best' });
    await eventually(() => all('answer').at(-1)?.ask).toBe(1);
    const said = (weights: Weights, family: FamilyId) =>
      all('answer').flatMap(({ subject, answer }) =>
        subject.weights === weights && answer.kind === 'score' ? [answer.families[family]!] : [],
      );
    for (const family of FAMILIES) {
      const last = said('last', family);
      const best = said('best', family);
      // Once for each evaluation, and once more when it was over.
      expect(best).toHaveLength(last.length + 1);
      for (const each of best) expect(each).toEqual(last.find(({ step }) => step === each.step));
      expect(best.at(-1)!.step).toBe(0);
      expect(families[family].best.step).toBe(0);
    }
    await lab.close();
  });
});

describe('questions', () => {
  it('are refused in words where nothing has been trained', async () => {
    const { lab, put, all } = askedLab(await openCpuExecutor());
    put({ kind: 'likeness' });
    await eventually(() => all('noAnswer').length).toBe(1);
    expect(all('noAnswer')[0]).toMatchObject({ ask: 0, why: 'no-model' });
    await lab.close();
  });

  it('do not take the step that a paused race is allowed, and wait while it is prepared', async () => {
    let begun = false;
    const { lab, race, answers, all } = askedLab(await openCpuExecutor(), (event, ask, of) => {
      if (event.type !== 'state') return;
      if (event.state === 'compiling' && !begun) {
        begun = true;
        ask();
        of.send({ type: 'pause' });
      }
    });
    const racing = race();
    await eventually(() => answers().length).toBe(QUESTIONS.length);
    expect(all('state').at(-1)?.state).toBe('paused');
    expect(all('progress').at(-1)?.steps).toEqual({ ar: 0, diffusion: 0 });
    lab.send({ type: 'step' });
    await eventually(() => all('progress').at(-1)?.steps).toEqual({ ar: 1, diffusion: 1 });
    lab.send({ type: 'stop' });
    await racing;
    await lab.close();
  });

  it('are about the text that was meant: in lower case, cut to the context, unknown characters named', async () => {
    const { lab, race, put, answer, all } = askedLab(await openCpuExecutor());
    await race();
    put({ kind: 'score', text: 'THE €WHALE€ swam past the ship' });
    put({ kind: 'attend', text: '€€', layer: 0 });
    put({ kind: 'attend', text: TEXT, layer: 9 });
    put({ kind: 'fill', parts: [{ text: TEXT, hidden: false }] });
    await eventually(() => all('noAnswer').length).toBe(3);
    const { read, symbols } = answer('score');
    expect(read.tokens.join('')).toBe('the whale sw');
    expect(read).toMatchObject({ words: false, unknown: { '€': 2 }, beyond: 16 });
    expect(symbols).toEqual(tinyDataset(SHORT).tokenizer.symbols);
    expect(all('noAnswer').map(({ message }) => message)).toEqual([
      'The text has no character that the models know.',
      'attend: layer must be below 2; got 9',
      'There is nothing to fill: hide a word first.',
    ]);
    await lab.close();
  });

  it('tell whose models answer, and windows of the validation text round and round', async () => {
    const { lab, race, put, all, answers } = askedLab(await openCpuExecutor());
    await race();
    for (const number of [1, 6]) put({ kind: 'excerpt', number });
    await eventually(() => answers().length).toBe(2);
    const text = tinyDataset(SHORT).tokenizer.decode(tinyDataset(SHORT).windows('validation', 1, 1).tokens);
    expect(answers()).toEqual([1, 1].map((number) => ({ kind: 'excerpt', text, number, of: 5 })));
    const { id } = all('plan')[0];
    expect(all('answer')[0].subject).toMatchObject({ race: id, spec: { seed: 7 }, text: tinyCorpus.title });
    await lab.close();
  });

  it('about a task are about its words, as they are', async () => {
    const { lab, race, put, answers } = askedLab(await openCpuExecutor());
    const world = { corpus: 'world', uniqueTokens: 200 };
    await race(tinySpec({ data: world, model: { context: 5 }, train: { steps: 2 }, evaluation: { windows: 2 } }));
    put({ kind: 'excerpt', number: 0 });
    await eventually(() => answers().length).toBe(1);
    const [excerpt] = answers();
    const text = excerpt.kind === 'excerpt' ? excerpt.text : '';
    put({ kind: 'score', text });
    await eventually(() => answers().length).toBe(2);
    expect(text).toMatch(/[A-Z]/);
    expect(answers()[1]).toMatchObject({ read: { tokens: text.split(' '), words: true, unknown: {} } });
    await lab.close();
  });

  it('let one family answer where the other cannot', async () => {
    const { lab, race, put, answer, answers } = askedLab(await openCpuExecutor());
    await race(
      tinySpec({
        train: { steps: 4 },
        diffusion: { noise: 'uniform', objective: 'inverse-t' },
        sampling: { every: 0 },
      }),
    );
    put({ kind: 'score', text: TEXT });
    await eventually(() => answers().length).toBe(1);
    const { ar, diffusion } = answer('score').families;
    expect(ar).toHaveProperty('reply.given', 'before');
    expect(diffusion).toMatchObject({ step: 4, refused: expect.stringContaining('has never read [MASK]') });
    await lab.close();
  });
});
