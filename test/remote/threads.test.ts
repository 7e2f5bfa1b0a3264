import { afterEach, describe, expect, it } from 'vitest';
import { CrossoverError } from '../../src/core/errors.ts';
import type { Executor } from '../../src/graph/executor.ts';
import { spawnThread } from '../../src/hosts/node/threads.ts';
import type { Spawn } from '../../src/remote/protocol.ts';
import { openThreads } from '../../src/remote/threads.ts';
import { localThreads } from '../support/threads.ts';
import { tinySpec } from '../support/tiny.ts';
import { train, trainerOf } from '../support/training.ts';

const open: Executor[] = [];
afterEach(() => {
  for (const executor of open.splice(0)) executor.destroy();
});

async function opened(spawn: Spawn, count = 2): Promise<Executor> {
  const executor = await openThreads(spawn, count, { why: 'No adapter.' });
  open.push(executor);
  return executor;
}

describe('the cpu executor in threads', () => {
  it('has a lane for each, says so, and can be used without knowing of lanes', async () => {
    const cpu = await opened(spawnThread);
    expect(cpu.lanes).toHaveLength(2);
    expect(cpu.info.adapter).toMatch(/^CPU, WebAssembly .*SIMD, 2 threads$/);
    expect(cpu.info.why).toMatch(/^No adapter\. .*The models train in parallel, on 2 threads\.$/);
    expect(cpu.capacity.total).toBe(2 * cpu.lanes![0].capacity.total!);
    const spec = tinySpec();
    expect(await train(await trainerOf(cpu, spec, 'ar'), 3)).toEqual(
      await train(await trainerOf(cpu.lanes![1], spec, 'ar'), 3),
    );
    await cpu.idle();
  });

  it('computes in parallel: a lane does not wait for what another was given before', async () => {
    const cpu = await opened(spawnThread);
    const spec = tinySpec({ model: { channels: 96, feedForward: 256 }, train: { batch: 16 } });
    const [long, short] = await Promise.all(cpu.lanes!.map((lane) => trainerOf(lane, spec, 'ar')));
    await Promise.all([train(long, 1), train(short, 1)]);
    for (let i = 0; i < 40; i++) long.program.run();
    short.program.run();
    const ended: string[] = [];
    await Promise.all(
      cpu.lanes!.map(async (lane, i) => {
        await lane.idle();
        ended.push(['forty steps', 'one step'][i]);
      }),
    );
    expect(ended).toEqual(['one step', 'forty steps']);
  });

  it('computes on one thread where no other can be started, and says so', async () => {
    const { spawn } = localThreads();
    let started = 0;
    const cpu = await opened((events) => {
      if (++started === 2) throw new Error('Workers are forbidden here.');
      return spawn(events);
    });
    expect(cpu.lanes).toBeUndefined();
    expect(cpu.info).toMatchObject({ kind: 'cpu', adapter: expect.stringMatching(/SIMD$/) });
    expect(cpu.info.why).toMatch(
      /^No adapter\. Everything shares one thread, because no others could be started: Workers are forbidden here\./,
    );
    expect(await train(await trainerOf(cpu, tinySpec(), 'ar'), 1)).toHaveLength(1);
  });

  it('says so too when a thread starts and fails at once', async () => {
    const cpu = await opened((events) => {
      setTimeout(() => events.failure('its script cannot be loaded'));
      return { post: () => {}, end: () => {} };
    });
    expect(cpu.info.why).toContain('A thread of the cpu executor ended: its script cannot be loaded.');
  });

  it('is lost when one thread is lost, and the others end', async () => {
    const { spawn, kill } = localThreads();
    const cpu = await opened(spawn);
    const loss = expect(cpu.lost).rejects.toBeInstanceOf(CrossoverError);
    const other = cpu.lanes![0].idle();
    await other;
    kill(1, 'out of memory');
    await loss;
    await expect(cpu.lanes![0].idle()).rejects.toThrow('this thread of the cpu executor was closed');
  });
});
