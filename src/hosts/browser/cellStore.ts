import { CELL_VERSION, type CellResult } from '../../experiments/cell.ts';
import type { Environment } from '../../lab/runFiles/environment.ts';
import { RUN_FILES } from '../../lab/runFiles/names.ts';
import { RunFiles } from '../../lab/runFiles/write.ts';
import type { CellStore } from '../../lab/sweepDesk.ts';
import type { FamilyId } from '../../spec/schema.ts';
import type { Schema } from './database.ts';
import { FILES, Folders } from './folders.ts';
import type { SpillingTables } from './tables.ts';

const RESULTS = 'results';
export const CELL_TABLES = [RESULTS, FILES] as const;

/** Version 1 had finished cells only, each under its id alone. */
export const CELL_SCHEMA: Schema = {
  name: 'crossover-cells',
  version: 2,
  tables: CELL_TABLES,
  upgrade: async (database, before, _, transaction) => {
    database.createObjectStore(FILES);
    if (before < 1) {
      database.createObjectStore(RESULTS);
      return;
    }
    const results = transaction.objectStore(RESULTS);
    for (let row = await results.openCursor(); row; row = await row.continue()) {
      if (typeof row.key !== 'string') continue;
      await results.put(row.value, [row.key]);
      await row.delete();
    }
  },
};

/**
 * Finished cells, by their hash, so that none is run again after the page was closed, and the runs of unfinished ones, which
 * go on from their checkpoints. `about`: for `env.json`.
 */
export function openCellStore(tables: SpillingTables, about: Pick<Environment, 'crossover' | 'host'>): CellStore {
  const writing = new Map<string, Folders>();
  const close = (id: string, family: FamilyId) => {
    writing.get(nameOf(id, family))?.close();
    writing.delete(nameOf(id, family));
  };
  const resultOf = async (id: string): Promise<CellResult | undefined> => {
    const found = (await tables.rows(RESULTS, [id]))[0]?.value as CellResult | undefined;
    return found?.version === CELL_VERSION ? found : undefined;
  };
  return {
    finished: () => tables.owners(RESULTS),
    async results(ids) {
      const found = await Promise.all(ids.map(resultOf));
      return found.filter((result) => result !== undefined);
    },
    runsOf: ({ id }) => ({
      async open(_, spec, { symbols, executor, dataset }) {
        const { family } = spec;
        const folders = new Folders(tables, id);
        writing.set(nameOf(id, family), folders);
        await folders.look();
        const begun = folders.has(family, RUN_FILES.checkpoint) || folders.has(family, RUN_FILES.metrics);
        const environment = { ...about, executor, dataset };
        const opening = { spec, symbols, environment, publishes: false };
        return RunFiles.open(folders.place(family, `cell ${id} (${family})`), opening, begun);
      },
    }),
    async save(result) {
      const { id } = result;
      for (const family of result.families) close(id, family);
      await tables.spill([
        { table: RESULTS, key: [id], value: result },
        { table: FILES, under: [id] },
      ]);
    },
    async discard({ id }, family) {
      close(id, family);
      await tables.spill([{ table: FILES, under: [id, family] }]);
    },
  };
}

const nameOf = (id: string, family: FamilyId) => `${id}-${family}`;
