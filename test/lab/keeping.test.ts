import { describe, expect, it } from 'vitest';
import type { MetricRecord } from '../../src/analysis/record.ts';
import { CrossoverError } from '../../src/core/errors.ts';
import type { GpuExecutor } from '../../src/gpu/executor.ts';
import type { Lab } from '../../src/lab/lab.ts';
import type { LabEvent, Offer } from '../../src/lab/protocol.ts';
import { openThreads } from '../../src/remote/threads.ts';
import { FAMILIES, type RaceSpec } from '../../src/spec/schema.ts';
import { openTestCpu } from '../support/cpu.ts';
import { openTestGpu } from '../support/gpu.ts';
import { labOf, type TestLabOptions } from '../support/lab.ts';
import { MemoryShelf } from '../support/shelf.ts';
import { localThreads } from '../support/threads.ts';
import { tinySpec } from '../support/tiny.ts';

const SPEC = tinySpec({ train: { dropout: 0.1 } });

interface Setup extends Omit<TestLabOptions, 'shelf'> {
  shelf?: MemoryShelf;
}

/** A lab with a shelf. */
function shelfLab({ shelf = new MemoryShelf(), ...options }: Setup = {}) {
  const { race, ...heard } = labOf({
    openExecutor: () => openTestCpu(),
    shelf: { races: shelf, loadFile: async () => new Uint8Array() },
    // While the clock stands still, a checkpoint costs nothing: there is one after every evaluation, and no other.
    now: () => 0,
    ...options,
  });
  return { ...heard, shelf, race: (spec: RaceSpec = SPEC) => race(spec) };
}

/** All that a race has measured, family by family; without the time that it took. */
function measured(shelf: MemoryShelf, id = 'race 1') {
  const timeless = ({ seconds: _, ...record }: MetricRecord) => record;
  const { runs } = shelf.of(id);
  return FAMILIES.map((family) => {
    const { records, samples, checkpoint } = runs[family]!;
    return { records: records.map(timeless), samples, arenas: checkpoint!.arenas };
  });
}

/** Evaluations are told at once, training records a little later: what is compared is put in order. */
const inOrder = (records: readonly MetricRecord[]) => records.map((r) => JSON.stringify(r)).sort();

/** The same race, undisturbed. */
let whole: Promise<ReturnType<typeof measured>> | undefined;
function undisturbed() {
  whole ??= (async () => {
    const { race, shelf } = shelfLab();
    await race();
    return measured(shelf);
  })();
  return whole;
}

/** Calls `act` at the evaluations with these numbers; the first is 1. */
function atEvaluations(numbers: readonly number[], act: (lab: Lab) => void) {
  let evaluations = 0;
  return (event: LabEvent, lab: Lab) => {
    if (event.type === 'crossing' && event.crossing.kind === 'live' && numbers.includes(++evaluations)) act(lab);
  };
}

describe('a race that was cut off', () => {
  it('goes on from its last checkpoints and ends with every number of one that was not', async () => {
    let found: MemoryShelf | undefined;
    const first = shelfLab({
      onEvent: (event) => {
        if (event.type === 'progress' && (event.steps.ar ?? 0) > 22) found ??= first.shelf.copy();
      },
    });
    await first.race();
    const { told, all, shelf, events } = shelfLab({ shelf: found! });
    const { checkpoint } = shelf.of('race 1').runs.ar!;
    expect(checkpoint!.step).toBeGreaterThan(0);
    expect(checkpoint!.step).toBeLessThan(40);
    expect((await told({ type: 'continueRace', id: 'race 1' }))!.families.ar.ended).toBe('budget');
    expect(measured(shelf)).toEqual(await undisturbed());
    expect(shelf.of('race 1').state).toBe('finished');

    // Who listens only now has heard it whole: the plan, then everything from the first step on.
    expect(all('plan')).toHaveLength(1);
    const after = events.slice(events.findIndex(({ type }) => type === 'plan'));
    const heard = after.flatMap((event) => (event.type === 'records' ? event.records : []));
    const kept = (await shelf.read('race 1')).content;
    expect(inOrder(heard)).toEqual(inOrder(kept.records));
    const samples = all('sample').map(({ sample }) => sample);
    expect(FAMILIES.flatMap((id) => samples.filter(({ family }) => family === id))).toEqual(kept.samples);
    expect(all('note').map(({ text }) => text)).toContain(`Autoregressive goes on from step ${checkpoint!.step}.`);
  });

  it('is begun anew where it had not come to a checkpoint', async () => {
    let found: MemoryShelf | undefined;
    const first = shelfLab({
      onEvent: (event) => {
        if (event.type === 'raceKept') found = first.shelf.copy();
      },
    });
    await first.race();
    const { told, shelf } = shelfLab({ shelf: found! });
    await told({ type: 'continueRace', id: 'race 1' });
    expect(measured(shelf)).toEqual(await undisturbed());
  });

  it('that is not kept here is refused by name', async () => {
    const { told, all } = shelfLab();
    expect(await told({ type: 'continueRace', id: 'race 9' })).toBeNull();
    expect(all('error')[0]).toMatchObject({ code: 'bad-input', message: 'no race is kept as race 9' });
  });
});

