import { describe, expect, it } from 'vitest';
import type { MetricRecord } from '../../src/analysis/record.ts';
import { CELL_VERSION, type Cell } from '../../src/experiments/cell.ts';
import { CELL_TABLES, openCellStore } from '../../src/hosts/browser/cellStore.ts';
import { MemoryTables, SpillingTables } from '../../src/hosts/browser/tables.ts';
import type { SweepEvent } from '../../src/lab/protocol.ts';
import { Sweep } from '../../src/lab/sweep.ts';
import { FAMILIES } from '../../src/spec/schema.ts';
import { openTestCpu } from '../support/cpu.ts';
import { tinyCorpus, tinySpec } from '../support/tiny.ts';

const SPEC = tinySpec({
  model: { layers: 1, channels: 8 },
  train: { dropout: 0.1 },
  evaluation: { every: 5, denseEvery: 5 },
  sampling: { every: 0 },
});
const CELL: Cell = { id: 'a-cell', experiment: 'tiny', levels: {}, seed: 7, families: FAMILIES, spec: SPEC };

const storeOn = (tables: MemoryTables) =>
  openCellStore(new SpillingTables(Promise.resolve(tables), CELL_TABLES, () => {}), { crossover: '0.0.0', host: {} });

/** Runs the cell in a session of its own, up to the end or until a race of it has made so many steps. */
async function session(tables: MemoryTables, stopAt = Number.POSITIVE_INFINITY): Promise<SweepEvent[]> {
  const executor = await openTestCpu();
  const events: SweepEvent[] = [];
  const sweep = new Sweep({
    executor,
    cells: [CELL],
    loadCorpus: async () => tinyCorpus,
    store: storeOn(tables),
    about: { host: 'a test', lab: '0.0.0' },
    emit: (event) => {
      events.push(event);
      const steps = event.type === 'cellRace' && event.event.type === 'progress' ? event.event.steps : {};
      if ((steps.ar ?? 0) >= stopAt) sweep.stop();
    },
    now: () => performance.now(),
    breathe: () => new Promise((resolve) => setImmediate(resolve)),
  });
  await sweep.prepare();
  await sweep.run();
  executor.destroy();
  return events;
}

const results = (tables: MemoryTables) => storeOn(tables).results([CELL.id]);
const untimed = (records: readonly MetricRecord[] = []) => records.map(({ seconds: _, ...record }) => record);

describe('cells of the page', () => {
  it('go on in another session from where they were, to the same result', async () => {
    const whole = new MemoryTables();
    await session(whole);
    const [expected] = await results(whole);

    const tables = new MemoryTables();
    await session(tables, 15);
    expect(await results(tables)).toEqual([]);
    expect((await tables.rows('files', [CELL.id, 'ar', 'optimizer.safetensors'])).length).toBe(1);

    const events = await session(tables);
    const notes = events.flatMap((e) => (e.type === 'cellRace' && e.event.type === 'note' ? [e.event.text] : []));
    expect(notes).toContainEqual(expect.stringMatching(/^Autoregressive goes on from step (1[5-9]|[23]\d)\.$/));
    const [result] = await results(tables);
    for (const family of FAMILIES)
      expect(untimed(result.results[family]?.records)).toEqual(untimed(expected.results[family]?.records));
    expect(await tables.rows('files', [])).toEqual([]);
  });

  it('that are finished are not run again, and those of another version are not shown', async () => {
    const tables = new MemoryTables();
    await session(tables);
    expect(await storeOn(tables).finished()).toEqual(new Set([CELL.id]));
    const [row] = await tables.rows('results', [CELL.id]);
    const later = { ...(row.value as object), version: CELL_VERSION + 1 };
    await tables.write([{ table: 'results', key: [CELL.id], value: later }]);
    expect(await results(tables)).toEqual([]);
  });

  it('give up a race that is to be begun anew', async () => {
    const tables = new MemoryTables();
    await session(tables, 15);
    await storeOn(tables).discard(CELL, 'ar');
    expect(await tables.rows('files', [CELL.id, 'ar'])).toEqual([]);
  });
});
