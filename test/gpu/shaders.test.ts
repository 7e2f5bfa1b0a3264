import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type GpuExecutor, openGpuExecutor } from '../../src/gpu/executor.ts';
import { bindingsOf } from '../../src/gpu/reflect.ts';
import type { Op, OpCase } from '../../src/graph/op.ts';
import { callOf, Tape } from '../../src/graph/tape.ts';
import { OPS } from '../../src/ops/index.ts';

/** Dawn's null backend has every feature and computes nothing: what no device at hand can run is validated on it. */
const devices: GpuExecutor[] = [];
// Collected before its devices, it would take the process down.
let gpu: GPU;
beforeAll(async () => {
  const dawn = await import('webgpu');
  Object.assign(globalThis, dawn.globals);
  gpu = dawn.create(['backend=null']);
  for (const half of [false, true]) devices.push(await openGpuExecutor(gpu, { why: 'to validate shaders', half }));
});
afterAll(() => {
  for (const device of devices) device.destroy();
});

/** Compiles every variant of a case for a device; their names. */
async function compileAll({ traits, pipelines }: GpuExecutor, op: Op, { inputs, attrs }: OpCase): Promise<string[]> {
  const tape = new Tape();
  const values = op.inputs.map((name) =>
    tape.input(name, { shape: inputs[name].shape, dtype: op.integer?.includes(name) ? 'u32' : 'f32' }),
  );
  tape.apply(op, values, attrs);
  const call = callOf(tape.nodes[0]);
  const writable = new Set([...op.outputs, ...(op.mutates ?? []), ...Object.keys(op.scratch?.(call) ?? {})]);
  const variants = op.variants?.(call, traits) ?? [''];
  for (const variant of variants)
    for (const dispatch of op.dispatches(call, variant)) {
      const shader = dispatch.shader ?? op.shader;
      const bindings = bindingsOf(op.name, shader, dispatch, new Set(Object.keys(call.tensors)), writable);
      await pipelines.pipeline(shader, dispatch, bindings);
    }
  return [...variants];
}

describe.each(OPS.map((op) => [op.name, op] as const))('the WGSL of %s', (_, op) => {
  it('is valid in every variant of every case, on a device that has everything', async () => {
    for (const device of devices)
      for (const each of op.cases) {
        const variants = await compileAll(device, op, each);
        expect(variants.length, each.title).toBeGreaterThan(0);
        if (op.name.startsWith('matmul'))
          expect(new Set(variants.map((name) => name.endsWith('-f16'))), each.title).toEqual(
            new Set([device.traits.half]),
          );
      }
  });
});

it('an executor with 16-bit operands is refused where the adapter has none', async () => {
  const adapter = { features: new Set(), info: { description: 'A card' }, limits: {} };
  const gpu = { requestAdapter: async () => adapter } as unknown as GPU;
  await expect(openGpuExecutor(gpu, { why: '', half: true })).rejects.toMatchObject({
    code: 'no-adapter',
    message: 'The adapter A card has no 16-bit numbers (the WebGPU feature shader-f16), which gpu-f16 needs.',
  });
});

it('offers subgroups and 16-bit operands to matrix products here', () => {
  const [single, half] = devices.map(({ traits }) => traits);
  expect(single).toMatchObject({ half: false, subgroups: { min: 4, max: 128 } });
  expect(half.half).toBe(true);
});
