import { openDB } from 'idb';
import type { CellResult } from '../experiments/cell.ts';
import type { CellStore } from '../lab/sweepDesk.ts';
import { memoryStore } from './memoryStore.ts';

const DATABASE = 'crossover-cells';
const STORE = 'results';

/**
 * Finished cells in IndexedDB, by their hash, so that none is run again after the page was closed; where the browser
 * refuses a database (private windows), for this session. A race that is cut off is not kept: its cell is begun anew.
 */
export function openCellStore(): CellStore {
  const session = new Map<string, CellResult>();
  const opened = openDB(DATABASE, 1, { upgrade: (db) => void db.createObjectStore(STORE) }).catch(() => undefined);
  const read = async (id: string): Promise<CellResult | undefined> =>
    session.get(id) ?? (await (await opened)?.get(STORE, id).catch(() => undefined));
  return {
    async finished() {
      const kept = (await (await opened)?.getAllKeys(STORE).catch(() => [])) ?? [];
      return new Set([...session.keys(), ...kept.map(String)]);
    },
    async results(ids) {
      const found = await Promise.all(ids.map(read));
      return found.filter((result) => result !== undefined);
    },
    runsOf: () => memoryStore,
    async save(result) {
      session.set(result.id, result);
      await (await opened)?.put(STORE, result, result.id).catch(() => undefined);
    },
    discard: async () => {},
  };
}
