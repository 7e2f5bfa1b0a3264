import { describe, expect, it } from 'vitest';
import { backward } from '../../src/graph/autograd.ts';
import { workgroups } from '../../src/graph/dispatch.ts';
import { Interpreter } from '../../src/graph/interpreter.ts';
import { bytesOf, planBuffers, scratchKey } from '../../src/graph/liveness.ts';
import { f32, u32 } from '../../src/graph/op.ts';
import { callOf, Tape } from '../../src/graph/tape.ts';
import { add } from '../../src/ops/add.ts';
import { linear } from '../../src/ops/matmul.ts';
import { trainingGraph } from '../../src/train/graphs.ts';
import { tinySpec } from '../support/tiny.ts';

describe('a tape', () => {
  it('refuses, when it is traced, tensors that do not fit, in words', () => {
    const tape = new Tape();
    const x = tape.input('x', f32(4, 6));
    expect(() => linear(x, tape.input('w', f32(3, 5)))).toThrow(
      'matmulNT: x [4, 6] and w [3, 5] do not share the contracted dimension',
    );
    expect(() => add(x, tape.input('y', f32(4, 5)))).toThrow(/add: .* must be \[4, 6\].*; got \[4, 5\]/);
    expect(() => linear(x, tape.input('ids', u32(3, 6)))).toThrow('matmulNT: w must be f32; ids is u32');
    expect(() => add(x, new Tape().input('other', f32(4, 6)))).toThrow('other belongs to another tape');
  });
});

describe('backward', () => {
  it('sums the cotangents of a value that is used twice', async () => {
    const tape = new Tape();
    const w = tape.input('w', f32(2, 2));
    const y = linear(linear(tape.input('x', f32(1, 2)), w), w);
    const seed = tape.input('seed', f32(1, 2));
    const dw = backward(tape, new Map([[y, seed]]), add).get(w)!;
    const interpreter = new Interpreter();
    const program = await interpreter.compile(tape, interpreter.createState({}));
    const [x, inner, outer] = [
      [1, 2],
      [3, 4, 5, 6],
      [1, 10],
    ];
    const inputs = tape.values.filter((v) => v.storage.kind === 'input');
    for (const [i, data] of [inner, x, outer].entries()) program.write(inputs[i], Float32Array.from(data));
    program.run();
    // y = W W x, so d(s·y)/dW = s (W x)ᵀ + (Wᵀ s) xᵀ.
    const wx = [11, 17];
    const wts = [53, 64];
    expect([...program.exact(dw)]).toEqual([
      outer[0] * wx[0] + wts[0] * x[0],
      outer[0] * wx[1] + wts[0] * x[1],
      outer[1] * wx[0] + wts[1] * x[0],
      outer[1] * wx[1] + wts[1] * x[1],
    ]);
  });
});

describe('the buffer plan of a training step', () => {
  const { tape, logits } = trainingGraph(tinySpec(), 20, { causal: true, loss: 'cross-entropy' });
  const plan = planBuffers(tape, [logits]);

  it('never gives a buffer to two tensors that are alive at once', () => {
    const lastUse = new Map<number, number>();
    for (const node of tape.nodes)
      for (const value of [...node.inputs, ...node.outputs]) lastUse.set(value.id, node.id);
    lastUse.set(logits.id, Number.POSITIVE_INFINITY);
    const holder = new Map<number, number>();
    for (const node of tape.nodes) {
      const busy = new Set([...holder].filter(([, id]) => lastUse.get(id)! >= node.id).map(([buffer]) => buffer));
      for (const value of node.outputs.filter((v) => v.storage.kind === 'activation')) {
        const buffer = plan.buffers.get(value.id)!;
        expect(busy.has(buffer), `${value.name} takes buffer ${buffer}`).toBe(false);
        expect(plan.sizes[buffer]).toBeGreaterThanOrEqual(bytesOf(value));
        holder.set(buffer, value.id);
        busy.add(buffer);
      }
      for (const name of Object.keys(node.op.scratch?.(callOf(node)) ?? {})) {
        const buffer = plan.scratch.get(scratchKey(node, name))!;
        expect(busy.has(buffer), `scratch ${name} of ${node.op.name}`).toBe(false);
        busy.add(buffer);
      }
    }
  });

  it('uses at most 1.3 times what is alive at once', () => {
    const total = plan.sizes.reduce((sum, bytes) => sum + bytes, 0);
    expect(total).toBeGreaterThanOrEqual(plan.peak);
    expect(total).toBeLessThan(1.3 * plan.peak);
  });
});

describe('workgroups', () => {
  it('are folded when one axis cannot hold them', () => {
    expect(workgroups(64, 64)).toEqual([1, 1]);
    const [x, y] = workgroups(65_536 * 64, 64);
    expect(x).toBeLessThanOrEqual(65_535);
    expect(x * y).toBeGreaterThanOrEqual(65_536);
  });
});
