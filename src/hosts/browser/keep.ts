import { CrossoverError, messageOf } from '../../core/errors.ts';
import type { LabEvent, StorageUse } from '../../lab/protocol.ts';
import type { Environment } from '../../lab/runFiles/environment.ts';
import type { RaceShelf } from '../../lab/shelf.ts';
import type { CellStore } from '../../lab/sweepDesk.ts';
import { CELL_SCHEMA, openCellStore } from './cellStore.ts';
import { countSetAside, openDatabase, type Schema } from './database.ts';
import { RACES } from './raceRow.ts';
import { RACE_TABLES, TableShelf } from './raceShelf.ts';
import { SpillingTables } from './tables.ts';

type NotKept = Extract<LabEvent, { type: 'notKept' }>;

const RACE_SCHEMA: Schema = {
  name: 'crossover-races',
  version: 1,
  tables: RACE_TABLES,
  upgrade: (database) => {
    for (const table of RACE_TABLES) database.createObjectStore(table);
  },
};

/**
 * What this browser keeps for the page. `about`: for `env.json`; `tell` is told when something of what is being trained
 * finds no room.
 */
export function openKept(
  about: Pick<Environment, 'crossover' | 'host'>,
  tell: (event: NotKept) => void,
): { races: RaceShelf; cells: CellStore } {
  const races = openDatabase(RACE_SCHEMA);
  const raceTables = new SpillingTables(
    races.then(({ tables }) => tables),
    RACE_TABLES,
    (_, error) => tell(notKept(error, 'this race')),
  );
  const cells = openDatabase(CELL_SCHEMA);
  const cellTables = new SpillingTables(
    cells.then(({ tables }) => tables),
    CELL_SCHEMA.tables,
    (_, error) => tell(notKept(error, 'this experiment')),
  );
  const setAside = races.then(async ({ setAside }) => {
    const counts = await Promise.all(setAside.map((name) => countSetAside(name, RACES)));
    return counts.reduce((sum, count) => sum + count, 0);
  });
  const storage = async () => ({ ...(await estimate()), lasting: await raceTables.lasting() });
  const shelf = new TableShelf({ tables: raceTables, setAside, about, storage, tell });
  void purgeIfAlone(shelf);
  return { races: shelf, cells: openCellStore(cellTables, about) };
}

function notKept(error: unknown, what: string): NotKept {
  const isFull = error instanceof CrossoverError && error.code === 'storage-full';
  return {
    type: 'notKept',
    why: isFull ? 'storage-full' : 'no-storage',
    message: `${messageOf(error)} Nothing more of ${what} is kept: it goes on, and what it measures is held in memory until the page is closed. Export it to keep it.`,
  };
}

async function estimate(): Promise<Omit<StorageUse, 'lasting'>> {
  const manager = navigator.storage;
  const none = { usage: 0, quota: undefined };
  const { usage = 0, quota } = manager ? await manager.estimate().catch(() => none) : none;
  const persisted = (await manager?.persisted().catch(() => false)) ?? false;
  return { used: usage, quota: quota ?? null, persisted };
}

const OPEN_LOCK = 'crossover-shelf';

/**
 * Gives up what was removed in earlier sessions, unless another tab is open, where it may still be brought back. Where
 * there are no locks nobody knows that, and nothing is given up until it is asked for.
 */
async function purgeIfAlone(shelf: RaceShelf): Promise<void> {
  const locks = navigator.locks;
  await locks?.request(OPEN_LOCK, { ifAvailable: true }, async (lock) => {
    // What cannot be given up now is tried again the next time.
    if (lock) await shelf.purge().catch(() => {});
  });
  void locks?.request(OPEN_LOCK, { mode: 'shared' }, () => new Promise(() => {}));
}
