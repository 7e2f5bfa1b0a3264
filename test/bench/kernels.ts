import { parseArgs } from 'node:util';
import { messageOf } from '../../src/core/errors.ts';
import { stream } from '../../src/core/rng.ts';
import type { Family } from '../../src/families/family.ts';
import { GpuExecutor } from '../../src/gpu/executor.ts';
import type { Executor } from '../../src/graph/executor.ts';
import type { Tape } from '../../src/graph/tape.ts';
import { openNodeGpu } from '../../src/hosts/node/webgpu.ts';
import { initialParameters, parameterLayout } from '../../src/model/parameters.ts';
import { OPS } from '../../src/ops/index.ts';
import type { RaceSpec } from '../../src/spec/schema.ts';
import { arenaSizes, type EvaluationGraph, RING_ROWS } from '../../src/train/graphs.ts';
import { stepState } from '../../src/train/schedule.ts';
import { type Trainer, writeBatch } from '../../src/train/trainer.ts';
import { type KernelRow, kernelTable, type Rounds, rowsOf, variantSets, withoutRepetitions } from './kernelRows.ts';
import { datasetOf, openExecutor, openTrainer } from './lab.ts';
import { graphsOf, OBJECTIVES, type Objective } from './objectives.ts';
import { countOption, listOption, oneOf } from './options.ts';
import { type Rates, ratesOf } from './rates.ts';
import { PEER_SIZES, SIZES, type SizeName, VOCABULARY } from './sizes.ts';

export interface KernelReport {
  adapter: string;
  /** What the milliseconds were read off. */
  clock: string;
  rates: Rates;
  rows: KernelRow[];
}

/**
 * `npm run bench:kernels`: every op of a training step and of an evaluation, with every variant, at the shapes of the
 * sizes. Returns what goes into the JSON.
 */
export async function main(argv: string[]): Promise<KernelReport> {
  const { values } = parseArgs({
    args: argv,
    options: {
      executor: { type: 'string', default: 'gpu' },
      adapter: { type: 'string', default: 'auto' },
      half: { type: 'boolean', default: false },
      configs: { type: 'string' },
      objectives: { type: 'string' },
      ops: { type: 'string' },
      rounds: { type: 'string' },
      quick: { type: 'boolean', default: false },
    },
  });
  const kind = oneOf('--executor', values.executor, ['gpu', 'cpu'] as const);
  const adapter = oneOf('--adapter', values.adapter, ['auto', 'software'] as const);
  const names = OPS.map(({ name }) => name);
  const ops = listOption('--ops', values.ops, names);
  const rounds = countOption('--rounds', values.rounds, values.quick ? 2 : 8);
  const executor = await openExecutor(kind, () => openNodeGpu(adapter), values.half);
  try {
    const unasked: readonly SizeName[] = executor.info.software ? PEER_SIZES : SIZES;
    const configs = listOption('--configs', values.configs, SIZES, values.quick ? ['small'] : unasked);
    const objectives = listOption(
      '--objectives',
      values.objectives,
      OBJECTIVES,
      executor.info.software ? ['ar'] : OBJECTIVES,
    );
    const rates = await ratesOf(executor);
    const clock = clockOf(executor);
    process.stdout.write(`${executor.info.adapter}, milliseconds by ${clock}\n${ratesWords(rates)}\n`);
    const rows: KernelRow[] = [];
    for (const config of configs) {
      const all: KernelRow[] = [];
      for (const objective of objectives)
        all.push(...(await measureObjective(executor, config, objective, rounds, rates)));
      const found = withoutRepetitions(all).filter(({ op }) => ops.includes(op));
      process.stdout.write(`\n${config}\n${kernelTable(found)}\n`);
      rows.push(...found);
    }
    const missing = ops.filter((name) => rows.every(({ op }) => op !== name));
    if (missing.length > 0) process.stdout.write(`\nNot in these steps: ${missing.join(', ')}.\n`);
    return { adapter: executor.info.adapter, clock, rates, rows };
  } finally {
    executor.destroy();
  }
}

