import { describe, expect, it } from 'vitest';
import { f32, u32 } from '../../src/graph/op.ts';
import { Tape } from '../../src/graph/tape.ts';
import { crossEntropy } from '../../src/ops/crossEntropy.ts';
import { swiglu } from '../../src/ops/swiglu.ts';
import { KERNEL_MODULES, openTestCpu } from '../support/cpu.ts';

/** What the polynomial promises, relative to e^x, and a few roundings of the formulas around it. */
const ALLOWED = 4e-6;
const ROWS = 40_000;

/** From −87 to `last`, no two a multiple of each other's distance to ln 2. */
function argumentsUpTo(last: number): Float32Array {
  return Float32Array.from({ length: ROWS }, (_, i) => -87 + ((last + 87) * i) / (ROWS - 1));
}

describe.each(KERNEL_MODULES)('e^x of the %s kernels', (module) => {
  /** e^x / (1 + e^x), as the gradient of a softmax over the logits (0, x). */
  async function softmaxOf(x: Float32Array): Promise<Float32Array> {
    const cpu = await openTestCpu(module);
    const tape = new Tape();
    const inputs = [tape.input('logits', f32(ROWS, 2)), tape.input('targets', u32(ROWS)), tape.input('w', f32(ROWS))];
    const { dlogits } = crossEntropy(inputs[0], inputs[1], inputs[2], -1);
    const program = await cpu.compile(tape, cpu.createState({}), { keep: [dlogits] });
    program.write(
      inputs[0],
      Float32Array.from({ length: 2 * ROWS }, (_, i) => (i % 2) * x[i >> 1]),
    );
    program.write(inputs[2], new Float32Array(ROWS).fill(1));
    program.run();
    return (await program.read(dlogits)).filter((_, i) => i % 2 === 1);
  }

  it('is right to 4e-6 for what a softmax asks', async () => {
    const x = argumentsUpTo(0);
    const y = await softmaxOf(x);
    const errors = y.map((value, i) => Math.abs((value * (1 + Math.exp(x[i]))) / Math.exp(x[i]) - 1));
    expect(Math.max(...errors.subarray(0, 20_000), ...errors.subarray(20_000))).toBeLessThan(ALLOWED);
  });

  it('is exactly zero far below, so that a hidden score has no weight', async () => {
    const y = await softmaxOf(new Float32Array(ROWS).fill(-87.01));
    expect(y.every((value) => value === 0)).toBe(true);
  });

  it('is right to 4e-6 for what a gate asks', async () => {
    const cpu = await openTestCpu(module);
    const tape = new Tape();
    const gateUp = tape.input('gateUp', f32(1, 2 * ROWS));
    const y = swiglu(gateUp);
    const program = await cpu.compile(tape, cpu.createState({}), { keep: [y] });
    const gates = argumentsUpTo(-0.5);
    const data = new Float32Array(2 * ROWS).fill(1);
    data.set(gates);
    program.write(gateUp, data);
    program.run();
    const found = await program.read(y);
    const errors = found.map((value, i) => Math.abs((value * (1 + Math.exp(-gates[i]))) / gates[i] - 1));
    expect(Math.max(...errors.subarray(0, 20_000), ...errors.subarray(20_000))).toBeLessThan(ALLOWED);
  });

  it('stays undefined for what is undefined', async () => {
    const y = await softmaxOf(new Float32Array(ROWS).fill(Number.NaN));
    expect(y.every(Number.isNaN)).toBe(true);
  });
});
