import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MetricRecord } from '../../src/analysis/record.ts';
import { stableHash } from '../../src/core/hash.ts';
import { CELL_VERSION, type Cell, type CellResult } from '../../src/experiments/cell.ts';
import type { Executor } from '../../src/graph/executor.ts';
import { Interpreter } from '../../src/graph/interpreter.ts';
import type { SweepEvent } from '../../src/lab/protocol.ts';
import type { Checkpoint, RunStore, StoredRun, SweepStore } from '../../src/lab/store.ts';
import { Sweep, type SweepRunOptions } from '../../src/lab/sweep.ts';
import { flopsOf, type Job, parseShard, shardOf } from '../../src/lab/sweepPlan.ts';
import { openThreads } from '../../src/remote/threads.ts';
import { FAMILIES, type FamilyId, type RaceSpec } from '../../src/spec/schema.ts';
import { openTestCpu } from '../support/cpu.ts';
import { labOf } from '../support/lab.ts';
import { localThreads } from '../support/threads.ts';
import { tinyCorpus, tinySpec } from '../support/tiny.ts';

const TINY = {
  model: { layers: 1, channels: 8, context: 12 },
  train: { steps: 6 },
  evaluation: { every: 3, denseEvery: 3, windows: 2, testWindows: 2 },
  sampling: { every: 0 },
};

function cell(
  label: string,
  seed: number,
  families: readonly FamilyId[] = FAMILIES,
  change: Partial<RaceSpec['train']> = {},
): Cell {
  const spec = { ...tinySpec(TINY), seed };
  const own = { ...spec, train: { ...spec.train, ...change } };
  const about = { spec: own, families };
  const id = stableHash({ version: CELL_VERSION, ...about });
  return { id, experiment: 'tiny', levels: { rate: label }, seed, ...about };
}

const CELLS = [
  cell('slow', 1, FAMILIES, { learningRate: 1e-3 }),
  cell('fast', 1),
  cell('slow', 2, ['ar'], { learningRate: 1e-3 }),
];

/** A place in memory: what a folder would hold, and how often each race was begun. */
class Kept implements SweepStore {
  readonly results = new Map<string, CellResult>();
  readonly runs = new Map<string, { checkpoint?: Checkpoint; records: MetricRecord[] }>();
  readonly saves: string[] = [];

  async finished() {
    return new Set(this.results.keys());
  }

  runsOf({ id }: Cell): RunStore {
    return {
      open: async (_, { family }): Promise<StoredRun> => {
        const run = this.runs.get(`${id} ${family}`) ?? { records: [] };
        this.runs.set(`${id} ${family}`, run);
        const { checkpoint } = run;
        if (checkpoint) run.records = run.records.filter((r) => r.step <= checkpoint.step && r.split !== 'test');
        return {
          ...(checkpoint && { resumed: { checkpoint, records: [...run.records] } }),
          appendRecords: async (records) => void run.records.push(...records),
          appendSample: async () => {},
          appendEvent: async () => {},
          saveCheckpoint: async (saved) => {
            run.checkpoint = saved;
          },
          finish: async () => {},
        };
      },
    };
  }

  async save(result: CellResult) {
    this.saves.push(result.id);
    this.results.set(result.id, result);
    for (const key of this.runs.keys()) if (key.startsWith(result.id)) this.runs.delete(key);
  }

  async discard({ id }: Cell, family: FamilyId) {
    this.runs.delete(`${id} ${family}`);
  }
}

function sweepOf(options: Partial<SweepRunOptions> & { onEvent?: (event: SweepEvent, sweep: Sweep) => void } = {}) {
  const { onEvent, ...rest } = options;
  const events: SweepEvent[] = [];
  const store = new Kept();
  const sweep: Sweep = new Sweep({
    executor: new Interpreter(),
    cells: CELLS,
    loadCorpus: async () => tinyCorpus,
    store,
    about: { host: 'a test', lab: '1.2.3' },
    emit: (event) => {
      events.push(event);
      onEvent?.(event, sweep);
    },
    now: () => performance.now(),
    breathe: () => new Promise((resolve) => setImmediate(resolve)),
    ...rest,
  });
  const all = <T extends SweepEvent['type']>(type: T) =>
    events.filter((event): event is Extract<SweepEvent, { type: T }> => event.type === type);
  const run = async () => {
    await sweep.prepare();
    return sweep.run();
  };
  return { sweep, store, events, all, run };
}

