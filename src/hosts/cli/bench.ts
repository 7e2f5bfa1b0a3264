import { stream } from '../../core/rng.ts';
import { median } from '../../core/statistics.ts';
import { familyOf } from '../../families/index.ts';
import { GpuExecutor } from '../../gpu/executor.ts';
import { timeVariant } from '../../gpu/tune.ts';
import type { Executor } from '../../graph/executor.ts';
import { f32 } from '../../graph/op.ts';
import { byOp, type NodeTime } from '../../graph/profile.ts';
import { matmulNTOp } from '../../ops/matmul.ts';
import { parseRaceSpec } from '../../spec/parse.ts';
import { RING_ROWS } from '../../train/graphs.ts';
import { stepState } from '../../train/schedule.ts';
import { Trainer } from '../../train/trainer.ts';

/** What `npm run bench` prints a line of. Times are medians over steps, wall clock. */
export interface BenchLine {
  config: string;
  executor: string;
  adapter: string;
  ms_per_step: number;
  tokens_per_s: number;
  dispatches: number;
  /** Compilation, choice of kernels and the first step, in seconds. */
  first_step_s: number;
  /** The device's own rate in one large matrix product with the best of our kernels. */
  matmul_gflops: number;
  /** Model FLOPs of the step per second / that rate. */
  matmul_share: number;
}

/** The two configurations that every peer is measured on. V = 96 with the extra token. */
export const BENCH_CONFIGS = {
  small: { layers: 2, channels: 64, heads: 2, context: 64 },
  big: { layers: 4, channels: 128, heads: 4, context: 128 },
} as const;
export type BenchConfig = keyof typeof BENCH_CONFIGS;

const VOCABULARY = 96;
const BATCH = 16;
const MATMUL_SIZE = 512;

export interface BenchResult {
  line: BenchLine;
  /** Every node of one further step, timed by itself; empty unless asked for. */
  profile: NodeTime[];
}

/** Trains the AR model of a configuration on random tokens for `steps` steps after the first. */
export async function benchConfig(
  executor: Executor,
  config: BenchConfig,
  { steps, profile }: { steps: number; profile: boolean },
): Promise<BenchResult> {
  const spec = parseRaceSpec({ model: BENCH_CONFIGS[config], train: { batch: BATCH } });
  const { context: T } = spec.model;
  const draws = stream(spec.seed, 'bench');
  const dataset = {
    vocabulary: VOCABULARY,
    batch: (step: number) => ({
      tokens: Uint32Array.from({ length: BATCH * T }, (_, i) => draws.below(VOCABULARY - 1, step, i)),
      B: BATCH,
      T,
      extra: VOCABULARY - 1,
    }),
  };
  const start = performance.now();
  const trainer = await Trainer.create({ executor, spec, family: familyOf('ar', spec), dataset, variants: {} });
  try {
    await trainer.advance();
    await trainer.metrics();
    const firstStep = performance.now() - start;
    const times: number[] = [];
    for (let i = 0; i < steps; i++) {
      const before = performance.now();
      await trainer.advance();
      await trainer.metrics();
      times.push(performance.now() - before);
    }
    const ms = median(times);
    const matmul = await matmulRate(executor);
    const line = {
      config,
      executor: executor.info.kind,
      adapter: executor.info.adapter,
      ms_per_step: round(ms),
      tokens_per_s: Math.round((BATCH * T * 1000) / ms),
      dispatches: trainer.program.dispatches,
      first_step_s: round(firstStep / 1000),
      matmul_gflops: round(matmul),
      matmul_share: round(trainer.program.flops / (ms * 1e6) / matmul),
    };
    const last = stepState(spec.train, spec.seed, trainer.step, RING_ROWS);
    return { line, profile: profile ? await trainer.program.profile(last) : [] };
  } finally {
    trainer.destroy();
  }
}

/** A profile as rows: milliseconds of each op, its share of the step, and what it achieves. */
export function profileRows(times: readonly NodeTime[]): string[][] {
  const total = times.reduce((sum, { ms }) => sum + ms, 0);
  const rows = byOp(times).map(({ op, count, ms, flops }) => [
    op,
    `${count}`,
    ms.toFixed(2),
    `${((100 * ms) / total).toFixed(1)} %`,
    flops > 0 ? (flops / (ms * 1e6)).toFixed(2) : '–',
  ]);
  return [
    ['op', 'nodes', 'ms', 'share', 'GFLOP/s'],
    ...rows,
    ['all', `${times.length}`, total.toFixed(2), '100 %', ''],
  ];
}

/** GFLOP/s of a product of two square matrices with the fastest of our kernels on this device. */
async function matmulRate(executor: Executor): Promise<number> {
  const n = MATMUL_SIZE;
  const call = { tensors: { x: f32(n, n), w: f32(n, n), y: f32(n, n) }, attrs: {} };
  const variants = executor instanceof GpuExecutor ? matmulNTOp.variants!(call, executor.traits) : [''];
  let best = Number.POSITIVE_INFINITY;
  for (const variant of variants) best = Math.min(best, await timeVariant(executor, matmulNTOp, call, variant, best));
  return (2 * n ** 3) / (best * 1e6);
}

function round(x: number): number {
  return Number(x.toPrecision(4));
}
