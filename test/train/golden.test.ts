import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { elements } from '../../src/core/shape.ts';
import { familyOf } from '../../src/families/index.ts';
import type { Executor } from '../../src/graph/executor.ts';
import { Interpreter, InterpreterProgram, InterpreterState } from '../../src/graph/interpreter.ts';
import type { Value } from '../../src/graph/tape.ts';
import { parameterLayout } from '../../src/model/parameters.ts';
import { FAMILIES, type FamilyId } from '../../src/spec/schema.ts';
import { arenaSizes, RING_COLUMNS, RING_ROWS, trainingGraph } from '../../src/train/graphs.ts';
import { stepState } from '../../src/train/schedule.ts';
import { writeBatch } from '../../src/train/trainer.ts';
import { GOLDEN_V, goldenArena, goldenFamily, goldenSpec, huggingFaceLogits } from '../golden/golden.ts';
import { KERNEL_MODULES, openTestCpu } from '../support/cpu.ts';
import { NO_HALF, openHalfGpu, openTestGpu } from '../support/gpu.ts';

/** Largest difference, relative to the largest expected number; infinite when anything is not a number. */
function deviation(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  expect(actual.length).toBe(expected.length);
  const differences = Array.from(expected, (value, i) => Math.abs(actual[i] - value));
  const largest = Math.max(...Array.from(expected, Math.abs));
  const worst = Math.max(...differences) / largest;
  return Number.isNaN(worst) ? Number.POSITIVE_INFINITY : worst;
}

/** Trains on the golden batches: what was in the first step's tensors, and where ten steps lead. */
async function trainGolden(id: FamilyId, executor: Executor) {
  const spec = goldenSpec(id);
  const { batches } = goldenFamily(id);
  const layout = parameterLayout(spec.model, GOLDEN_V);
  const state = executor.createState(arenaSizes(layout));
  const graph = trainingGraph(spec, GOLDEN_V, familyOf(id, spec));
  const program = await executor.compile(graph.tape, state, { keep: [graph.logits] });
  state.write('params', goldenArena(layout));

  // The interpreter's numbers are f64; reading them through the interface would round them.
  const exact = program instanceof InterpreterProgram ? program : undefined;
  const read = async (value: Value) => exact?.exact(value).slice() ?? program.read(value);
  const slicesOf = async (arena: string) => {
    const whole = state instanceof InterpreterState ? state.arenas.get(arena)!.slice() : await state.read(arena);
    return new Map(
      layout.slices.map(({ name, shape, offset }) => [name, whole.subarray(offset, offset + elements(shape))]),
    );
  };
  const losses: number[] = [];
  const gradientNorms: number[] = [];
  let logits: Numbers = new Float64Array();
  let gradients = new Map<string, Numbers>();
  for (const [step, batch] of batches.entries()) {
    writeBatch(program, graph.inputs, batch);
    program.run(stepState(spec.train, spec.seed, step, RING_ROWS));
    const row = (await read(graph.ring)).subarray(step * RING_COLUMNS);
    losses.push(row[0]);
    gradientNorms.push(row[1]);
    if (step === 0) {
      logits = await read(graph.logits);
      gradients = await slicesOf('grads');
    }
  }
  return { logits, gradients, losses, gradientNorms, final: await slicesOf('params') };
}

type Numbers = Float32Array | Float64Array;

/** How far f32 on a device may be from PyTorch's f64, relative to the largest number of a tensor. */
const SINGLE = 2e-5;

/**
 * Adam divides by the root of the second moment, so where a gradient nearly vanishes its rounding decides the sign of
 * a whole step; parameters are compared more loosely than gradients.
 */
const SINGLE_FINAL = 2e-3;

/** The same where operands of matrix products are rounded to 16 bits. */
const HALF = 1.5e-2;
const HALF_FINAL = 5e-2;

const executors: [string, () => Promise<Executor>, number, number][] = [
  ['the interpreter, in f64,', async () => new Interpreter(), 1e-9, 2 ** -24],
  ['the GPU executor, in f32,', openTestGpu, SINGLE, SINGLE_FINAL],
  ...KERNEL_MODULES.map((module): (typeof executors)[number] => [
    `the cpu executor, in f32 with the ${module} kernels,`,
    () => openTestCpu(module),
    SINGLE,
    SINGLE_FINAL,
  ]),
];

const runs = executors.flatMap(([name, ...rest]) =>
  FAMILIES.map((id) => [`${name} training ${id}`, ...rest, id] as const),
);

/** What every executor owes to PyTorch's numbers. */
function itIsGolden(open: () => Promise<Executor>, bound: number, finalBound: number, id: FamilyId): void {
  const golden = goldenFamily(id);
  let executor: Executor;
  let ours: Awaited<ReturnType<typeof trainGolden>>;
  beforeAll(async () => {
    executor = await open();
    ours = await trainGolden(id, executor);
  });
  afterAll(() => executor?.destroy());

  it('gives the same logits', () => {
    expect(deviation(ours.logits, golden.logits)).toBeLessThan(bound);
  });

  it('gives the same gradient for every parameter', () => {
    expect([...golden.gradients.keys()].sort()).toEqual([...ours.gradients.keys()].sort());
    for (const [name, gradient] of golden.gradients)
      expect(deviation(ours.gradients.get(name)!, gradient), name).toBeLessThan(bound);
  });

  it('has the same loss in each of ten training steps', () => {
    golden.losses.forEach((loss, step) => {
      expect(deviation([ours.losses[step]], [loss]), `step ${step}`).toBeLessThan(bound);
    });
  });

  it('has the same gradient norms, above and below the clip', () => {
    const { clipNorm } = goldenSpec(id).train;
    expect(golden.gradientNorms.some((norm) => norm > clipNorm)).toBe(true);
    expect(golden.gradientNorms.some((norm) => norm < clipNorm)).toBe(true);
    expect(deviation(ours.gradientNorms, golden.gradientNorms)).toBeLessThan(bound);
  });

  it('ends at the same parameters', () => {
    expect([...golden.final.keys()].sort()).toEqual([...ours.final.keys()].sort());
    for (const [name, values] of golden.final)
      expect(deviation(ours.final.get(name)!, values), name).toBeLessThan(finalBound);
  });

  it('gives the logits of Hugging Face transformers, which opened our files', () => {
    expect(deviation(ours.logits, huggingFaceLogits(id))).toBeLessThan(bound > SINGLE ? bound : 1e-5);
  });
}

describe.each(runs)('%s from the same weights and batches as PyTorch', (_, open, bound, finalBound, id) => {
  itIsGolden(open, bound, finalBound, id);
});

const half = await openHalfGpu();
half?.destroy();
describe.skipIf(!half).each(FAMILIES)(
  `the GPU executor, with 16-bit operands, training %s from the same weights and batches as PyTorch ${half ? '' : NO_HALF}`,
  (id) => itIsGolden(async () => (await openHalfGpu())!, HALF, HALF_FINAL, id),
);
