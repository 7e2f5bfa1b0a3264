import { stream } from '../../core/rng.ts';
import { median } from '../../core/statistics.ts';
import { familyOf } from '../../families/index.ts';
import { GpuExecutor } from '../../gpu/executor.ts';
import { timeVariant } from '../../gpu/tune.ts';
import type { Executor } from '../../graph/executor.ts';
import { f32 } from '../../graph/op.ts';
import { byOp, type NodeTime } from '../../graph/profile.ts';
import { matmulNTOp } from '../../ops/matmul.ts';
import { threadsOf } from '../../remote/threads.ts';
import { parseRaceSpec } from '../../spec/parse.ts';
import { RING_ROWS } from '../../train/graphs.ts';
import { stepState } from '../../train/schedule.ts';
import { Trainer, type TrainerCosts } from '../../train/trainer.ts';
import type { Device } from './device.ts';

/** What `npm run bench` prints a line of. Times are wall clock, medians over turns like those of a race. */
export interface BenchLine {
  config: string;
  executor: string;
  adapter: string;
  /** That share a kernel; 1 where the device is no CPU. */
  threads: number;
  ms_per_step: number;
  tokens_per_s: number;
  /** Of one step. */
  dispatches: number;
  dispatches_per_s: number;
  /** Steps that were handed over at once, on average. */
  steps_per_submit: number;
  /** Microseconds of the host for a step, while the device computes others: the sum of the parts below. */
  host_us_per_step: number;
  /** Making the batch; copying it to the queue, recording the commands and handing them over, where there is a queue. */
  host_us: { prepare: number; write: number; encode: number; submit: number };
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
/** A turn of a race, and how many of them are timed at least. */
const TURN_MS = 80;
const MOST_TURN_STEPS = 32;
const LEAST_TURNS = 5;
/** The product that a device is rated by: the first of these that takes it long enough to be timed by the clock. */
const MATMUL_SIZES = [512, 1024, 2048, 4096];
const MATMUL_MS = 5;

export interface BenchResult {
  line: BenchLine;
  /** Every node of one further step, timed by itself; empty unless asked for. */
  profile: NodeTime[];
}

/** What is timed: `auto` is the gpu and the cpu, and the cpu is one thread and, where there are more cores, all of them. */
export function benchDevices(device: Device, cores: number): Device[] {
  const executors = device.executor === 'auto' ? (['gpu', 'cpu'] as const) : [device.executor];
  return executors.flatMap((executor) => {
    if (executor !== 'cpu' || device.threads !== undefined) return [{ ...device, executor }];
    return [...new Set([1, threadsOf(cores, 1)])].map((threads) => ({ ...device, executor, threads }));
  });
}

/** Trains the AR model of a configuration on random tokens, `steps` steps at least after the first ones. */
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
    await turn(trainer, 1);
    const firstStep = performance.now() - start;
    const rough = await turn(trainer, 1);
    const perTurn = Math.max(1, Math.min(MOST_TURN_STEPS, Math.floor(TURN_MS / rough)));
    // How many steps to hand over at once is found on the way.
    if (perTurn > 1) await turn(trainer, perTurn);
    const before = trainer.costs;
    const times: number[] = [];
    while (times.length < Math.min(steps, LEAST_TURNS) || times.length * perTurn < steps)
      times.push((await turn(trainer, perTurn)) / perTurn);
    const ms = median(times);
    const { dispatches, flops } = trainer.program;
    const host = hostCost(before, trainer.costs);
    const matmul = await matmulRate(executor);
    const line = {
      config,
      executor: executor.info.kind,
      adapter: executor.info.adapter,
      threads: executor.info.limits.threads ?? 1,
      ms_per_step: round(ms),
      tokens_per_s: Math.round((BATCH * T * 1000) / ms),
      dispatches,
      dispatches_per_s: Math.round((dispatches * 1000) / ms),
      ...host,
      first_step_s: round(firstStep / 1000),
      matmul_gflops: round(matmul),
      matmul_share: round(flops / (ms * 1e6) / matmul),
    };
    const last = stepState(spec.train, spec.seed, trainer.step, RING_ROWS);
    return { line, profile: profile ? await trainer.program.profile(last) : [] };
  } finally {
    trainer.destroy();
  }
}

/** Takes `steps` steps as a race does between two looks at its messages; milliseconds. */
async function turn(trainer: Trainer, steps: number): Promise<number> {
  const start = performance.now();
  const until = trainer.step + steps;
  while (trainer.step < until) await trainer.advance(until - trainer.step);
  await trainer.metrics();
  return performance.now() - start;
}

/** What the steps between two readings of a trainer's costs have cost the host. */
function hostCost(before: TrainerCosts, after: TrainerCosts) {
  const steps = after.steps - before.steps;
  const us = (part: 'prepare' | 'write' | 'encode' | 'submit') => (1000 * (after[part] - before[part])) / steps;
  const [prepare, write, encode, submit] = [us('prepare'), us('write'), us('encode'), us('submit')];
  return {
    steps_per_submit: round(steps / (after.submissions - before.submissions)),
    host_us_per_step: round(prepare + write + encode + submit),
    host_us: { prepare: round(prepare), write: round(write), encode: round(encode), submit: round(submit) },
  };
}

/** Bench lines as rows of a table. */
export function benchRows(lines: readonly BenchLine[]): string[][] {
  const rows = lines.map(({ host_us, ...line }) => [
    `${line.config}, ${line.executor}${line.threads > 1 ? ` × ${line.threads}` : ''}`,
    `${line.ms_per_step}`,
    `${line.tokens_per_s}`,
    `${line.dispatches}`,
    `${line.dispatches_per_s}`,
    `${line.steps_per_submit}`,
    `${line.host_us_per_step}`,
    [host_us.prepare, host_us.write, host_us.encode, host_us.submit].join(' + '),
    `${line.first_step_s}`,
    `${line.matmul_gflops}`,
    `${(100 * line.matmul_share).toFixed(1)} %`,
  ]);
  return [
    [
      'work',
      'ms/step',
      'tokens/s',
      'dispatches',
      'dispatches/s',
      'steps/submit',
      'host µs/step',
      'batch + write + encode + submit',
      'first step s',
      'matmul GFLOP/s',
      'share of it',
    ],
    ...rows,
  ];
}

/** A profile as rows: milliseconds of each op, its share of the step, and what it achieves. */
export function profileRows(times: readonly NodeTime[]): string[][] {
  const total = times.reduce((sum, { ms }) => sum + ms, 0);
  const rows = byOp(times).map(({ op, nodes, ms, flops }) => [
    op,
    `${nodes.length}`,
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
  let rate = 0;
  for (const n of MATMUL_SIZES) {
    const call = { tensors: { x: f32(n, n), w: f32(n, n), y: f32(n, n) }, attrs: {} };
    const variants = executor instanceof GpuExecutor ? matmulNTOp.variants!(call, executor.traits) : [''];
    let best = Number.POSITIVE_INFINITY;
    for (const variant of variants) best = Math.min(best, await timeVariant(executor, matmulNTOp, call, variant, best));
    rate = (2 * n ** 3) / (best * 1e6);
    if (best >= MATMUL_MS) break;
  }
  return rate;
}

function round(x: number): number {
  return Number(x.toPrecision(4));
}
