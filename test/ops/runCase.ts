import { stream } from '../../src/core/rng.ts';
import { elements } from '../../src/core/shape.ts';
import type { Executor } from '../../src/graph/executor.ts';
import { NO_STEP } from '../../src/graph/interpreter.ts';
import type { Op, OpCase, StepState } from '../../src/graph/op.ts';
import { Tape } from '../../src/graph/tape.ts';

export type Numbers = Float32Array | Uint32Array;

/** The inputs of a case, by name; the same numbers every time. */
export function drawInputs(op: Op, testCase: OpCase): Record<string, Numbers> {
  const drawn: Record<string, Numbers> = {};
  for (const name of op.inputs) {
    const { shape, fill = { normal: 1 } } = testCase.inputs[name];
    const rng = stream(1, `${op.name} / ${testCase.title} / ${name}`);
    const data = op.integer?.includes(name) ? new Uint32Array(elements(shape)) : new Float32Array(elements(shape));
    if ('values' in fill && fill.values.length !== data.length)
      throw new Error(`${op.name}, ${testCase.title}: ${name} has ${fill.values.length} of ${data.length} values`);
    for (let i = 0; i < data.length; i++) {
      if ('normal' in fill) data[i] = fill.normal * rng.normal(0, i);
      else if ('below' in fill) data[i] = rng.below(fill.below, 0, i);
      else data[i] = 'values' in fill ? fill.values[i] : fill.constant;
    }
    drawn[name] = data;
  }
  return drawn;
}

export function stepOf(testCase: OpCase): StepState {
  return { ...NO_STEP, ...testCase.step };
}

/**
 * Runs one op alone on an executor: its plain inputs are inputs of the program, those it mutates are arenas of their
 * own. Returns what it wrote: outputs and mutated inputs, by name.
 */
export async function runOnExecutor(
  executor: Executor,
  op: Op,
  testCase: OpCase,
  variants?: Record<string, string>,
): Promise<Record<string, Float32Array>> {
  const data = drawInputs(op, testCase);
  const mutated = op.mutates ?? [];
  const tape = new Tape();
  const inputs = op.inputs.map((name) => {
    const spec = { shape: testCase.inputs[name].shape, dtype: op.integer?.includes(name) ? 'u32' : 'f32' } as const;
    return mutated.includes(name) ? tape.state(name, spec, name, 0) : tape.input(name, spec);
  });
  const outputs = tape.apply(op, inputs, testCase.attrs);
  const state = executor.createState(Object.fromEntries(mutated.map((name) => [name, data[name].length])));
  const program = await executor.compile(tape, state, { keep: outputs, ...(variants && { variants }) });
  try {
    for (const name of mutated) state.write(name, data[name] as Float32Array);
    for (const value of inputs) if (value.storage.kind === 'input') program.write(value, data[value.name]);
    program.run(stepOf(testCase));
    const results: Record<string, Float32Array> = {};
    for (const [i, name] of op.outputs.entries()) results[name] = await program.read(outputs[i]);
    for (const name of mutated) results[name] = await state.read(name);
    return results;
  } finally {
    program.destroy();
    state.destroy();
  }
}

/**
 * The largest |actual − expected|, relative to max(1, largest finite |expected|). Infinite where only one of the two
 * is a NaN or an infinity, or where their lengths differ, so that no bound can be met by accident.
 */
export function largestDifference(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length) return Number.POSITIVE_INFINITY;
  let scale = 1;
  let largest = 0;
  for (let i = 0; i < expected.length; i++) {
    if (Number.isFinite(expected[i])) scale = Math.max(scale, Math.abs(expected[i]));
    if (Number.isFinite(actual[i]) && Number.isFinite(expected[i]))
      largest = Math.max(largest, Math.abs(actual[i] - expected[i]));
    else if (!Object.is(actual[i], expected[i])) largest = Number.POSITIVE_INFINITY;
  }
  return largest / scale;
}