describe('a device that is lost', () => {
  /** Threads that can be killed, opened as often as asked for. */
  function threads() {
    const { spawn, kill, started } = localThreads();
    return { open: () => openThreads(spawn, FAMILIES.length), kill: () => kill(started() - 1, 'it was killed') };
  }

  it('is opened again by itself, and the race goes on to the same numbers', async () => {
    const { open, kill } = threads();
    const { race, all, shelf } = shelfLab({ openExecutor: open, onEvent: atEvaluations([3], kill) });
    expect(await race()).not.toBeNull();
    expect(all('error')).toEqual([]);
    expect(all('recovered')).toEqual([
      {
        type: 'recovered',
        message: 'A thread of the cpu executor ended: it was killed.',
        steps: { ar: expect.any(Number), diffusion: expect.any(Number) },
      },
    ]);
    expect(all('plan')).toHaveLength(2);
    expect(measured(shelf)).toEqual(await undisturbed());
  });

  it('while the race is paused is opened again as well, and the race is paused as before', async () => {
    const { open, kill } = threads();
    let pauses = 0;
    const { race, all, shelf } = shelfLab({
      openExecutor: open,
      onEvent: (event, lab) => {
        atEvaluation(event, lab);
        if (event.type !== 'state' || event.state !== 'paused') return;
        if (++pauses === 1) kill();
        else lab.send({ type: 'resume' });
      },
    });
    const atEvaluation = atEvaluations([2], (lab) => lab.send({ type: 'pause', by: 'a colleague' }));
    expect(await race()).not.toBeNull();
    const paused = all('state').filter(({ state }) => state === 'paused');
    expect(paused.map(({ by }) => by)).toEqual(['a colleague', 'a colleague']);
    expect(measured(shelf)).toEqual(await undisturbed());
  });

  it('twice within a minute ends the race with an offer to go on, which holds', async () => {
    const { open, kill } = threads();
    // The second kill comes after the second race has told its crossings so far.
    const { race, all, told, shelf } = shelfLab({ openExecutor: open, onEvent: atEvaluations([3, 5], kill) });
    expect(await race()).toBeNull();
    const [error] = all('error');
    expect(all('error')).toHaveLength(1);
    expect(error).toMatchObject({ code: 'device-lost', saved: expect.stringMatching(/step \d+ in memory/) });
    expect(error.offers).toEqual([{ type: 'continue', id: 'race 1', step: expect.any(Number) }]);
    expect(shelf.of('race 1').state).toBe('unfinished');
    expect(await told({ type: 'continueRace', id: 'race 1' })).not.toBeNull();
    expect(measured(shelf)).toEqual(await undisturbed());
  });

  it('a minute later is opened again once more', async () => {
    const { open, kill } = threads();
    let minutes = 0;
    const { race, all } = shelfLab({
      openExecutor: open,
      onEvent: atEvaluations([2, 4], () => {
        minutes += 2;
        kill();
      }),
      now: () => minutes * 60_000,
    });
    expect(await race()).not.toBeNull();
    expect(all('recovered')).toHaveLength(2);
  });

  it('and cannot be opened again is told as both, with the same offer', async () => {
    const { open, kill } = threads();
    let opened = 0;
    const { race, all } = shelfLab({
      openExecutor: async () => {
        if (++opened > 1) throw new CrossoverError('no-adapter', 'There is no adapter.');
        return open();
      },
      onEvent: atEvaluations([3], kill),
    });
    expect(await race()).toBeNull();
    expect(all('error')[0]).toMatchObject({
      code: 'device-lost',
      message: 'A thread of the cpu executor ended: it was killed. It could not be opened again: There is no adapter.',
      offers: [{ type: 'continue' }],
    });
  });

  it('may be a GPU', async () => {
    let gpu: GpuExecutor | undefined;
    const { race, all, shelf } = shelfLab({
      openExecutor: async () => {
        gpu = await openTestGpu();
        return gpu;
      },
      onEvent: atEvaluations([2], () => gpu!.device.destroy()),
    });
    expect(await race(tinySpec({ train: { steps: 20 } }))).not.toBeNull();
    expect(all('recovered')[0].message).toMatch(/^The GPU device was lost/);
    const steps = shelf.of('race 1').runs.ar!.records.filter((r) => r.metric === 'loss' && r.split === 'train');
    expect(steps.map(({ step }) => step)).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
  });
});

