import { type IDBPDatabase, type OpenDBCallbacks, openDB } from 'idb';
import { CrossoverError, messageOf } from '../../core/errors.ts';
import type { Change, Key, Row, Tables } from './tables.ts';

/** The shape of a database. */
export interface Schema {
  name: string;
  /** Raised with every change of the shape; `upgrade` then takes over what an earlier one wrote. */
  version: number;
  tables: readonly string[];
  upgrade: NonNullable<OpenDBCallbacks<unknown>['upgrade']>;
}

export interface Opened {
  /** Undefined where the browser refuses a database (in private windows, or without room). */
  tables: Tables | undefined;
  /** Databases that a newer version wrote, or that are damaged: they are left as they are. */
  setAside: string[];
}

/**
 * Opens a database. Where the one of this name is of a newer version, or not as this version makes it, it is left alone,
 * and another one is opened that carries the version in its name.
 */
export async function openDatabase(schema: Schema): Promise<Opened> {
  const setAside: string[] = [];
  for (const name of [schema.name, `${schema.name} (version ${schema.version})`]) {
    const tables = new Database(name, schema);
    try {
      await tables.open();
      return { tables, setAside };
    } catch {
      // Where every name is refused, it is the browser that refuses: then nothing has been found, either.
      setAside.push(name);
    }
  }
  return { tables: undefined, setAside: [] };
}

/** How many keys a table of a database that was set aside holds; 1 where it cannot even be counted. */
export async function countSetAside(name: string, table: string): Promise<number> {
  try {
    const database = await openDB(name);
    try {
      return database.objectStoreNames.contains(table) ? await database.count(table) : 1;
    } finally {
      database.close();
    }
  } catch {
    return 1;
  }
}

class Database implements Tables {
  #opened: Promise<IDBPDatabase> | undefined;

  constructor(
    private readonly name: string,
    private readonly schema: Schema,
  ) {}

  /** Opened anew where the browser has closed it, or a newer version of the page in another tab has asked for that. */
  open(): Promise<IDBPDatabase> {
    const { version, tables, upgrade } = this.schema;
    this.#opened ??= openDB(this.name, version, {
      upgrade,
      blocking: (_, __, { target }) => {
        this.#opened = undefined;
        (target as IDBDatabase).close();
      },
      terminated: () => {
        this.#opened = undefined;
      },
    }).then((database) => {
      if (tables.every((table) => database.objectStoreNames.contains(table))) return database;
      database.close();
      throw new CrossoverError('io', `The browser’s database ${this.name} is not as Crossover makes it.`);
    });
    this.#opened.catch(() => {
      this.#opened = undefined;
    });
    return this.#opened;
  }

  async rows(table: string, under: Key | readonly []): Promise<Row[]> {
    try {
      const { store } = (await this.open()).transaction(table);
      const range = rangeUnder(under);
      const [keys, values] = await Promise.all([store.getAllKeys(range), store.getAll(range)]);
      return keys.map((key, i) => ({ key: key as unknown as Key, value: values[i] }));
    } catch (error) {
      throw refusal(error);
    }
  }

  async owners(table: string): Promise<ReadonlySet<string>> {
    try {
      const keys = await (await this.open()).getAllKeys(table);
      return new Set(keys.map((key) => (key as unknown as Key)[0]));
    } catch (error) {
      throw refusal(error);
    }
  }

  async write(changes: readonly Change[]): Promise<void> {
    const names = [...new Set(changes.map(({ table }) => table))];
    try {
      const transaction = (await this.open()).transaction(names, 'readwrite');
      // The transaction says what went wrong; of the requests, those after the first only that it was given up.
      const requests = changes.map((change) => {
        const store = transaction.objectStore(change.table);
        return 'under' in change ? store.delete(rangeUnder(change.under)!) : store.put(change.value, [...change.key]);
      });
      for (const request of requests) request.catch(() => {});
      await transaction.done;
    } catch (error) {
      throw refusal(error);
    }
  }
}

/** All keys that begin so: lists come after numbers and texts. */
function rangeUnder(under: Key | readonly []): IDBKeyRange | null {
  return under.length === 0 ? null : IDBKeyRange.bound([...under], [...under, []]);
}

function refusal(error: unknown): CrossoverError {
  const isFull = error instanceof DOMException && error.name === 'QuotaExceededError';
  if (isFull)
    return new CrossoverError(
      'storage-full',
      'The browser’s storage is full.',
      'Export races and remove them, or free space on this device.',
    );
  return new CrossoverError('io', `The browser’s database failed: ${messageOf(error)}`);
}