function clockOf(executor: Executor): string {
  if (!(executor instanceof GpuExecutor)) return 'wall clock';
  return executor.device.features.has('timestamp-query')
    ? 'the device’s timestamps'
    : 'wall clock, a submission an op included';
}

function ratesWords({ matmulGflops, matmulSize, matmulVariant, copyGBs }: Rates): string {
  const kernel = matmulVariant && `, kernel ${matmulVariant}`;
  return (
    `matmul ${matmulGflops.toPrecision(4)} GFLOP/s (${matmulSize} × ${matmulSize}${kernel}), ` +
    `copy ${copyGBs.toPrecision(3)} GB/s (read and written)`
  );
}

/** The step that is measured, and how an evaluation ends: with its own loss kernel. */
async function measureObjective(
  executor: Executor,
  config: SizeName,
  objective: Objective,
  rounds: number,
  rates: Rates,
): Promise<KernelRow[]> {
  const { spec, family, training, evaluation } = graphsOf(config, objective);
  const rows: KernelRow[] = [];
  // The kernels of the cpu executor have no variants.
  const sets = executor instanceof GpuExecutor ? variantSets([training.tape, evaluation.tape], executor.traits) : [{}];
  for (const variants of sets) {
    const names = [...new Set(Object.values(variants))];
    process.stderr.write(`${[`${config}, ${objective}`, ...names].join(', ')} …\n`);
    let trainer: Trainer | undefined;
    try {
      trainer = await openTrainer(executor, spec, family, { ...variants });
      const { program } = trainer;
      await trainer.advance();
      await trainer.metrics();
      const step = stepState(spec.train, spec.seed, trainer.step, RING_ROWS);
      const times = await roundsOf(rounds, program.tape, () => program.profile(step));
      rows.push(...rowsOf(config, program.tape.nodes, variants, times, rates));
    } catch (error) {
      // Only the first of an op's variants must run on every device.
      if (variants === sets[0]) throw error;
      process.stderr.write(`  left out, they do not run here: ${messageOf(error)}\n`);
    } finally {
      trainer?.destroy();
    }
  }
  const trained = new Set(rows.map(({ op }) => op));
  const evaluated = await measureEvaluation(executor, spec, family, evaluation, {
    config,
    variants: sets[0],
    rounds,
    rates,
  });
  return [...rows, ...evaluated.filter(({ op }) => !trained.has(op))];
}

/** An evaluation of a real batch: positions without weight would cost nothing. */
async function measureEvaluation(
  executor: Executor,
  spec: RaceSpec,
  family: Family,
  { tape, inputs }: EvaluationGraph,
  run: { config: SizeName; variants: Record<string, string>; rounds: number; rates: Rates },
): Promise<KernelRow[]> {
  const layout = parameterLayout(spec.model, VOCABULARY);
  const state = executor.createState(arenaSizes(layout));
  const program = await executor.compile(tape, state, { variants: { ...run.variants } });
  try {
    state.write('ema', initialParameters(spec.model, layout, spec.seed));
    writeBatch(program, inputs, family.evaluate(datasetOf(spec).batch(0), stream(spec.seed, 'noise'), 0, 0, 1));
    const times = await roundsOf(run.rounds, tape, () => program.profile());
    return rowsOf(run.config, tape.nodes, run.variants, times, run.rates);
  } finally {
    program.destroy();
    state.destroy();
  }
}

/** The first run warms up and does not count. */
async function roundsOf(
  rounds: number,
  tape: Tape,
  profile: () => Promise<readonly { op: string; ms: number }[]>,
): Promise<Rounds> {
  await profile();
  const all: number[][] = [];
  for (let round = 0; round < rounds; round++) {
    const times = await profile();
    const strange = tape.nodes.find(({ op }, i) => times[i]?.op !== op.name);
    if (strange) throw new Error(`the profile does not follow the nodes of the tape at ${strange.op.name}`);
    all.push(times.map(({ ms }) => ms));
  }
  return all;
}
