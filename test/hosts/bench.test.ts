import { expect, it } from 'vitest';
import { openCpuExecutor } from '../../src/cpu/executor.ts';
import { benchConfig, benchDevices, benchRows } from '../../src/hosts/cli/bench.ts';

it('a benchmark says what a step takes, what it costs the host, and what share of the matmul rate it reaches', async () => {
  const { line, profile } = await benchConfig(await openCpuExecutor(), 'small', { steps: 2, profile: true });
  expect(line.tokens_per_s / ((16 * 64 * 1000) / line.ms_per_step)).toBeCloseTo(1, 2);
  expect(line.dispatches_per_s / ((line.dispatches * 1000) / line.ms_per_step)).toBeCloseTo(1, 1);
  expect(line.steps_per_submit).toBeGreaterThanOrEqual(1);
  const { prepare, write, encode, submit } = line.host_us;
  expect(prepare).toBeGreaterThan(0);
  // Running is computing here: nothing is recorded or handed over.
  expect([write, encode, submit]).toEqual([0, 0, 0]);
  expect(line.host_us_per_step).toBe(prepare);
  expect(line.matmul_gflops).toBeGreaterThan(0);
  expect(line.matmul_share).toBeGreaterThan(0);
  expect(profile).toHaveLength(line.dispatches);
  const [head, row] = benchRows([line]);
  expect(row).toHaveLength(head.length);
  expect(row[0]).toBe('small, cpu');
});

it('times the cpu on one thread and on all cores, unless the threads are given', () => {
  const timed = (threads: number | undefined, cores: number) =>
    benchDevices({ executor: 'auto', adapter: 'auto', ...(threads && { threads }) }, cores).map(
      (device) => `${device.executor} ${device.threads ?? '–'}`,
    );
  expect(timed(undefined, 1)).toEqual(['gpu –', 'cpu 1']);
  expect(timed(undefined, 6)).toEqual(['gpu –', 'cpu 1', 'cpu 6']);
  expect(timed(3, 6)).toEqual(['gpu 3', 'cpu 3']);
  expect(benchDevices({ executor: 'interpret', adapter: 'auto' }, 4)).toHaveLength(1);
});
