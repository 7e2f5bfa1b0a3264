import { describe, expect, it } from 'vitest';
import type { MetricRecord } from '../../src/analysis/record.ts';
import { CrossoverError } from '../../src/core/errors.ts';
import { openCpuExecutor } from '../../src/cpu/executor.ts';
import type { Executor } from '../../src/graph/executor.ts';
import { Interpreter } from '../../src/graph/interpreter.ts';
import type { Checkpoint, RunStore } from '../../src/lab/store.ts';
import { openThreads } from '../../src/remote/threads.ts';
import { FAMILIES } from '../../src/spec/schema.ts';
import { openTestGpu } from '../support/gpu.ts';
import { labOf, ownText, type TestLabOptions } from '../support/lab.ts';
import { localThreads } from '../support/threads.ts';
import { tinySpec } from '../support/tiny.ts';

/** A store that keeps runs in memory: what a folder or a database would hold. */
class KeptRuns implements RunStore {
  readonly runs = new Map<string, { checkpoint?: Checkpoint; records: MetricRecord[] }>();

  async open(id: string) {
    const run = this.runs.get(id) ?? { records: [] };
    this.runs.set(id, run);
    const { checkpoint } = run;
    // What was recorded after the checkpoint is recorded again.
    if (checkpoint) run.records = run.records.filter(({ step }) => step <= checkpoint.step);
    return {
      place: `memory, ${id}`,
      ...(checkpoint && { resumed: { checkpoint, records: [...run.records] } }),
      appendRecords: async (records: readonly MetricRecord[]) => void run.records.push(...records),
      appendSample: async () => {},
      appendEvent: async () => {},
      saveCheckpoint: async (saved: Checkpoint) => {
        run.checkpoint = saved;
      },
      finish: async () => {},
    };
  }
}

/** A lab that keeps its runs. */
const keepingLab = (options: TestLabOptions = {}) => labOf({ store: new KeptRuns(), ...options });

const losses = (records: MetricRecord[], split: MetricRecord['split']) =>
  records.filter((r) => r.split === split && r.metric === 'loss').map((r) => [r.family, r.step, r.value]);

describe('a race', () => {
  it('trains both families to the end and sums up', async () => {
    const { race, all } = keepingLab();
    const summary = await race(tinySpec());
    expect(all('state').map((e) => e.state)).toEqual([
      'preparing',
      ...FAMILIES.map(() => 'compiling'),
      'running',
      'finished',
    ]);
    const records = all('records').flatMap((e) => e.records);
    for (const family of FAMILIES) {
      const own = records.filter((r) => r.family === family);
      expect(own.filter((r) => r.split === 'train' && r.metric === 'loss').map((r) => r.step)).toEqual(
        Array.from({ length: 40 }, (_, i) => i + 1),
      );
      expect(own.filter((r) => r.split === 'validation').map((r) => r.step)).toEqual([0, 10, 20, 30, 40]);
      const { best, last, test, ended } = summary!.families[family];
      expect(ended).toBe('budget');
      expect(best.value).toBe(Math.min(...own.filter((r) => r.split === 'validation').map((r) => r.value)));
      expect(last.step).toBe(40);
      expect(test!.windows).toBe(4);
    }
    expect(summary!.families.ar.bound).toBe('exact');
    expect(summary!.families.diffusion.bound).toBe('upper');
    expect(summary!.executor.kind).toBe('interpret');
  });

  it('counts tokens, epochs and FLOPs by their definitions', async () => {
    const { race, all } = keepingLab();
    const spec = tinySpec({ train: { steps: 10 } });
    await race(spec);
    const { plan } = all('plan')[0];
    for (const r of all('records').flatMap((e) => e.records)) {
      expect(r.tokens).toBe(r.step * spec.train.batch * spec.model.context);
      expect(r.epoch).toBe(r.tokens / spec.data.uniqueTokens);
      expect(r.flops).toBe(r.step * plan.flopsPerStep[r.family]);
    }
    expect(plan.flopsPerStep.diffusion).toBeGreaterThan(plan.flopsPerStep.ar);
  });

  it('lets both write text as they learn', async () => {
    const { race, all } = keepingLab();
    await race(tinySpec());
    const samples = all('sample').map((e) => e.sample);
    expect(samples.map(({ family, step }) => `${family} ${step}`)).toEqual(
      [0, 20, 40].flatMap((step) => FAMILIES.map((family) => `${family} ${step}`)),
    );
    for (const { text, order, forwards } of samples) {
      expect([...text]).toHaveLength(12);
      expect(Math.max(...order)).toBe(forwards - 1);
    }
  });

  it('looks for both crossings after every evaluation', async () => {
    const { race, all } = keepingLab();
    await race(tinySpec());
    expect(all('crossing').map((e) => e.crossing.kind)).toEqual(Array(5).fill(['live', 'strict']).flat());
  });

  it('ends a family whose best is older than the patience, by the same rule for both', async () => {
    const { race, all } = keepingLab();
    const summary = await race(tinySpec({ train: { learningRate: 0.3, steps: 60, patience: 10 } }));
    const ended = Object.values(summary!.families).filter((f) => f.ended === 'patience');
    expect(ended.length).toBeGreaterThan(0);
    for (const { family, best, steps } of ended) {
      expect(steps - best.step).toBeGreaterThanOrEqual(10);
      expect(all('familyEnded').find((e) => e.family === family)).toMatchObject({ step: steps, why: 'patience' });
    }
  });
});