/** A result without what depends on the clock. */
function outcome({ wallSeconds: _, results, ...rest }: CellResult) {
  const families = Object.entries(results).map(([family, { seconds: __, records, ...result }]) => [
    family,
    { ...result, records: records.map(({ seconds: ___, ...record }) => record) },
  ]);
  return { ...rest, results: Object.fromEntries(families) };
}

async function whole(executor: Executor = new Interpreter()): Promise<ReturnType<typeof outcome>[]> {
  const { run, store } = sweepOf({ executor });
  await run();
  return [...store.results.values()].map(outcome);
}

describe('a sweep', () => {
  it('keeps a result for every cell, with the families that the cell names', async () => {
    const { run, store, all } = sweepOf();
    expect(await run()).toBe('finished');
    expect(store.saves).toEqual(CELLS.map(({ id }) => id));
    expect(store.runs.size).toBe(0);
    for (const made of CELLS) {
      const { results, ranOn, ...result } = store.results.get(made.id)!;
      expect(result).toMatchObject({ ...made, version: CELL_VERSION });
      expect(ranOn).toMatchObject({ executor: 'interpret', host: 'a test', lab: '1.2.3' });
      expect(Object.keys(results).sort()).toEqual([...made.families].sort());
      for (const { steps, ended, records } of Object.values(results)) {
        expect({ steps, ended }).toEqual({ steps: 6, ended: 'budget' });
        expect(records.map(({ split, step }) => `${split} ${step}`).slice(0, -1)).toEqual(
          [0, 3, 6].map((step) => `validation ${step}`),
        );
        expect(records.at(-1)!.split).toBe('test');
        expect(records[0].windows).toHaveLength(2);
      }
    }
    expect(all('sweepProgress').at(-1)).toMatchObject({ cells: { done: 3, total: 3 }, share: 1, running: [] });
  });

  it('finds for a family alone what the race of both finds', async () => {
    const { run, store } = sweepOf({ cells: [CELLS[1]] });
    await run();
    const both = labOf();
    await both.race(CELLS[1].spec);
    const records = both.all('records').flatMap((event) => event.records);
    const values = (of: readonly MetricRecord[], family: FamilyId) =>
      of.filter((r) => r.family === family && r.split !== 'train').map((r) => [r.split, r.step, r.value]);
    for (const family of FAMILIES) {
      const own = store.results.get(CELLS[1].id)!.results[family]!.records;
      expect(values(own, family)).toEqual(values(records, family));
    }
  });

  it('gives every lane of an executor the next family, with the same results', async () => {
    const executor = await openThreads(localThreads(async () => new Interpreter() as never).spawn, 2);
    const { run, store, all } = sweepOf({ executor });
    await run();
    expect([...store.results.values()].map(({ ranOn: _, ...r }) => outcome({ ...r, ranOn: NOWHERE }))).toEqual(
      expect.arrayContaining((await whole()).map((each) => ({ ...each, ranOn: NOWHERE }))),
    );
    expect(Math.max(...all('sweepProgress').map(({ running }) => running.length))).toBe(2);
    executor.destroy();
  });

  it('has the texts of a plan measured, of AR once', async () => {
    const samples = { steps: [2, 4], count: 2 };
    const { run, store } = sweepOf({ cells: [{ ...CELLS[1], samples }] });
    await run();
    const { ar, diffusion } = store.results.get(CELLS[1].id)!.results;
    const written = (records: readonly MetricRecord[]) =>
      records.filter(({ metric }) => metric === 'nfe').map(({ sampled, value }) => [sampled!.steps, value]);
    expect(written(ar!.records)).toEqual([[12, 12]]);
    expect(written(diffusion!.records)).toEqual([
      [2, 2],
      [4, 4],
    ]);
  });
});

const NOWHERE = { executor: '', adapter: '', host: '', lab: '' };

