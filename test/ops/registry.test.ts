import { describe, expect, it } from 'vitest';
import { WgslReflect } from 'wgsl_reflect';
import { elements } from '../../src/core/shape.ts';
import { bindingsOf } from '../../src/gpu/reflect.ts';
import { Interpreter } from '../../src/graph/interpreter.ts';
import {
  type Call,
  type Dispatch,
  type KernelTraits,
  type Op,
  type OpCase,
  PLAIN_TRAITS,
  type Shader,
} from '../../src/graph/op.ts';
import { callOf, Tape } from '../../src/graph/tape.ts';
import { OPS } from '../../src/ops/index.ts';
import { gradientError } from './gradcheck.ts';
import { drawInputs, largestDifference, runOnExecutor } from './runCase.ts';

/** Float inputs that no gradient flows to, by design. */
const CONSTANTS: Record<string, readonly string[]> = {
  qkRope: ['table'],
  qkRopeAt: ['table'],
  crossEntropy: ['weights'],
  uniformBound: ['shares', 'weights'],
};
/** Ops that are losses: the output that a differentiation starts from. */
const ROOTS: Record<string, string> = { crossEntropy: 'rowLoss', uniformBound: 'rowLoss', routerLoss: 'rowLoss' };
/** Outputs that cannot be differentiated: only the gradient reads them, or they are integers. */
const AUXILIARY: Record<string, readonly string[]> = { attention: ['lse'], route: ['choice'] };
/** What every WebGPU device offers. */
const STORAGE_BUFFERS = 8;

function traced(op: Op, testCase: OpCase): Call {
  const tape = new Tape();
  const inputs = op.inputs.map((name) =>
    tape.input(name, { shape: testCase.inputs[name].shape, dtype: op.integer?.includes(name) ? 'u32' : 'f32' }),
  );
  tape.apply(op, inputs, testCase.attrs);
  return callOf(tape.nodes[0]);
}

/** Devices that together are offered every variant: the plainest, one with subgroups, one with 16-bit numbers too. */
const DEVICES: readonly KernelTraits[] = [
  PLAIN_TRAITS,
  { ...PLAIN_TRAITS, subgroups: { min: 4, max: 128 }, workgroupBytes: 32_768 },
  { ...PLAIN_TRAITS, subgroups: { min: 32, max: 32 }, workgroupBytes: 32_768, half: true },
];

/** Every dispatch of every variant of a case. */
function dispatchesOf(op: Op, call: Call): Dispatch[] {
  const variants = new Set(DEVICES.flatMap((traits) => op.variants?.(call, traits) ?? ['']));
  return [...variants].flatMap((variant) => op.dispatches(call, variant));
}

const entriesOf = ({ source }: Shader) => new WgslReflect(source).entry.compute;

/** The sets of outputs whose cotangents may be given together: every non-empty one, or the root of a loss alone. */
function seedings(op: Op): string[][] {
  if (ROOTS[op.name]) return [[ROOTS[op.name]]];
  const sets: string[][] = [[]];
  const differentiable = op.outputs.filter((name) => !AUXILIARY[op.name]?.includes(name));
  for (const name of differentiable) sets.push(...sets.map((set) => [...set, name]));
  return sets.slice(1);
}

describe('the registry', () => {
  it('names every op once, with its tensors named once', () => {
    expect(new Set(OPS.map((op) => op.name)).size).toBe(OPS.length);
    for (const op of OPS) {
      const names = [...op.inputs, ...op.outputs];
      expect(new Set(names).size, op.name).toBe(names.length);
      expect(op.inputs, op.name).toEqual(expect.arrayContaining([...(op.mutates ?? []), ...(op.integer ?? [])]));
    }
  });

  it('has cases for every op, each with its own title', () => {
    for (const op of OPS) {
      expect(op.cases.length, op.name).toBeGreaterThan(0);
      expect(new Set(op.cases.map((c) => c.title)).size, op.name).toBe(op.cases.length);
    }
  });

  it('reaches every entry point of every shader file by some case', () => {
    const reached = new Map<string, Set<string>>();
    const declared = new Map<string, string[]>();
    for (const op of OPS)
      for (const testCase of op.cases)
        for (const { entry, shader = op.shader } of dispatchesOf(op, traced(op, testCase))) {
          if (!declared.has(shader.file)) {
            declared.set(
              shader.file,
              entriesOf(shader).map(({ name }) => name),
            );
            reached.set(shader.file, new Set());
          }
          reached.get(shader.file)!.add(entry);
        }
    for (const [file, entries] of declared) expect([...reached.get(file)!].sort(), file).toEqual(entries.sort());
  });
});

