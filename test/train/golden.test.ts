import { beforeAll, describe, expect, it } from 'vitest';
import { elements } from '../../src/core/shape.ts';
import { familyOf } from '../../src/families/index.ts';
import { Interpreter } from '../../src/graph/interpreter.ts';
import { parameterLayout } from '../../src/model/parameters.ts';
import { FAMILIES, type FamilyId } from '../../src/spec/schema.ts';
import { arenaSizes, RING_COLUMNS, RING_ROWS, trainingGraph } from '../../src/train/graphs.ts';
import { stepState } from '../../src/train/schedule.ts';
import { writeBatch } from '../../src/train/trainer.ts';
import { GOLDEN_V, goldenArena, goldenFamily, goldenSpec, huggingFaceLogits } from '../golden/golden.ts';

/** Largest difference, relative to the largest expected number; infinite when anything is not a number. */
function deviation(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  expect(actual.length).toBe(expected.length);
  const differences = Array.from(expected, (value, i) => Math.abs(actual[i] - value));
  const largest = Math.max(...Array.from(expected, Math.abs));
  const worst = Math.max(...differences) / largest;
  return Number.isNaN(worst) ? Number.POSITIVE_INFINITY : worst;
}

/** Trains on the golden batches in f64: what was in the first step's tensors, and where ten steps lead. */
async function trainGolden(id: FamilyId) {
  const spec = goldenSpec(id);
  const { batches } = goldenFamily(id);
  const layout = parameterLayout(spec.model, GOLDEN_V);
  const interpreter = new Interpreter();
  const state = interpreter.createState(arenaSizes(layout));
  const graph = trainingGraph(spec, GOLDEN_V, familyOf(id, spec).causal);
  const program = await interpreter.compile(graph.tape, state);
  state.write('params', goldenArena(layout));

  const slicesOf = (arena: string): Map<string, Float64Array> =>
    new Map(
      layout.slices.map(({ name, shape, offset }) => [
        name,
        state.arenas.get(arena)!.slice(offset, offset + elements(shape)),
      ]),
    );
  const losses: number[] = [];
  const gradientNorms: number[] = [];
  let logits = new Float64Array();
  let gradients = new Map<string, Float64Array>();
  for (const [step, batch] of batches.entries()) {
    writeBatch(program, graph.inputs, batch);
    program.run(stepState(spec.train, spec.seed, step, RING_ROWS));
    const row = program.exact(graph.ring).subarray(step * RING_COLUMNS);
    losses.push(row[0]);
    gradientNorms.push(row[1]);
    if (step === 0) {
      logits = program.exact(graph.logits).slice();
      gradients = slicesOf('grads');
    }
  }
  return { logits, gradients, losses, gradientNorms, final: slicesOf('params') };
}

describe.each(FAMILIES)('%s in f64 from the same weights and batches as PyTorch', (id) => {
  const golden = goldenFamily(id);
  let ours: Awaited<ReturnType<typeof trainGolden>>;
  beforeAll(async () => {
    ours = await trainGolden(id);
  });

  it('gives the same logits', () => {
    expect(deviation(ours.logits, golden.logits)).toBeLessThan(1e-9);
  });

  it('gives the same gradient for every parameter', () => {
    expect([...golden.gradients.keys()].sort()).toEqual([...ours.gradients.keys()].sort());
    for (const [name, gradient] of golden.gradients)
      expect(deviation(ours.gradients.get(name)!, gradient), name).toBeLessThan(1e-9);
  });

  it('has the same loss in each of ten training steps', () => {
    golden.losses.forEach((loss, step) => {
      expect(deviation([ours.losses[step]], [loss]), `step ${step}`).toBeLessThan(1e-9);
    });
  });

  it('has the same gradient norms, above and below the clip', () => {
    const { clipNorm } = goldenSpec(id).train;
    expect(golden.gradientNorms.some((norm) => norm > clipNorm)).toBe(true);
    expect(golden.gradientNorms.some((norm) => norm < clipNorm)).toBe(true);
    expect(deviation(ours.gradientNorms, golden.gradientNorms)).toBeLessThan(1e-9);
  });

  it('ends at the same parameters', () => {
    expect([...golden.final.keys()].sort()).toEqual([...ours.final.keys()].sort());
    for (const [name, values] of golden.final)
      expect(deviation(ours.final.get(name)!, values), name).toBeLessThan(2 ** -24);
  });

  it('gives the logits of Hugging Face transformers, which opened our files', () => {
    expect(deviation(ours.logits, huggingFaceLogits(id))).toBeLessThan(1e-5);
  });
});
