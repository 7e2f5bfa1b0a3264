import type { MetricRecord } from '../../analysis/record.ts';
import type { Cell, CellResult, FamilyResult } from '../../experiments/cell.ts';
import type { SweepEvent } from '../../lab/protocol.ts';
import type { FamilyId } from '../../spec/schema.ts';

/** What this device has found: finished cells, and the evaluations of those under way. */
export class CellResults {
  readonly #finished = new Map<string, CellResult>();
  readonly #begun = new Map<string, CellResult>();

  hear(event: SweepEvent): boolean {
    switch (event.type) {
      case 'sweepCells':
        for (const result of event.results) this.#finished.set(result.id, result);
        return event.results.length > 0;
      case 'cellDone':
        this.#finished.set(event.result.id, event.result);
        this.#begun.delete(event.result.id);
        return true;
      case 'cellRace':
        if (event.event.type !== 'records') return false;
        this.#append(event.cell, event.family, event.event.records);
        return true;
      case 'sweepState':
        if (event.state === 'stopped' || event.state === 'failed') this.#begun.clear();
        return event.state === 'stopped' || event.state === 'failed';
      default:
        return false;
    }
  }

  /** Of these cells. */
  finished(cells: readonly Cell[]): CellResult[] {
    return cells.flatMap(({ id }) => this.#finished.get(id) ?? []);
  }

  /** Of these cells, those under way as far as they have come. */
  all(cells: readonly Cell[]): CellResult[] {
    return cells.flatMap(({ id }) => this.#finished.get(id) ?? this.#begun.get(id) ?? []);
  }

  #append(cell: Cell, family: FamilyId, records: readonly MetricRecord[]): void {
    const before = this.#begun.get(cell.id);
    const own = before?.results[family];
    const after: FamilyResult = {
      ...NOTHING,
      steps: records.reduce((most, { step }) => Math.max(most, step), own?.steps ?? 0),
      records: [...(own?.records ?? []), ...records],
    };
    this.#begun.set(cell.id, {
      ...cell,
      version: 1,
      ranOn: { executor: '', adapter: '', host: '', lab: '' },
      wallSeconds: 0,
      results: { ...before?.results, [family]: after },
    });
  }
}

/** Of a race under way; no figure looks at these. */
const NOTHING: Omit<FamilyResult, 'steps' | 'records'> = {
  ended: 'budget',
  seconds: 0,
  parameters: 0,
  flopsPerStep: 0,
};
