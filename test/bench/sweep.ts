import { parseArgs } from 'node:util';
import { familyOf } from '../../src/families/index.ts';
import type { Executor } from '../../src/graph/executor.ts';
import { openNodeGpu } from '../../src/hosts/node/webgpu.ts';
import { trainingFlops } from '../../src/model/counts.ts';
import type { TrainerCosts } from '../../src/train/trainer.ts';
import { alignedText } from './kernelRows.ts';
import { openExecutor, openTrainer } from './lab.ts';
import { countOption, listOption, oneOf } from './options.ts';
import { matmulRate } from './rates.ts';
import { BATCH, parametersOf, READ_EVERY, SIZES, type SizeName, specOf, VOCABULARY } from './sizes.ts';

/** One size on one executor, or in pytorch.py, which prints the same fields. */
export interface SizeRow {
  config: string;
  parameters: number;
  contender: string;
  adapter: string;
  steps: number;
  msPerStep: number;
  tokensPerS: number;
  /** Model FLOPs a second: three forward passes a step, norms and softmax left out (src/model/counts.ts). */
  gflops: number;
  /** The device's own rate in a product of two large squares, and what part of it the step reaches. */
  matmulGflops: number;
  matmulShare: number;
  dispatchesPerS?: number;
  /** Milliseconds a step of the host: making the batch, writing, encoding, submitting; absent where the host is what computes. */
  hostMsPerStep?: number;
  /** Seconds from the open device to the first loss. */
  firstStep: number;
}

/** Sizes that a device which computes on the CPU is asked unless they are named. */
const SMALL_SIZES: readonly SizeName[] = ['60k', 'small', 'big'];

/** `npm run bench:sizes`: the lab over sizes of models, steps without a pause. Returns what goes into the JSON. */
export async function main(argv: string[]): Promise<SizeRow[]> {
  const { values } = parseArgs({
    args: argv,
    options: {
      executor: { type: 'string', default: 'gpu' },
      adapter: { type: 'string', default: 'auto' },
      configs: { type: 'string' },
      seconds: { type: 'string' },
      quick: { type: 'boolean', default: false },
    },
  });
  const kind = oneOf('--executor', values.executor, ['gpu', 'cpu'] as const);
  const adapter = oneOf('--adapter', values.adapter, ['auto', 'software'] as const);
  const seconds = countOption('--seconds', values.seconds, values.quick ? 1 : 5);
  const executor = await openExecutor(kind, () => openNodeGpu(adapter));
  try {
    const unasked = executor.info.software ? SMALL_SIZES : SIZES;
    const configs = listOption('--configs', values.configs, SIZES, values.quick ? ['small'] : unasked);
    const { matmulGflops } = await matmulRate(executor);
    const rows: SizeRow[] = [];
    for (const config of configs) {
      process.stderr.write(`${config} …\n`);
      rows.push(await measureSize(executor, config, seconds, matmulGflops));
    }
    process.stdout.write(`${executor.info.adapter}\n${sizeTable(rows)}\n`);
    return rows;
  } finally {
    executor.destroy();
  }
}

/** Steps one after the other for some seconds, their metrics read only now and then, as the lab itself trains. */
async function measureSize(
  executor: Executor,
  config: SizeName,
  seconds: number,
  matmulGflops: number,
): Promise<SizeRow> {
  const spec = specOf(config);
  const opening = performance.now();
  const trainer = await openTrainer(executor, spec, familyOf('ar', spec));
  try {
    const { program } = trainer;
    const steps = async (count: number) => {
      for (let left = count; left > 0; ) left -= await trainer.advance(left);
      await trainer.metrics();
    };
    await steps(1);
    const firstStep = (performance.now() - opening) / 1000;
    await steps(3);
    const before = hostMs(trainer.costs);
    const first = trainer.step;
    const start = performance.now();
    const elapsed = () => performance.now() - start;
    // The first step tells how many fit before the metrics are read.
    await steps(1);
    const together = Math.max(1, Math.min(READ_EVERY, Math.floor((seconds * 1000) / elapsed())));
    while (elapsed() < seconds * 1000) await steps(together);
    const taken = trainer.step - first;
    const msPerStep = elapsed() / taken;
    const gflops = trainingFlops(spec.model, VOCABULARY, BATCH, true) / (msPerStep * 1e6);
    return {
      config,
      parameters: parametersOf(config),
      contender: `lab ${executor.info.kind}`,
      adapter: executor.info.adapter,
      steps: taken,
      msPerStep,
      tokensPerS: (BATCH * spec.model.context * 1000) / msPerStep,
      gflops,
      matmulGflops,
      matmulShare: gflops / matmulGflops,
      ...(executor.info.kind === 'gpu' && {
        dispatchesPerS: (program.dispatches * 1000) / msPerStep,
        hostMsPerStep: (hostMs(trainer.costs) - before) / taken,
      }),
      firstStep,
    };
  } finally {
    trainer.destroy();
  }
}

const hostMs = ({ prepare, write, encode, submit }: TrainerCosts): number => prepare + write + encode + submit;

const short = (x: number): string => (x >= 100 ? x.toFixed(0) : x.toPrecision(3));

/** The rows as a table of text. */
export function sizeTable(rows: readonly SizeRow[]): string {
  const head = ['size', 'parameters', 'ms a step', 'tokens/s', 'of matmul', 'dispatches/s', 'host', 'first step, s'];
  const cells = rows.map((row) => [
    row.config,
    row.parameters.toLocaleString('en'),
    short(row.msPerStep),
    short(row.tokensPerS),
    `${(100 * row.matmulShare).toFixed(1)} %`,
    row.dispatchesPerS === undefined ? '–' : short(row.dispatchesPerS),
    row.hostMsPerStep === undefined ? '–' : `${((100 * row.hostMsPerStep) / row.msPerStep).toFixed(1)} %`,
    short(row.firstStep),
  ]);
  return alignedText([head, ...cells]);
}