describe('commands', () => {
  it('pause holds the race, step takes one step of each family, resume goes on', async () => {
    const counts: number[] = [];
    let paused = 0;
    const trained = () => records.filter((r) => r.metric === 'loss' && r.split === 'train').length;
    const records: MetricRecord[] = [];
    const { race, all } = keepingLab({
      onEvent: (event, lab) => {
        if (event.type === 'records') records.push(...event.records);
        if (event.type === 'state' && event.state === 'running' && paused === 0) lab.send({ type: 'pause' });
        if (event.type === 'state' && event.state === 'paused') {
          paused++;
          counts.push(trained());
          setTimeout(() => lab.send({ type: paused <= 3 ? 'step' : 'resume' }), 5);
        }
      },
    });
    await race(tinySpec());
    const steps = counts.slice(1).map((n, i) => n - counts[i]);
    expect(steps).toEqual([2, 2, 2]);
    expect(trained()).toBe(80);
    expect(all('state').at(-1)!.state).toBe('finished');
  });

  it('stop ends the race with a checkpoint and a summary, without the test split', async () => {
    const store = new KeptRuns();
    const { race, all } = keepingLab({
      store,
      onEvent: (event, lab) => {
        if (event.type === 'crossing') lab.send({ type: 'stop' });
      },
    });
    const summary = await race(tinySpec());
    expect(all('state').at(-1)!.state).toBe('stopped');
    expect(summary!.families.ar).toMatchObject({ ended: 'stopped' });
    expect(summary!.families.ar.test).toBeUndefined();
    expect([...store.runs.values()].every((run) => run.checkpoint)).toBe(true);
  });

  it('a second start is refused while a race runs, and the race goes on', async () => {
    const { lab, race, all } = keepingLab();
    const running = race(tinySpec({ train: { steps: 10 } }));
    lab.send({ type: 'start', spec: tinySpec(), ownText });
    expect(all('error')[0].message).toBe('A race is already running; stop it first.');
    expect(await running).not.toBeNull();
  });
});

describe('the executor', () => {
  it('is the one that was asked for, can be changed between races, and not during one', async () => {
    const choices: string[] = [];
    const { lab, race, all } = keepingLab({
      openExecutor: async (choice) => {
        choices.push(choice);
        return new Interpreter();
      },
    });
    await race(tinySpec({ train: { steps: 2 } }));
    lab.send({ type: 'inspect' });
    lab.send({ type: 'inspect', executor: 'cpu' });
    await expect.poll(() => choices).toEqual(['auto', 'cpu']);
    const running = race(tinySpec({ train: { steps: 2 } }));
    lab.send({ type: 'inspect', executor: 'gpu' });
    await running;
    expect(choices).toEqual(['auto', 'cpu']);
    expect(all('error').map((e) => e.message)).toEqual(['The executor cannot be changed while a race runs.']);
  });
});

describe('a race on threads', () => {
  const tinyThreads = tinySpec({ train: { dropout: 0.1, patience: 15 } });

  it('tells the same, number by number and in the same order, as on one thread', async () => {
    const told = async (openExecutor: () => Promise<Executor>) => {
      const executor = await openExecutor();
      const { race, events } = keepingLab({ openExecutor: async () => executor });
      await race(tinyThreads);
      executor.destroy();
      // Training records come in batches that depend on the time.
      const records = events.flatMap((event) => (event.type === 'records' ? event.records : []));
      const others = events.filter(({ type }) => ['sample', 'crossing', 'familyEnded', 'note', 'plan'].includes(type));
      return JSON.stringify(
        {
          evaluations: records.filter(({ split }) => split !== 'train'),
          training: FAMILIES.map((id) => records.filter(({ split, family }) => split === 'train' && family === id)),
          others,
        },
        (key, value) => (key === 'seconds' ? undefined : value),
        1,
      );
    };
    const parallel = await told(() => openThreads(localThreads().spawn, FAMILIES.length));
    expect(parallel).toBe(await told(openCpuExecutor));
    expect(parallel).toContain('"split": "test"');
  });

  it('gives each family a thread of its own, and ends both with the lab', async () => {
    const threads = await openThreads(localThreads().spawn, FAMILIES.length);
    const trained: Executor[] = [];
    for (const lane of threads.lanes!) {
      const { createState } = lane;
      lane.createState = (sizes) => {
        trained.push(lane);
        return createState.call(lane, sizes);
      };
    }
    const { lab, race } = keepingLab({ openExecutor: async () => threads });
    expect(await race(tinySpec({ train: { steps: 2 } }))).not.toBeNull();
    expect(trained).toEqual(threads.lanes);
    await lab.close();
    for (const lane of threads.lanes!) await expect(lane.idle()).rejects.toThrow('was closed');
  });

  it('of which one dies is told as what it is; the next race starts new ones', async () => {
    const { spawn, kill, started } = localThreads();
    let evaluations = 0;
    const { race, all } = keepingLab({
      openExecutor: () => openThreads(spawn, FAMILIES.length),
      onEvent: (event) => {
        if (event.type === 'crossing' && ++evaluations === 4) kill(1, 'out of memory');
      },
    });
    expect(await race(tinySpec())).toBeNull();
    expect(all('error')).toHaveLength(1);
    expect(all('error')[0]).toMatchObject({
      code: 'device-lost',
      message: 'A thread of the cpu executor ended: out of memory.',
    });
    expect(await race(tinySpec({ train: { steps: 2 } }))).not.toBeNull();
    expect(started()).toBe(4);
  });
});

