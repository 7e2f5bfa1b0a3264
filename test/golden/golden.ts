import { readFileSync } from 'node:fs';
import { initialParameters, type ParameterLayout, parameterLayout } from '../../src/model/parameters.ts';
import { parseRunSpec } from '../../src/spec/parse.ts';
import type { FamilyId, RunSpec } from '../../src/spec/schema.ts';
import { readSafetensors, type Tensor, type TensorData } from '../../src/train/safetensors.ts';

/** What PyTorch computed (README.md): B = 3 sequences of T = 12 positions, V = 11, ten training steps. */
export const GOLDEN_SYMBOLS = [...'abcdefghij'];
export const GOLDEN_V = GOLDEN_SYMBOLS.length + 1;

export interface GoldenBatch {
  /** [B·T] */
  inputs: Uint32Array;
  targets: Uint32Array;
  weights: Float32Array;
}

export interface GoldenFamily {
  /** One batch per training step. */
  batches: GoldenBatch[];
  /** [B, T, V] of the first batch at the initial weights, in f64. */
  logits: Float64Array;
  /** dloss/dparameter of the first batch at the initial weights, by the lab's names, in f64. */
  gradients: Map<string, Float64Array>;
  /** Loss and gradient norm (before clipping) of each step, in f64. */
  losses: Float64Array;
  gradientNorms: Float64Array;
  /** The same ten losses when everything is computed in f32. */
  losses32: Float32Array;
  /** Parameters after the ten steps, by the lab's names: f64 rounded to f32. */
  final: Map<string, Float32Array>;
}

export function goldenFile(name: string): Uint8Array {
  return readFileSync(new URL(name, import.meta.url));
}

export function goldenSpec(family: FamilyId): RunSpec {
  return parseRunSpec({ ...JSON.parse(new TextDecoder().decode(goldenFile('spec.json'))), family });
}

/** A mixture of experts for Hugging Face to open: its weights are its initial ones, which are large. */
export function goldenExperts(): { spec: RunSpec; weights: Float32Array } {
  const { model, ...rest } = goldenSpec('ar');
  const spec = { ...rest, model: { ...model, experts: 4, expertsPerToken: 2, feedForward: 20, initStd: 0.4 } };
  return { spec, weights: initialParameters(spec.model, parameterLayout(spec.model, GOLDEN_V), spec.seed) };
}

/** The initial weights as an arena of `layout`. */
export function goldenArena(layout: ParameterLayout): Float32Array {
  const weights = readSafetensors(goldenFile('weights.safetensors'), 'weights.safetensors').tensors;
  const arena = new Float32Array(layout.size);
  for (const { name, offset } of layout.slices) arena.set(dataOf(weights, name, Float32Array), offset);
  return arena;
}

export function goldenFamily(family: FamilyId): GoldenFamily {
  const file = `${family}.safetensors`;
  const { tensors } = readSafetensors(goldenFile(file), file);
  const steps = splitRows(tensors, 'inputs', Uint32Array);
  const targets = splitRows(tensors, 'targets', Uint32Array);
  const weights = splitRows(tensors, 'weights', Float32Array);
  return {
    batches: steps.map((inputs, step) => ({ inputs, targets: targets[step], weights: weights[step] })),
    logits: dataOf(tensors, 'logits', Float64Array),
    gradients: withPrefix(tensors, 'gradient.', Float64Array),
    losses: dataOf(tensors, 'losses', Float64Array),
    gradientNorms: dataOf(tensors, 'gradientNorms', Float64Array),
    losses32: dataOf(tensors, 'losses32', Float32Array),
    final: withPrefix(tensors, 'final.', Float32Array),
  };
}

/** Logits that transformers computed from our files for the first batch of each family: [B, T, V], f32. */
export function huggingFaceLogits(family: FamilyId | 'experts'): Float32Array {
  return dataOf(readSafetensors(goldenFile('hf.safetensors'), 'hf.safetensors').tensors, family, Float32Array);
}

type Numbers<D extends TensorData> = new (...args: never[]) => D;

function dataOf<D extends TensorData>(tensors: ReadonlyMap<string, Tensor>, name: string, type: Numbers<D>): D {
  const data = tensors.get(name)?.data;
  if (!(data instanceof type)) throw new Error(`golden tensor ${name} is not there as ${type.name}`);
  return data;
}

function withPrefix<D extends TensorData>(tensors: ReadonlyMap<string, Tensor>, prefix: string, type: Numbers<D>) {
  const names = [...tensors.keys()].filter((name) => name.startsWith(prefix));
  return new Map(names.map((name) => [name.slice(prefix.length), dataOf(tensors, name, type)]));
}

function splitRows<D extends TensorData>(tensors: ReadonlyMap<string, Tensor>, name: string, type: Numbers<D>): D[] {
  const [rows] = tensors.get(name)?.shape ?? [0];
  const data = dataOf(tensors, name, type);
  const width = data.length / rows;
  return Array.from({ length: rows }, (_, row) => data.subarray(row * width, (row + 1) * width) as D);
}
