import { stream } from '../../src/core/rng.ts';
import { elements } from '../../src/core/shape.ts';
import { backward } from '../../src/graph/autograd.ts';
import { Interpreter } from '../../src/graph/interpreter.ts';
import type { Op, OpCase } from '../../src/graph/op.ts';
import { type Cotangent, callOf, Tape, type Value } from '../../src/graph/tape.ts';
import { add } from '../../src/ops/add.ts';
import { drawInputs, stepOf } from './runCase.ts';

/** Step of the central differences: truncation and rounding both stay below 1e-7 in f64. */
const H = 1e-6;
/** Elements of each input that are perturbed; all of them where there are no more. */
const MOST_PERTURBED = 40;

/**
 * The largest difference, relative to max(1, largest gradient), between the VJP of an op, run in f64, and central
 * finite differences of its reference. The scalar that is differentiated is Σ cotangent·output over `outputs`, the
 * cotangents being random, or all ones where `root` names the output. An input for which the VJP gives no cotangent
 * must have gradient zero, unless it is in `constants`.
 */
export async function gradientError(
  op: Op,
  testCase: OpCase,
  outputs: readonly string[],
  constants: readonly string[],
  root?: string,
): Promise<number> {
  const data = drawInputs(op, testCase);
  const tape = new Tape();
  const inputs = op.inputs.map((name) =>
    tape.input(name, { shape: testCase.inputs[name].shape, dtype: op.integer?.includes(name) ? 'u32' : 'f32' }),
  );
  const outs = tape.apply(op, inputs, testCase.attrs);
  const call = callOf(tape.nodes[0]);
  const weights: Record<string, Float32Array> = {};
  const seeds = new Map<Value, Cotangent>();
  const seedInputs: Value[] = [];
  for (const name of outputs) {
    const value = outs[op.outputs.indexOf(name)];
    const rng = stream(2, `${op.name} / ${testCase.title} / ${name}`);
    weights[name] = new Float32Array(elements(value.shape)).map((_, i) => (name === root ? 1 : rng.normal(0, i)));
    const seed = tape.input(name, value);
    seedInputs.push(seed);
    seeds.set(value, name === root ? 'ones' : seed);
  }
  const gradients = backward(tape, seeds, add);

  const interpreter = new Interpreter();
  const program = await interpreter.compile(tape, interpreter.createState({}));
  for (const value of inputs) program.write(value, data[value.name]);
  for (const value of seedInputs) program.write(value, weights[value.name]);
  program.run(stepOf(testCase));

  const exact = Object.fromEntries(op.inputs.map((name) => [name, Float64Array.from(data[name])]));
  const scalar = (): number => {
    const t: Record<string, Float64Array> = { ...exact };
    for (const name of op.outputs) t[name] = new Float64Array(elements(call.tensors[name].shape));
    op.reference(t, call, stepOf(testCase));
    let sum = 0;
    for (const name of outputs) for (let i = 0; i < t[name].length; i++) sum += weights[name][i] * t[name][i];
    return sum;
  };

  let worst = 0;
  for (const value of inputs) {
    if (value.dtype !== 'f32' || constants.includes(value.name)) continue;
    const given = gradients.get(value);
    const gradient = given ? program.exact(given) : new Float64Array(elements(value.shape));
    const scale = gradient.reduce((most, g) => Math.max(most, Math.abs(g)), 1);
    const x = exact[value.name];
    const order = stream(3, value.name).permutation(x.length, 0).subarray(0, MOST_PERTURBED);
    for (const i of order) {
      const held = x[i];
      x[i] = held + H;
      const above = scalar();
      x[i] = held - H;
      const slope = (above - scalar()) / (2 * H);
      x[i] = held;
      worst = Math.max(worst, Math.abs(slope - gradient[i]) / scale);
      if (!Number.isFinite(slope) || !Number.isFinite(gradient[i])) return Number.POSITIVE_INFINITY;
    }
  }
  return worst;
}