describe.each(OPS.map((op) => [op.name, op] as const))('%s', (_, op) => {
  describe.each(op.cases.map((c) => [c.title, c] as const))('%s', (_, testCase) => {
    it('declares dispatches that its shader can run', () => {
      const call = traced(op, testCase);
      const written = [...op.outputs, ...(op.mutates ?? [])];
      const writable = new Set([...written, ...Object.keys(op.scratch?.(call) ?? {})]);
      const bound = new Set<string>();
      for (const dispatch of dispatchesOf(op, call)) {
        const shader = dispatch.shader ?? op.shader;
        const where = `${shader.file}, ${dispatch.entry}`;
        const entry = entriesOf(shader).find(({ name }) => name === dispatch.entry)!;
        const bindings = bindingsOf(op.name, shader, dispatch, new Set(Object.keys(call.tensors)), writable);
        expect(new Set(bindings.map((b) => b.binding)).size, `${where}: binding numbers`).toBe(bindings.length);
        expect(bindings.filter((b) => b.type !== 'uniform').length, where).toBeLessThanOrEqual(STORAGE_BUFFERS);
        expect(Object.keys(dispatch.constants), `${where}: constants`).toEqual(
          expect.arrayContaining(entry.overrides.map((o) => o.name)),
        );
        for (const { tensor, type } of bindings) if (type === 'storage') bound.add(tensor);
      }
      expect([...bound], 'tensors that are bound for writing').toEqual(expect.arrayContaining(written));
    });

    if (op.typical)
      it('is timed on integers of the right sizes, with work for its kernels', () => {
        const call = traced(op, testCase);
        for (const [name, data] of Object.entries(op.typical!(call))) {
          expect(op.integer, name).toContain(name);
          expect(data, name).toHaveLength(elements(call.tensors[name].shape));
          expect(Math.max(...data), name).toBeGreaterThan(0);
        }
      });

    it('has a reference that is finite for finite inputs', async () => {
      const inputs = Object.values(drawInputs(op, testCase));
      const results = await runOnExecutor(new Interpreter(), op, testCase);
      expect(Object.keys(results)).toEqual([...op.outputs, ...(op.mutates ?? [])]);
      if (inputs.every((data) => data.every(Number.isFinite)))
        for (const [name, data] of Object.entries(results)) expect(data.every(Number.isFinite), name).toBe(true);
    });

    if (op.vjp)
      it.each(seedings(op).map((outputs) => [outputs.join(' and '), outputs] as const))(
        'has a VJP that agrees with finite differences of its reference, from %s',
        async (_, outputs) => {
          const error = await gradientError(op, testCase, outputs, CONSTANTS[op.name] ?? [], ROOTS[op.name]);
          expect(error).toBeLessThan(1e-6);
        },
      );
  });
});

describe('largestDifference', () => {
  it('is relative to the largest expected number, or to 1', () => {
    expect(largestDifference([10, 21], [10, 20])).toBeCloseTo(0.05);
    expect(largestDifference([0.1], [0.2])).toBeCloseTo(0.1);
  });

  it('lets no NaN or infinity pass for a number', () => {
    expect(largestDifference([Number.NaN], [1])).toBe(Number.POSITIVE_INFINITY);
    expect(largestDifference([1], [Number.NaN])).toBe(Number.POSITIVE_INFINITY);
    expect(largestDifference([Number.POSITIVE_INFINITY], [Number.NEGATIVE_INFINITY])).toBe(Number.POSITIVE_INFINITY);
    expect(largestDifference([Number.NaN, 1], [Number.NaN, 1])).toBe(0);
    expect(largestDifference([1], [1, 2])).toBe(Number.POSITIVE_INFINITY);
  });
});
