import { describe, expect, it } from 'vitest';
import type { Executor } from '../../src/graph/executor.ts';
import { Interpreter } from '../../src/graph/interpreter.ts';
import type { FamilyId, RaceSpec } from '../../src/spec/schema.ts';
import { tinySpec } from './tiny.ts';
import { train, trainerOf } from './training.ts';

/** The tiny spec with a mixture of experts; fields as of `model`, allowed for one family at least. */
export function expertSpec(
  model: Partial<RaceSpec['model']>,
  trained: Partial<RaceSpec['train']> = {},
  changes: Parameters<typeof tinySpec>[0] = {},
): RaceSpec {
  const spec = tinySpec(changes);
  return { ...spec, model: { ...spec.model, ...model }, train: { ...spec.train, ...trained } };
}

/** Mixtures that between them use every part; what chooses its tokens is for diffusion alone. */
export const MIXTURES: readonly [title: string, id: FamilyId, model: Partial<RaceSpec['model']>][] = [
  ['two of three experts', 'ar', { experts: 3, expertsPerToken: 2 }],
  [
    'one of four, a capacity and a shared expert',
    'ar',
    { experts: 4, expertsPerToken: 1, expertCapacity: 1, sharedExpert: true },
  ],
  ['two of three experts', 'diffusion', { experts: 3, expertsPerToken: 2 }],
  ['experts that choose', 'diffusion', { experts: 3, expertsPerToken: 2, routing: 'expert' }],
];

/** What every f32 executor owes to mixtures of experts. `executor` is asked for when a test runs. */
export function itTrainsExperts(executor: () => Executor): void {
  describe('a mixture of one expert', () => {
    it('is the dense model, bit for bit, dropout and clipping included', async () => {
      const noisy = { dropout: 0.1, dropoutOn: 'all' } as const;
      const dense = await trainerOf(executor(), expertSpec({}, noisy), 'ar');
      const one = await trainerOf(executor(), expertSpec({ experts: 1, expertsPerToken: 1 }, noisy), 'ar');
      expect(await train(one, 4)).toEqual(await train(dense, 4));
      expect(await one.arenas()).toEqual(await dense.arenas());
      for (const trainer of [one, dense]) trainer.destroy();
    });
  });

  describe.each(MIXTURES)('a mixture of %s (%s)', (_, id, model) => {
    const spec = expertSpec(model, { dropout: 0.1, dropoutOn: 'mlp' });

    it('follows the f64 interpreter', async () => {
      const trainer = await trainerOf(executor(), spec, id);
      const reference = await trainerOf(new Interpreter(), spec, id);
      for (const each of [trainer, reference]) while (each.step < 4) await each.advance(4 - each.step);
      const [found, expected] = [await trainer.metrics(), await reference.metrics()];
      for (const [i, { loss, gradNorm, dropped }] of found.entries()) {
        expect(loss).toBeCloseTo(expected[i].loss, 4);
        expect(gradNorm).toBeCloseTo(expected[i].gradNorm, 3);
        expect(dropped).toEqual(expected[i].dropped === undefined ? undefined : expect.closeTo(expected[i].dropped, 6));
      }
      trainer.destroy();
    });

    it('is bit-identical when it is run again', async () => {
      const [first, second] = [await trainerOf(executor(), spec, id), await trainerOf(executor(), spec, id)];
      expect(await train(second, 6)).toEqual(await train(first, 6));
      expect(await second.arenas()).toEqual(await first.arenas());
      for (const trainer of [first, second]) trainer.destroy();
    });
  });
}