describe('a race that diverges', () => {
  // Weight decay takes off rate · decay of a weight at each step: above twice the weight it grows, and at half it shrinks.
  const broken = tinySpec({ train: { learningRate: 0.3, weightDecay: 10, warmupSteps: 30, steps: 200 } });

  it('offers to go back to the last checkpoints, or to begin again, both at half the rate', async () => {
    const { race, all, shelf, told } = shelfLab();
    expect(await race(broken)).toBeNull();
    const [{ code, message, offers, saved }] = all('error');
    expect(code).toBe('diverged');
    expect(message).toMatch(/diverged at step \d+ .* is the first op to write/);
    const [back, again] = offers as [Offer & { type: 'branch' }, Offer & { type: 'start' }];
    expect(back).toMatchObject({ type: 'branch', id: 'race 1', spec: { train: { learningRate: 0.15 } } });
    expect(again).toEqual({ type: 'start', spec: back.spec });
    expect(back.step).toBeGreaterThan(0);
    expect(saved).toBe(`Both models at step ${back.step} in memory`);
    // The weights had been running off for a while, with finite losses: those are not gone back to.
    const losses = shelf.of('race 1').runs.ar!.records.filter((r) => r.split === 'train' && r.metric === 'loss');
    expect(losses.filter(({ step }) => step <= back.step).every(({ value }) => value < 10)).toBe(true);
    expect(losses.at(-1)!.step).toBeGreaterThan(back.step);
    expect(shelf.of('race 1').state).toBe('diverged');

    // The branch has everything up to there, and goes on from there at the other rate.
    expect(await told({ type: 'branchRace', id: back.id, spec: back.spec })).not.toBeNull();
    expect(all('plan').at(-1)!.spec).toEqual(back.spec);
    for (const family of FAMILIES) {
      const of = (id: string) => shelf.of(id).runs[family]!.records.filter((r) => r.split !== 'test');
      const upTo = (id: string) => of(id).filter(({ step }) => step <= back.step);
      expect(upTo('race 2')).toEqual(upTo('race 1'));
      expect(of('race 2').at(-1)!.step).toBe(200);
    }
  });

  it('offers only to begin again where nothing is kept', async () => {
    const { race, all } = labOf({ openExecutor: () => openTestCpu() });
    await race(broken);
    expect(all('error')[0].offers?.map(({ type }) => type)).toEqual(['start']);
  });
});

describe('memory that is missing', () => {
  it('is known before anything is allocated; what fits is offered, and does', async () => {
    const { openCpuExecutor } = await import('../../src/cpu/executor.ts');
    const { race, all, shelf } = shelfLab({ openExecutor: () => openCpuExecutor({ memoryBytes: 2 ** 22 }) });
    expect(await race(tinySpec({ train: { batch: 20 }, model: { channels: 64 } }))).toBeNull();
    const [{ code, offers = [] }] = all('error');
    expect(code).toBe('device-limit');
    expect(offers.length).toBeGreaterThan(0);
    const [{ spec }] = offers as (Offer & { type: 'use' })[];
    expect(await race({ ...spec, train: { ...spec.train, steps: 2 } })).not.toBeNull();
    expect([...shelf.races.values()].filter(({ runs }) => runs.ar)).toHaveLength(1);
  });

  it('that shows only while it is allocated is told with a size of half the bytes', async () => {
    const gpu = await openTestGpu();
    const pop = gpu.device.popErrorScope;
    let scopes = 0;
    gpu.device.popErrorScope = function () {
      const real = pop.call(this);
      // The third is that of a program: the arenas had room.
      return ++scopes === 3 ? real.then(() => ({ message: 'no 4096 bytes left' }) as GPUError) : real;
    };
    const { race, all } = shelfLab({ openExecutor: async () => gpu });
    expect(await race(tinySpec({ train: { batch: 16 }, model: { channels: 64 } }))).toBeNull();
    const [{ code, message, offers = [] }] = all('error');
    expect(code).toBe('device-limit');
    expect(message).toMatch(/out of memory: no 4096 bytes left This race needs [\d.]+ MiB in all\./);
    expect(offers.map(({ type }) => type)).toContain('use');
    gpu.destroy();
  });
});

describe('the right to train', () => {
  it('is given back when the race has ended, however it did', async () => {
    let held = 0;
    const hold = async () => {
      held++;
      return () => void held--;
    };
    const { race } = shelfLab({ hold });
    const running = race(tinySpec({ train: { steps: 2 } }));
    expect(held).toBe(1);
    await running;
    expect(held).toBe(0);
    expect(await race({ ...SPEC, data: { ...SPEC.data, uniqueTokens: 99_999 } })).toBeNull();
    expect(held).toBe(0);
  });

  it('that another lab has leaves everything as it was', async () => {
    const { race, all, shelf } = shelfLab({ hold: async () => null });
    expect(await race()).toBeNull();
    expect(all('state').at(-1)!.state).toBe('idle');
    expect(all('error')).toEqual([]);
    expect(shelf.races.size).toBe(0);
  });
});
