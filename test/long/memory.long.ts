import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { openCpuExecutor } from '../../src/cpu/executor.ts';
import { familyOf } from '../../src/families/index.ts';
import type { Executor } from '../../src/graph/executor.ts';
import { Evaluator, windowsOf } from '../../src/train/evaluation.ts';
import { Writer } from '../../src/train/sampling.ts';
import { Trainer } from '../../src/train/trainer.ts';
import { openTestGpu } from '../support/gpu.ts';
import { watchBuffers } from '../support/gpuBuffers.ts';
import { tinyDataset, tinySpec } from '../support/tiny.ts';

const STEPS = 20_000;
const LOOK_EVERY = 2000;
/** Steps after which nothing may grow any more: everything has been compiled, pooled and collected by then. */
const SETTLED = 4000;
const MEBIBYTE = 2 ** 20;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

interface Look {
  step: number;
  /** MiB of the process, of live JavaScript objects, and of their buffers. */
  rss: number;
  heap: number;
  arrays: number;
  /** Device memory: MiB, and how many buffers it is in. */
  device: number;
  buffers: number;
}

describe('training for 20,000 steps, with evaluations, texts and checkpoints', () => {
  it('takes no more memory at the end than near the beginning: cpu', async () => {
    const cpu = await openCpuExecutor();
    expectFlat(await looks(cpu, () => ({ bytes: cpu.memoryBytes, count: 1 })));
  });

  it('takes no more memory at the end than near the beginning: gpu', async () => {
    const gpu = await openTestGpu();
    const buffers = watchBuffers(gpu.device);
    expectFlat(await looks(gpu, () => ({ bytes: buffers.bytes, count: buffers.count })));
    gpu.destroy();
  });
});

async function looks(executor: Executor, device: () => { bytes: number; count: number }): Promise<Look[]> {
  const spec = tinySpec({
    model: { layers: 1, channels: 8, feedForward: 16, context: 8 },
    train: { steps: STEPS, batch: 2 },
  });
  const dataset = tinyDataset(spec);
  const family = familyOf('diffusion', spec);
  const options = { executor, spec, family, dataset, vocabulary: dataset.vocabulary, variants: {} };
  const trainer = await Trainer.create(options);
  const evaluator = await Evaluator.create({ ...options, state: trainer.state, arena: 'ema' });
  const writer = await Writer.create({ ...options, state: trainer.state });
  const found: Look[] = [];
  for (let until = LOOK_EVERY; until <= STEPS; until += LOOK_EVERY) {
    while (trainer.step < until) {
      const turn = Math.min(until, trainer.step + 100);
      while (trainer.step < turn) await trainer.advance(turn - trainer.step);
      await trainer.metrics();
      // A race lets the host's messages in after every turn.
      await new Promise((resolve) => setImmediate(resolve));
      if (trainer.step % 500 === 0) await evaluator.evaluate(windowsOf(dataset, 'validation'));
    }
    await writer.write(trainer.step);
    await trainer.arenas();
    found.push(look(trainer.step, device()));
  }
  console.log(`${executor.info.adapter}\n${found.map((each) => JSON.stringify(each)).join('\n')}`);
  for (const each of [writer, evaluator, trainer]) each.destroy();
  return found;
}

function look(step: number, { bytes, count }: { bytes: number; count: number }): Look {
  collectGarbage();
  const { rss, heapUsed, arrayBuffers } = process.memoryUsage();
  const mebibytes = (n: number) => Number((n / MEBIBYTE).toFixed(2));
  return {
    step,
    rss: mebibytes(rss),
    heap: mebibytes(heapUsed),
    arrays: mebibytes(arrayBuffers),
    device: mebibytes(bytes),
    buffers: count,
  };
}

/** Device memory to the byte; the rest within what a collector and an allocator leave lying about. */
function expectFlat(found: readonly Look[]): void {
  const settled = found.find(({ step }) => step >= SETTLED)!;
  const last = found.at(-1)!;
  expect(last.step).toBe(STEPS);
  expect([last.device, last.buffers]).toEqual([settled.device, settled.buffers]);
  expect(last.heap - settled.heap).toBeLessThan(2);
  expect(last.arrays - settled.arrays).toBeLessThan(1);
  expect(last.rss - settled.rss).toBeLessThan(16);
}
