import { describe, expect, it } from 'vitest';
import { openCpuExecutor } from '../../src/cpu/executor.ts';
import type { Executor } from '../../src/graph/executor.ts';
import { Interpreter } from '../../src/graph/interpreter.ts';
import type { Lab } from '../../src/lab/lab.ts';
import type { LabEvent } from '../../src/lab/protocol.ts';
import { openThreads } from '../../src/remote/threads.ts';
import { FAMILIES } from '../../src/spec/schema.ts';
import { openTestGpu } from '../support/gpu.ts';
import { measuredLab } from '../support/lab.ts';
import { localThreads } from '../support/threads.ts';
import { tinySpec } from '../support/tiny.ts';

/** Asks for a profile in the middle of the race, once: after the evaluation at step 10, at which both crossings are told. */
function inTheMiddle() {
  let told = 0;
  return (event: LabEvent, lab: Lab) => {
    if (event.type === 'crossing' && ++told === 4) lab.send({ type: 'profile' });
  };
}

describe.each<[string, () => Promise<Executor>]>([
  ['WebGPU', openTestGpu],
  ['the CPU', openCpuExecutor],
  ['two threads', () => openThreads(localThreads().spawn, FAMILIES.length)],
])('a step that is profiled on %s', (_, open) => {
  it('is a step like any other: the race has the same bits as one without', async () => {
    const executor = await open();
    const plain = measuredLab(executor);
    await plain.race();
    const profiled = measuredLab(executor, inTheMiddle());
    await profiled.race();
    executor.destroy();
    const { steps } = profiled.all('profile')[0];
    expect(steps.map(({ family }) => family)).toEqual(FAMILIES);
    expect(steps.map(({ step }) => step)).toEqual([11, 11]);
    expect(profiled.numbers()).toEqual(plain.numbers());
    expect(profiled.last()).toEqual(plain.last());
  });
});

describe('a profile', () => {
  it('has every node of the step under its op, with shapes, FLOPs and time, and what the host has spent', async () => {
    const cpu = await openCpuExecutor();
    const { race, all } = measuredLab(cpu, inTheMiddle());
    await race();
    const { plan } = all('plan')[0];
    const { steps } = all('profile')[0];
    for (const { family, ops, host, step } of steps) {
      expect(ops.reduce((sum, { nodes }) => sum + nodes.length, 0)).toBe(plan.dispatches[family]);
      expect(ops.map(({ op }) => op)).toContain('adamw');
      expect(ops.map(({ ms }) => ms)).toEqual(ops.map(({ ms }) => ms).toSorted((a, b) => b - a));
      const product = ops.find(({ op }) => op === 'matmulNT')!;
      expect(product.flops).toBe(product.nodes.reduce((sum, { flops }) => sum + flops, 0));
      expect(product.nodes[0].shapes).toMatch(/^\[36, \d+\] \[\d+, \d+\] → \[36, \d+\]$/);
      expect(host.steps).toBe(step - 1);
      expect(host.prepare).toBeGreaterThan(0);
    }
    expect(steps.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(plan.bytes);
  });

  it('is refused in words where no race is on', () => {
    const { lab, all } = measuredLab(new Interpreter());
    lab.send({ type: 'profile' });
    expect(all('noProfile').map(({ why }) => why)).toEqual(['No race is on: there is no step to time.']);
  });

  it('waits while the race is paused, and is that of the next step', async () => {
    const trained: number[] = [];
    let pauses = 0;
    const { race, all } = measuredLab(await openCpuExecutor(), (event, lab) => {
      if (event.type === 'state' && event.state === 'running' && pauses === 0) lab.send({ type: 'pause' });
      if (event.type !== 'state' || event.state !== 'paused') return;
      trained.push(all('profile').length);
      pauses++;
      if (pauses === 1) lab.send({ type: 'profile' });
      setTimeout(() => lab.send({ type: pauses === 1 ? 'step' : 'resume' }), 20);
    });
    await race();
    expect(trained.slice(0, 2)).toEqual([0, 1]);
    expect(all('profile')[0].steps.map(({ step }) => step)).toEqual([1, 1]);
  });

  it('that was asked for too late is refused when the race ends', async () => {
    const { race, all } = measuredLab(await openCpuExecutor(), (event, lab) => {
      if (event.type === 'records' && event.records.some(({ split }) => split === 'test'))
        lab.send({ type: 'profile' });
    });
    await race();
    expect(all('profile')).toEqual([]);
    expect(all('noProfile')).toHaveLength(1);
  });

  it('names only the family that is left when the other has ended', async () => {
    let asked = false;
    const { race, all } = measuredLab(await openCpuExecutor(), (event, lab) => {
      if (event.type !== 'familyEnded' || asked) return;
      asked = true;
      lab.send({ type: 'profile' });
    });
    await race(tinySpec({ train: { learningRate: 0.3, steps: 60, patience: 10 } }));
    const [ended] = all('familyEnded');
    const others = FAMILIES.filter((family) => family !== ended.family);
    expect(all('profile').map(({ steps }) => steps.map(({ family }) => family))).toEqual([others]);
  });
});

describe('the report of the device', () => {
  it.each<[string, () => Promise<Executor>]>([
    ['WebGPU', openTestGpu],
    ['the CPU', openCpuExecutor],
    ['two threads', () => openThreads(localThreads().spawn, FAMILIES.length)],
    ['the interpreter', async () => new Interpreter()],
  ])('tells the memory of a race on %s: at least its plan, and nothing when it is over', async (_, open) => {
    const executor = await open();
    const { lab, race, all } = measuredLab(executor, (event, to) => {
      if (event.type === 'plan') to.send({ type: 'deviceReport' });
    });
    await race();
    lab.send({ type: 'deviceReport' });
    await expect.poll(() => all('deviceReport').length).toBe(2);
    const { bytes } = all('plan')[0].plan;
    const [during, after] = all('deviceReport').map(({ memory }) => memory!);
    expect(during.used / bytes).toBeGreaterThanOrEqual(1);
    expect(during.used / bytes).toBeLessThan(1.05);
    expect(after.used / bytes).toBeLessThan(0.05);
    if (during.held !== undefined) expect(during.held).toBeGreaterThanOrEqual(during.used);
    await lab.close();
  });

  it('is silent before there is a device, and says that nothing is taken before there is a race', async () => {
    const { lab, all } = measuredLab(new Interpreter());
    lab.send({ type: 'deviceReport' });
    lab.send({ type: 'inspect' });
    await expect.poll(() => all('device').length).toBe(1);
    lab.send({ type: 'deviceReport' });
    await expect.poll(() => all('deviceReport')).toEqual([{ type: 'deviceReport', memory: { used: 0 }, tuning: [] }]);
  });
});
