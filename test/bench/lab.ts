import { stream } from '../../src/core/rng.ts';
import { openCpuExecutor } from '../../src/cpu/executor.ts';
import type { Family } from '../../src/families/family.ts';
import { familyOf } from '../../src/families/index.ts';
import { openGpuExecutor } from '../../src/gpu/executor.ts';
import type { Executor } from '../../src/graph/executor.ts';
import { initialParameters, type ModelSpec, parameterLayout } from '../../src/model/parameters.ts';
import { feedForwardOf, type RaceSpec } from '../../src/spec/schema.ts';
import { learningRate } from '../../src/train/schedule.ts';
import { Trainer } from '../../src/train/trainer.ts';
import type { StepFigures } from './report.ts';
import { BATCH, type SizeName, specOf, VOCABULARY } from './sizes.ts';

/** Batches are drawn beforehand and used in turn, so that no contender's time holds the drawing. */
const BATCHES = 8;

/** What every contender trains: the lab's AR model with AdamW. Matrices are [out, in]. */
export interface Work {
  model: ModelSpec;
  train: RaceSpec['train'];
  feedForward: number;
  /** V; the last id is BOS, and its column takes no part in the softmax. */
  vocabulary: number;
  parameters: { name: string; shape: readonly number[]; values: Float32Array }[];
  /** How many batches there are; they are used in turn. */
  batches: number;
  /** Step s, from 0: ids and targets [B·T], every position with weight 1/(B·T). */
  batch(step: number): { inputs: Uint32Array; targets: Uint32Array };
  learningRate(step: number): number;
}

/** What a contender is to the runner. It ends with its process or its browser. */
export interface Contender {
  adapter: string;
  /** Whether it computes on the CPU. */
  software: boolean;
  /** The next optimizer step; resolves to its loss and gradient norm, read by the host. */
  step(): Promise<StepFigures>;
}

/** WebGPU as a host has it. `software`: known to compute on the CPU. */
export type OpenGpu = () => Promise<{ gpu: GPU; software?: boolean; why: string }>;

/** Tokens with a skewed distribution: there is something to learn at once. */
function batchesOf(spec: RaceSpec): Uint32Array[] {
  const draws = stream(spec.seed, 'bench');
  return Array.from({ length: BATCHES }, (_, batch) =>
    Uint32Array.from({ length: BATCH * spec.model.context }, (_, i) =>
      draws.below(1 + draws.below(VOCABULARY - 1, batch, 2 * i), batch, 2 * i + 1),
    ),
  );
}

/** The batches as a trainer wants them. */
export function datasetOf(spec: RaceSpec) {
  const tokens = batchesOf(spec);
  const shape = {
    B: BATCH,
    T: spec.model.context,
    extra: VOCABULARY - 1,
    rows: Uint32Array.from({ length: BATCH }, (_, i) => i),
  };
  return {
    vocabulary: VOCABULARY,
    batch: (step: number) => ({ tokens: tokens[step % BATCHES], ...shape }),
  };
}

/** The work of a size, the same for every contender. */
export function workOf(size: SizeName): Work {
  const spec = specOf(size);
  const layout = parameterLayout(spec.model, VOCABULARY);
  const arena = initialParameters(spec.model, layout, spec.seed);
  const family = familyOf('ar', spec);
  const dataset = datasetOf(spec);
  const noise = stream(spec.seed, 'noise');
  const batches = Array.from({ length: BATCHES }, (_, step) => family.corrupt(dataset.batch(step), noise, step));
  return {
    model: spec.model,
    train: spec.train,
    feedForward: feedForwardOf(spec.model),
    vocabulary: VOCABULARY,
    parameters: layout.slices.map(({ name, shape, offset }) => ({
      name,
      shape,
      values: arena.slice(offset, offset + shape.reduce((size, n) => size * n, 1)),
    })),
    batches: BATCHES,
    batch: (step) => batches[step % BATCHES],
    learningRate: (step) => learningRate(spec.train, step),
  };
}

export type LabExecutor = 'gpu' | 'cpu';

/** `half`: with the kernels that keep 16-bit copies, which are otherwise off. */
export async function openExecutor(kind: LabExecutor, openGpu: OpenGpu, half = false): Promise<Executor> {
  if (kind === 'cpu') return openCpuExecutor();
  const { gpu, software, why } = await openGpu();
  return openGpuExecutor(gpu, { why, half, ...(software !== undefined && { software }) });
}

/** The adapter that the lab takes, named as the lab names it. */
export async function adapterOf(openGpu: OpenGpu): Promise<Pick<Contender, 'adapter' | 'software'>> {
  const executor = await openExecutor('gpu', openGpu);
  const { adapter, software } = executor.info;
  executor.destroy();
  return { adapter, software };
}

/** The lab's trainer on such batches. `variants`: chosen by the lab where they are not given. */
export function openTrainer(executor: Executor, spec: RaceSpec, family: Family, variants: Record<string, string> = {}) {
  return Trainer.create({ executor, spec, family, dataset: datasetOf(spec), variants });
}

/** The lab itself on one of its executors. */
export async function openLab(kind: LabExecutor, size: SizeName, openGpu: OpenGpu): Promise<Contender> {
  const executor = await openExecutor(kind, openGpu);
  const spec = specOf(size);
  const trainer = await openTrainer(executor, spec, familyOf('ar', spec));
  return {
    adapter: executor.info.adapter,
    software: executor.info.software,
    async step() {
      await trainer.advance();
      const [{ loss, gradNorm }] = await trainer.metrics();
      return [loss, gradNorm];
    },
  };
}