describe('a sweep that was cut short', () => {
  it('goes on from the checkpoints, runs no finished cell again, and comes to the same results', async () => {
    const store = new Kept();
    // Not the interpreter, whose f64 weights a checkpoint rounds.
    const executor = await openTestCpu();
    const first = sweepOf({
      executor,
      store,
      onEvent: (event, sweep) => {
        // In the midst of the second cell.
        if (event.type !== 'cellRace' || event.cell.id !== CELLS[1].id || event.event.type !== 'records') return;
        if (event.event.records.some(({ step }) => step === 3)) sweep.stop();
      },
    });
    expect(await first.run()).toBe('stopped');
    expect(store.saves).toEqual([CELLS[0].id]);

    const second = sweepOf({ executor, store });
    expect(await second.run()).toBe('finished');
    expect(store.saves).toEqual(CELLS.map(({ id }) => id));
    expect(second.all('cellRace').some(({ cell: { id } }) => id === CELLS[0].id)).toBe(false);
    const notes = second.all('cellRace').flatMap(({ event }) => (event.type === 'note' ? [event.text] : []));
    expect(notes).toContain('Autoregressive goes on from step 3.');
    expect([...store.results.values()].map(outcome)).toEqual(await whole(executor));
    executor.destroy();
  });

  it('does nothing when all is finished', async () => {
    const store = new Kept();
    await sweepOf({ store }).run();
    const again = sweepOf({ store });
    expect(await again.run()).toBe('finished');
    expect(again.all('sweepCost')[0].cost).toMatchObject({ cells: 0, done: 3, trainingFlops: 0, seconds: 0 });
    expect(again.all('cellRace')).toEqual([]);
  });

  it('holds while it is paused', async () => {
    let pausedAt = -1;
    const { sweep, run, all } = sweepOf({
      cells: [CELLS[0]],
      onEvent: (event) => {
        if (event.type !== 'cellRace' || event.event.type !== 'state') return;
        if (event.event.state === 'running' && pausedAt < 0) sweep.pause();
        if (event.event.state === 'paused' && pausedAt < 0) {
          pausedAt = all('cellRace').length;
          setTimeout(() => {
            expect(all('cellRace').length).toBe(pausedAt);
            sweep.resume();
          }, 20);
        }
      },
    });
    expect(await run()).toBe('finished');
    expect(pausedAt).toBeGreaterThan(0);
    expect(all('sweepState').map(({ state }) => state)).toEqual([
      'preparing',
      'measuring',
      'running',
      'paused',
      'running',
      'finished',
    ]);
  });
});

