import { expect, it } from 'vitest';
import { stream } from '../../src/core/rng.ts';
import { familyOf } from '../../src/families/index.ts';
import { type Executor, type Load, runInTurn } from '../../src/graph/executor.ts';
import { Interpreter } from '../../src/graph/interpreter.ts';
import type { FamilyId, RaceSpec } from '../../src/spec/schema.ts';
import { RING_ROWS } from '../../src/train/graphs.ts';
import { stepState } from '../../src/train/schedule.ts';
import { type CheckpointArenas, Trainer } from '../../src/train/trainer.ts';
import { tinyDataset, tinySpec } from './tiny.ts';

/** Fixed, so that nothing is timed; an executor without variants ignores them. */
export const VARIANTS = Object.fromEntries(
  ['NT', 'NN', 'TN'].flatMap((layout) => [`matmul${layout}`, `experts${layout}`].map((op) => [op, 'register'])),
);

/** A trainer of a family on the tiny text. */
export function trainerOf(
  executor: Executor,
  spec: RaceSpec,
  id: FamilyId,
  resume?: { step: number; arenas: CheckpointArenas },
): Promise<Trainer> {
  const dataset = tinyDataset(spec);
  const family = familyOf(id, spec);
  return Trainer.create({ executor, spec, family, dataset, variants: { ...VARIANTS }, ...(resume && { resume }) });
}

/** Trains up to a step; the losses since the last call. */
export async function train(trainer: Trainer, until: number): Promise<number[]> {
  while (trainer.step < until) await trainer.advance(until - trainer.step);
  return (await trainer.metrics()).map(({ loss }) => loss);
}

/** The loads of steps `first` up to `end` of a trainer. */
export function loadsOf({ graph }: Trainer, spec: RaceSpec, id: FamilyId, first: number, end: number): Load[] {
  const family = familyOf(id, spec);
  const dataset = tinyDataset(spec);
  const { ids, targets, weights } = graph.inputs;
  return Array.from({ length: end - first }, (_, i) => {
    const s = first + i;
    const batch = family.corrupt(dataset.batch(s), stream(spec.seed, 'noise'), s);
    return {
      inputs: [
        [ids, batch.inputs],
        [targets, batch.targets],
        [weights, batch.weights],
      ],
      step: stepState(spec.train, spec.seed, s, RING_ROWS),
    };
  });
}

/** What every executor owes to steps that are enqueued together. */
export function itRunsTogether(
  id: FamilyId,
  executor: () => Executor,
  changes: Parameters<typeof tinySpec>[0] = {},
): void {
  it('takes many steps at once with the bits of one after the other', async () => {
    const spec = tinySpec({ ...changes, train: { dropout: 0.1, ...changes.train } });
    const [together, inTurn] = [await trainerOf(executor(), spec, id), await trainerOf(executor(), spec, id)];
    // More than fit into one submission, and then runs that use what the last load left.
    together.program.runAll(loadsOf(together, spec, id, 0, 3));
    together.program.runAll(loadsOf(together, spec, id, 3, 22));
    runInTurn(inTurn.program, loadsOf(inTurn, spec, id, 0, 22));
    const last = stepState(spec.train, spec.seed, 22, RING_ROWS);
    for (const { program } of [together, inTurn]) program.run(last);
    expect(await together.arenas()).toEqual(await inTurn.arenas());
    expect(await together.state.read('ring')).toEqual(await inTurn.state.read('ring'));
    together.destroy();
    inTurn.destroy();
  });
}

/** What every f32 executor owes to training. `executor` is asked for when a test runs. */
export function itTrains(id: FamilyId, executor: () => Executor): void {
  itRunsTogether(id, executor);

  it('learns: the loss falls by more than half a nat in 40 steps', async () => {
    const losses = await train(await trainerOf(executor(), tinySpec(), id), 40);
    const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length;
    expect(mean(losses.slice(-5))).toBeLessThan(mean(losses.slice(0, 5)) - 0.5);
  });

  it('resumes bit for bit: 40 steps are 20, a checkpoint, and 20', async () => {
    const spec = tinySpec({ train: { dropout: 0.1 } });
    const whole = await trainerOf(executor(), spec, id);
    const losses = await train(whole, 40);
    const half = await trainerOf(executor(), spec, id);
    const before = await train(half, 20);
    const arenas = await half.arenas();
    half.destroy();
    const resumed = await trainerOf(executor(), spec, id, { step: 20, arenas });
    expect([...before, ...(await train(resumed, 40))]).toEqual(losses);
    expect(await resumed.arenas()).toEqual(await whole.arenas());
  });

  it.each([0, 0.1])('follows the f64 interpreter, at dropout %d', async (dropout) => {
    const spec = tinySpec({ train: { dropout } });
    const losses = await train(await trainerOf(executor(), spec, id), 5);
    const expected = await train(await trainerOf(new Interpreter(), spec, id), 5);
    for (const [i, loss] of losses.entries()) expect(loss).toBeCloseTo(expected[i], 4);
  });
}
