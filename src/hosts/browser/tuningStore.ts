import { openDB } from 'idb';
import type { TuningCache } from '../../gpu/tune.ts';

const DATABASE = 'crossover-tuning';
const STORE = 'choices';

/**
 * Choices of kernels in IndexedDB, or for the session where the browser refuses one (private windows). The browser does
 * not tell its driver, so `runtime`, its own name and version, is part of every key.
 */
export async function openTuningStore(runtime: string): Promise<TuningCache> {
  const session = new Map<string, unknown>();
  const database = await openTable().catch(() => null);
  return {
    place: database ? 'the browser’s database' : 'memory, as the browser refuses a database',
    async read(key) {
      const name = `${runtime}, ${key}`;
      return session.get(name) ?? (await database?.get(STORE, name).catch(() => undefined));
    },
    async write(key, value) {
      const name = `${runtime}, ${key}`;
      session.set(name, value);
      await database?.put(STORE, value, name).catch(() => undefined);
    },
  };
}

/** Rejects also where the browser throws at once rather than failing later. */
async function openTable() {
  return openDB(DATABASE, 1, { upgrade: (db) => void db.createObjectStore(STORE) });
}