describe('what goes wrong in a sweep', () => {
  const broken = cell('beyond all measure', 1, FAMILIES, { learningRate: 1e200, warmupSteps: 0, clipNorm: 0 });

  it('a cell that diverges is a result, and the sweep goes on', async () => {
    const { run, store } = sweepOf({ cells: [broken, CELLS[2]] });
    expect(await run()).toBe('finished');
    const { ar, diffusion } = store.results.get(broken.id)!.results;
    for (const result of [ar, diffusion]) {
      expect(result).toMatchObject({ ended: 'diverged', problem: expect.stringMatching(/diverged at step \d+/) });
      expect(result!.steps).toBeLessThan(6);
      expect(result!.records.every(({ split }) => split === 'validation')).toBe(true);
    }
    expect(store.results.get(CELLS[2].id)!.results.ar!.ended).toBe('budget');
    expect(store.runs.size).toBe(0);
  });

  it('a cell that could not be run is named before any is', async () => {
    const spec = { ...CELLS[0].spec, data: { ...CELLS[0].spec.data, uniqueTokens: 1_000_000 } };
    const { sweep, all } = sweepOf({ cells: [CELLS[1], { ...CELLS[0], spec }] });
    await expect(sweep.prepare()).rejects.toThrow(/^slow, seed 1: data\.uniqueTokens is 1000000/);
    expect(all('cellRace')).toEqual([]);
  });

  it('a place that cannot be written to ends the sweep, with what was trained in checkpoints', async () => {
    class Full extends Kept {
      override async save(): Promise<void> {
        throw new Error('the disk is full');
      }
    }
    const store = new Full();
    await expect(sweepOf({ store }).run()).rejects.toThrow('the disk is full');
    expect([...store.runs.values()].every(({ checkpoint }) => checkpoint !== undefined)).toBe(true);
  });

  it('a lost device ends the sweep', async () => {
    const interpreter = new Interpreter();
    const lost = Promise.reject(new Error('the device was lost'));
    lost.catch(() => {});
    const executor = new Proxy(interpreter, {
      get: (target, name) => {
        if (name === 'lost') return lost;
        const value = Reflect.get(target, name);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    }) as Executor;
    await expect(sweepOf({ executor }).run()).rejects.toThrow('the device was lost');
  });
});

describe('the cost of a sweep', () => {
  it('is told before it starts: FLOPs by their formulas, and a time that is measured', async () => {
    const { sweep, all, store } = sweepOf();
    await sweep.prepare();
    const { cost } = all('sweepCost')[0];
    expect(cost).toMatchObject({ cells: 3, done: 0 });
    await sweep.run();
    const trained = [...store.results.values()].flatMap(({ results }) => Object.values(results));
    expect(cost.trainingFlops).toBe(trained.reduce((n, { steps, flopsPerStep }) => n + steps * flopsPerStep, 0));
    // A forward pass is a third of a training step: 4 windows (3 × 2 and the test) of batches of 3, and 4 draws each.
    const ar = trained.filter((_, i) => i % 2 === 0 || i === 4);
    const diffusion = trained.filter((result) => !ar.includes(result));
    const evaluated = (flops: number, draws: number) => (flops / 3 / 3) * (3 * 2 + 2) * draws;
    const expected =
      ar.reduce((n, { flopsPerStep }) => n + evaluated(flopsPerStep, 1), 0) +
      diffusion.reduce((n, { flopsPerStep }) => n + evaluated(flopsPerStep, 4), 0);
    expect(cost.evaluationFlops).toBeCloseTo(expected, 3);
    expect(cost.seconds).toBeGreaterThan(0);
  });
});

describe('shards', () => {
  const jobs = (costs: readonly number[]): Job[] =>
    costs.flatMap((trainingFlops, i) =>
      FAMILIES.map((family) => ({
        cell: { ...CELLS[0], id: `cell ${i}` },
        family,
        vocabulary: 10,
        parameters: 1,
        flopsPerStep: 1,
        evaluations: 1,
        testEvaluations: 1,
        trainingFlops,
        evaluationFlops: 0,
        samplingFlops: 0,
      })),
    );

  it('cut the cells into whole, disjoint shares, the same wherever they are cut', () => {
    const costs = fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(costs, fc.integer({ min: 1, max: 8 }), (flops, count) => {
        const all = jobs(flops);
        const shares = Array.from({ length: count }, (_, i) => shardOf(all, { index: i + 1, count }));
        expect(shares.flat().sort(byName)).toEqual([...all].sort(byName));
        for (const share of shares) expect(share).toHaveLength(2 * new Set(share.map((job) => job.cell.id)).size);
        const other = shardOf([...all].reverse(), { index: 1, count });
        expect(new Set(other.map(({ cell: { id } }) => id))).toEqual(new Set(shares[0].map(({ cell: { id } }) => id)));
        // Nobody has more than another by more than the largest cell.
        const loads = shares.map(flopsOf);
        expect(Math.max(...loads) - Math.min(...loads)).toBeLessThanOrEqual(2 * Math.max(...flops));
      }),
    );
  });

  it('are written i/n', () => {
    expect(parseShard('2/8')).toEqual({ index: 2, count: 8 });
    for (const wrong of ['0/3', '4/3', '1', 'a/b', '-1/3', '1/0']) {
      expect(() => parseShard(wrong)).toThrow('--shard must be i/n with 1 ≤ i ≤ n');
    }
  });

  it('together run every cell once', async () => {
    const store = new Kept();
    for (const index of [1, 2]) await sweepOf({ store, shard: { index, count: 2 } }).run();
    expect([...store.saves].sort()).toEqual(CELLS.map(({ id }) => id).sort());
  });
});

function byName(a: Job, b: Job): number {
  return `${a.cell.id} ${a.family}` < `${b.cell.id} ${b.family}` ? -1 : 1;
}
