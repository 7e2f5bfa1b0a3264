import { stream } from '../../src/core/rng.ts';
import { openCpuExecutor } from '../../src/cpu/executor.ts';
import { familyOf } from '../../src/families/index.ts';
import { openGpuExecutor } from '../../src/gpu/executor.ts';
import type { Executor } from '../../src/graph/executor.ts';
import { BENCH_CONFIGS, type BenchConfig } from '../../src/hosts/cli/bench.ts';
import { type AdapterChoice, openNodeGpu } from '../../src/hosts/node/webgpu.ts';
import { initialParameters, type ModelSpec, parameterLayout } from '../../src/model/parameters.ts';
import { parseRaceSpec } from '../../src/spec/parse.ts';
import { feedForwardOf, type RaceSpec } from '../../src/spec/schema.ts';
import { learningRate } from '../../src/train/schedule.ts';
import { Trainer } from '../../src/train/trainer.ts';
import type { StepFigures } from './report.ts';

export { disagreement, measurementOf, tableOf } from './report.ts';
export { openNodeGpu };

const VOCABULARY = 96;
const BATCH = 16;
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
  /** Step s, from 0: ids and targets [B·T], every position with weight 1/(B·T). */
  batch(step: number): { inputs: Uint32Array; targets: Uint32Array };
  learningRate(step: number): number;
}

/** What a contender is to the runner. It ends with its process. */
export interface Contender {
  /** Library and version. */
  version: string;
  adapter: string;
  /** Whether it computes on the CPU. */
  software: boolean;
  /** The next optimizer step; resolves to its loss and gradient norm, read by the host. */
  step(): Promise<StepFigures>;
}

/** A short warm-up with large rates, so that losses would part within a few steps if anything differed. */
function specOf(config: BenchConfig): RaceSpec {
  return parseRaceSpec({ model: BENCH_CONFIGS[config], train: { batch: BATCH, warmupSteps: 4, learningRate: 2e-3 } });
}

/** Tokens with a skewed distribution: there is something to learn at once. */
function batchesOf(spec: RaceSpec): Uint32Array[] {
  const draws = stream(spec.seed, 'bench');
  return Array.from({ length: BATCHES }, (_, batch) =>
    Uint32Array.from({ length: BATCH * spec.model.context }, (_, i) =>
      draws.below(1 + draws.below(VOCABULARY - 1, batch, 2 * i), batch, 2 * i + 1),
    ),
  );
}

/** The work of a configuration, the same for every contender. */
export function workOf(config: BenchConfig): Work {
  const spec = specOf(config);
  const layout = parameterLayout(spec.model, VOCABULARY);
  const arena = initialParameters(spec.model, layout, spec.seed);
  const family = familyOf('ar', spec);
  const shape = { B: BATCH, T: spec.model.context, extra: VOCABULARY - 1 };
  const batches = batchesOf(spec).map((tokens) => family.corrupt({ tokens, ...shape }, stream(spec.seed, 'noise'), 0));
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
    batch: (step) => batches[step % BATCHES],
    learningRate: (step) => learningRate(spec.train, step),
  };
}

async function openExecutor(kind: string, choice: AdapterChoice): Promise<Executor> {
  if (kind === 'cpu') return openCpuExecutor();
  const { gpu, software, why } = await openNodeGpu(choice);
  return openGpuExecutor(gpu, { why, software });
}

/** The lab itself on one of its executors, `gpu` or `cpu`. */
export async function openLab(kind: string, config: BenchConfig, choice: AdapterChoice): Promise<Contender> {
  const executor = await openExecutor(kind, choice);
  const spec = specOf(config);
  const tokens = batchesOf(spec);
  const shape = { B: BATCH, T: spec.model.context, extra: VOCABULARY - 1 };
  const dataset = {
    vocabulary: VOCABULARY,
    batch: (step: number) => ({ tokens: tokens[step % BATCHES], ...shape }),
  };
  const trainer = await Trainer.create({ executor, spec, family: familyOf('ar', spec), dataset, variants: {} });
  return {
    version: 'this repository',
    adapter: executor.info.adapter,
    software: executor.info.software,
    async step() {
      await trainer.advance();
      const [{ loss, gradNorm }] = await trainer.metrics();
      return [loss, gradNorm];
    },
  };
}
