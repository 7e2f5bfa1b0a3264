import { describe, expect, it } from 'vitest';
import { openCpuExecutor } from '../../src/cpu/executor.ts';
import type { Executor } from '../../src/graph/executor.ts';
import { Interpreter } from '../../src/graph/interpreter.ts';
import { Lab } from '../../src/lab/lab.ts';
import type { LabEvent } from '../../src/lab/protocol.ts';
import type { Checkpoint, RunStore } from '../../src/lab/store.ts';
import { openThreads } from '../../src/remote/threads.ts';
import { FAMILIES, type RaceSpec } from '../../src/spec/schema.ts';
import { openTestGpu } from '../support/gpu.ts';
import { localThreads } from '../support/threads.ts';
import { tinyCorpus, tinySpec } from '../support/tiny.ts';

type Of<T extends LabEvent['type']> = Extract<LabEvent, { type: T }>;

const spec = tinySpec({ train: { steps: 20, dropout: 0.1 } });

/** A lab, what it says, and the last checkpoint of each family. */
function labOf(executor: Executor, hear: (event: LabEvent, lab: Lab) => void = () => {}) {
  const events: LabEvent[] = [];
  const checkpoints: Checkpoint[] = [];
  const store: RunStore = {
    open: async () => ({
      appendRecords: async () => {},
      appendSample: async () => {},
      appendEvent: async () => {},
      saveCheckpoint: async (checkpoint) => void checkpoints.push(checkpoint),
      finish: async () => {},
    }),
  };
  const lab = new Lab({
    openExecutor: async () => executor,
    loadText: async () => '',
    store,
    emit: (event) => {
      events.push(event);
      hear(event, lab);
    },
    now: () => performance.now(),
    breathe: () => new Promise((resolve) => setImmediate(resolve)),
  });
  const all = <T extends LabEvent['type']>(type: T) => events.filter((e): e is Of<T> => e.type === type);
  const race = async (of: RaceSpec = spec) => {
    lab.send({ type: 'start', spec: of, ownText: { name: tinyCorpus.title, text: tinyCorpus.text } });
    const summary = await lab.race();
    expect(all('error')).toEqual([]);
    return summary;
  };
  const numbers = () => {
    const records = all('records').flatMap((event) => event.records);
    // Training records come in batches that depend on the time.
    return FAMILIES.flatMap((id) =>
      (['train', 'validation', 'test'] as const).map((part) =>
        records
          .filter(({ family, split }) => family === id && split === part)
          .map(({ step, metric, value }) => [step, metric, value]),
      ),
    );
  };
  const arenas = () => checkpoints.slice(-FAMILIES.length).map((checkpoint) => checkpoint.arenas);
  return { lab, all, race, numbers, arenas };
}

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
    const plain = labOf(executor);
    await plain.race();
    const profiled = labOf(executor, inTheMiddle());
    await profiled.race();
    executor.destroy();
    const { steps } = profiled.all('profile')[0];
    expect(steps.map(({ family }) => family)).toEqual(FAMILIES);
    expect(steps.map(({ step }) => step)).toEqual([11, 11]);
    expect(profiled.numbers()).toEqual(plain.numbers());
    expect(profiled.arenas()).toEqual(plain.arenas());
  });
});

describe('a profile', () => {
  it('has every node of the step under its op, with shapes, FLOPs and time, and what the host has spent', async () => {
    const cpu = await openCpuExecutor();
    const { race, all } = labOf(cpu, inTheMiddle());
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
    const { lab, all } = labOf(new Interpreter());
    lab.send({ type: 'profile' });
    expect(all('noProfile').map(({ why }) => why)).toEqual(['No race is on: there is no step to time.']);
  });

  it('waits while the race is paused, and is that of the next step', async () => {
    const trained: number[] = [];
    let pauses = 0;
    const { race, all } = labOf(await openCpuExecutor(), (event, lab) => {
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
    const { race, all } = labOf(await openCpuExecutor(), (event, lab) => {
      if (event.type === 'records' && event.records.some(({ split }) => split === 'test'))
        lab.send({ type: 'profile' });
    });
    await race();
    expect(all('profile')).toEqual([]);
    expect(all('noProfile')).toHaveLength(1);
  });

  it('names only the family that is left when the other has ended', async () => {
    let asked = false;
    const { race, all } = labOf(await openCpuExecutor(), (event, lab) => {
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
  ])('tells the memory of a race on %s: at least its plan, and nothing when it is over', async (_, open) => {
    const executor = await open();
    const { lab, race, all } = labOf(executor, (event, to) => {
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

  it('is silent before there is a device, and without figures where nobody counts', async () => {
    const { lab, all } = labOf(new Interpreter());
    lab.send({ type: 'deviceReport' });
    lab.send({ type: 'inspect' });
    await expect.poll(() => all('device').length).toBe(1);
    lab.send({ type: 'deviceReport' });
    await expect.poll(() => all('deviceReport')).toEqual([{ type: 'deviceReport', memory: null, tuning: [] }]);
  });
});