describe('a race that was stopped and is started again', () => {
  it('ends with the same numbers, bit for bit, as one that was not', async () => {
    // In f32: a checkpoint of the interpreter would round its f64.
    const openExecutor = openTestGpu;
    const whole = new KeptRuns();
    await keepingLab({ store: whole, openExecutor }).race(tinySpec());
    const store = new KeptRuns();
    let evaluations = 0;
    await keepingLab({
      store,
      openExecutor,
      onEvent: (event, lab) => {
        if (event.type === 'crossing' && ++evaluations === 5) lab.send({ type: 'stop' });
      },
    }).race(tinySpec());
    await keepingLab({ store, openExecutor }).race(tinySpec());
    for (const [id, run] of whole.runs) {
      for (const split of ['train', 'validation', 'test'] as const)
        expect(losses(store.runs.get(id)!.records, split)).toEqual(losses(run.records, split));
      expect(store.runs.get(id)!.checkpoint!.arenas).toEqual(run.checkpoint!.arenas);
    }
  });
});

describe('trouble', () => {
  it('of the spec or the text is said in words, before anything is trained', async () => {
    const { race, all } = keepingLab();
    const impossible = tinySpec();
    expect(await race({ ...impossible, data: { ...impossible.data, uniqueTokens: 99_999 } })).toBeNull();
    expect(all('error')[0]).toMatchObject({ code: 'bad-input' });
    expect(all('error')[0].message).toMatch(/data\.uniqueTokens is 99999; the training split .* has \d+ tokens/);
    expect(all('state').at(-1)!.state).toBe('failed');
  });

  it('of the device is said, and the next race asks for a new one', async () => {
    let asked = 0;
    const { race, all } = keepingLab({
      openExecutor: async () => {
        if (++asked === 1) throw new CrossoverError('no-adapter', 'no adapter here', 'look elsewhere');
        return new Interpreter();
      },
    });
    expect(await race(tinySpec({ train: { steps: 2 } }))).toBeNull();
    expect(all('error')[0]).toMatchObject({ code: 'no-adapter', message: 'no adapter here', hint: 'look elsewhere' });
    expect(await race(tinySpec({ train: { steps: 2 } }))).not.toBeNull();
  });

  it('of a device that is lost in the middle is named as what it is', async () => {
    const gpu = await openTestGpu();
    const { race, all } = keepingLab({
      openExecutor: async () => gpu,
      onEvent: (event) => {
        if (event.type === 'crossing') gpu.device.destroy();
      },
    });
    expect(await race(tinySpec())).toBeNull();
    expect(all('error')).toHaveLength(1);
    expect(all('error')[0]).toMatchObject({ code: 'device-lost' });
    expect(all('error')[0].message).toMatch(/^The GPU device was lost/);
  });

  it('of a run that diverges stops the race, names the step, and keeps the last good state', async () => {
    const store = new KeptRuns();
    const { race, all } = keepingLab({ store });
    // The interpreter computes in f64: only a rate beyond all measure overflows it.
    const spec = tinySpec({ train: { warmupSteps: 0, clipNorm: 0 } });
    const broken = { ...spec, train: { ...spec.train, learningRate: 1e200 } };
    expect(await race(broken)).toBeNull();
    expect(all('error')[0]).toMatchObject({ code: 'diverged' });
    expect(all('error')[0].message).toMatch(/diverged at step \d+ .* is the first op to write/);
    expect(all('error')[0].saved).toMatch(
      /^Autoregressive at step \d+ in memory, \w+; Masked diffusion at step \d+ in memory/,
    );
    for (const { checkpoint } of store.runs.values()) expect(checkpoint!.arenas.best.every(Number.isFinite)).toBe(true);
  });
});
