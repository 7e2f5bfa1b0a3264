import { beforeEach, describe, expect, it, vi } from 'vitest';
import { CELL_VERSION, type Cell, type CellResult } from '../../src/experiments/cell.ts';
import { Interpreter } from '../../src/graph/interpreter.ts';
import { memoryStore } from '../../src/hosts/browser/memoryStore.ts';
import { Lab } from '../../src/lab/lab.ts';
import type { Command, LabEvent, SweepEvent } from '../../src/lab/protocol.ts';
import type { CellStore } from '../../src/lab/sweepDesk.ts';
import { FAMILIES } from '../../src/spec/schema.ts';
import { tinyCorpus, tinySpec } from '../support/tiny.ts';

const TINY = {
  model: { layers: 1, channels: 8, context: 12 },
  train: { steps: 6 },
  evaluation: { every: 3, denseEvery: 3, windows: 2, testWindows: 2 },
  sampling: { every: 0 },
};
const CELLS: Cell[] = [1, 2].map((seed) => ({
  id: `cell-${seed}`,
  experiment: 'tiny',
  levels: {},
  seed,
  families: FAMILIES,
  spec: { ...tinySpec(TINY), seed },
}));

// The shipped experiments take minutes.
vi.mock('../../src/experiments/index.ts', () => ({ experimentOf: (id: string) => ({ id }), cellsOf: () => CELLS }));
vi.mock('../../src/data/corpora.ts', () => ({ loadCorpus: async () => tinyCorpus }));

let kept: Map<string, CellResult>;
let said: (LabEvent | SweepEvent)[];
let lab: Lab;
/** Done at once with what the lab says. */
let onSaid: (event: LabEvent | SweepEvent) => void;

function open(): void {
  const store: CellStore = {
    finished: async () => new Set(kept.keys()),
    results: async (ids) => ids.flatMap((id) => kept.get(id) ?? []),
    runsOf: () => memoryStore,
    save: async (result) => void kept.set(result.id, result),
    discard: async () => {},
  };
  const emit = (event: LabEvent | SweepEvent) => {
    said.push(event);
    onSaid(event);
  };
  lab = new Lab({
    openExecutor: async () => new Interpreter(),
    loadText: async () => '',
    store: memoryStore,
    emit,
    now: () => performance.now(),
    breathe: () => new Promise((resolve) => setTimeout(resolve, 0)),
    sweeps: { store, about: { host: 'a test', lab: '0' }, emit },
  });
}

beforeEach(() => {
  kept = new Map();
  said = [];
  onSaid = () => {};
  open();
});

const CHOICE = { experiment: 'tiny', scale: 'minutes' } as const;
const found = <T extends (LabEvent | SweepEvent)['type']>(type: T) =>
  said.filter((event): event is Extract<LabEvent | SweepEvent, { type: T }> => event.type === type);
/** Sends a command and waits until the lab says what is waited for. */
async function send(command: Command, until: () => boolean): Promise<void> {
  lab.send(command);
  await vi.waitFor(() => expect(until()).toBe(true), { timeout: 120_000, interval: 5 });
}
const inState = (state: string) => () => found('sweepState').at(-1)?.state === state;

describe('a sweep on command', () => {
  it('is measured first, and run only when that is asked for', async () => {
    await send({ type: 'planSweep', ...CHOICE }, () => found('sweepCost').length === 1);
    expect(found('sweepCost')[0].cost).toMatchObject({ cells: 2, done: 0 });
    expect(kept.size).toBe(0);
    await send({ type: 'runSweep' }, inState('finished'));
    expect([...kept.keys()]).toEqual(['cell-1', 'cell-2']);
    expect(kept.get('cell-1')).toMatchObject({
      version: CELL_VERSION,
      ranOn: { executor: 'interpret', host: 'a test', lab: '0' },
    });
  });

  it('tells of the races under way only what a figure is drawn from', async () => {
    await send({ type: 'planSweep', ...CHOICE }, () => found('sweepCost').length === 1);
    await send({ type: 'runSweep' }, inState('finished'));
    const races = found('cellRace');
    expect(races.length).toBeGreaterThan(0);
    for (const { event } of races) {
      if (event.type !== 'records') throw new Error(`${event.type} was told`);
      expect(event.records.every(({ split }) => split !== 'train')).toBe(true);
    }
  });

  it('tells what is kept, and does not run it again', async () => {
    await send({ type: 'planSweep', ...CHOICE }, () => found('sweepCost').length === 1);
    await send({ type: 'runSweep' }, inState('finished'));
    kept.delete('cell-2');
    said = [];
    open();
    await send({ type: 'openSweep', ...CHOICE }, () => found('sweepCells').length === 1);
    expect(found('sweepCells')[0]).toMatchObject({ ...CHOICE, results: [{ id: 'cell-1' }] });
    await send({ type: 'planSweep', ...CHOICE }, () => found('sweepCost').length === 1);
    expect(found('sweepCost')[0].cost).toMatchObject({ cells: 1, done: 1 });
    await send({ type: 'runSweep' }, inState('finished'));
    expect(found('cellDone').map(({ result }) => result.id)).toEqual(['cell-2']);
  });

  it('is paused, goes on and is stopped', async () => {
    await send({ type: 'planSweep', ...CHOICE }, () => found('sweepCost').length === 1);
    lab.send({ type: 'runSweep' });
    await send({ type: 'pause' }, inState('paused'));
    // Whoever only looks now and then may find it finished.
    onSaid = (event) => {
      if (event.type === 'sweepState' && event.state === 'running') lab.send({ type: 'stop' });
    };
    await send({ type: 'resume' }, inState('stopped'));
    const states = found('sweepState').map(({ state }) => state);
    expect(states.slice(-3)).toEqual(['paused', 'running', 'stopped']);
    expect(kept.size).toBeLessThan(2);
  });

  it('and a race wait for each other', async () => {
    const errors = () => found('error').map(({ message }) => message);
    await send({ type: 'planSweep', ...CHOICE }, () => found('sweepCost').length === 1);
    lab.send({ type: 'runSweep' });
    await send({ type: 'start', spec: CELLS[0].spec }, () => errors().length === 1);
    expect(errors()[0]).toMatch(/already running; stop it first/);
    await send({ type: 'planSweep', ...CHOICE }, () => errors().length === 2);
    expect(errors()[1]).toMatch(/already under way; stop it first/);
    await vi.waitFor(() => expect(inState('finished')()).toBe(true), { timeout: 120_000 });
  });

  it('cannot be run unplanned', async () => {
    await send({ type: 'runSweep' }, () => found('error').length === 1);
    expect(found('error')[0]).toMatchObject({ code: 'bad-input', message: 'No experiment has been planned.' });
  });
});
