/** Where a value lies: the first part is its owner (a race, a cell), the others are of its own table. */
export type Key = readonly [owner: string, ...rest: (string | number)[]];

export interface Row {
  key: Key;
  value: unknown;
}

export type Change =
  | { table: string; key: Key; value: unknown }
  /** Everything whose key begins so is given up. */
  | { table: string; under: Key };

/** Values by table and key. Values are plain data. */
export interface Tables {
  /** All rows whose key begins with `under`, in order of their keys; all of the table where it is empty. */
  rows(table: string, under: Key | readonly []): Promise<Row[]>;
  /** Whose keys the table has. */
  owners(table: string): Promise<ReadonlySet<string>>;
  /** Makes all changes or none. @throws CrossoverError 'storage-full' where there is no room for them, else 'io' */
  write(changes: readonly Change[]): Promise<void>;
}

/** Tables that last as long as the session. */
export class MemoryTables implements Tables {
  readonly #tables = new Map<string, Map<string, Row>>();

  async rows(table: string, under: Key | readonly []): Promise<Row[]> {
    const rows = [...(this.#tables.get(table)?.values() ?? [])];
    return rows.filter(({ key }) => isUnder(key, under)).sort((a, b) => compare(a.key, b.key));
  }

  async owners(table: string): Promise<ReadonlySet<string>> {
    return new Set([...(this.#tables.get(table)?.values() ?? [])].map(({ key: [owner] }) => owner));
  }

  async write(changes: readonly Change[]): Promise<void> {
    for (const change of changes) {
      const rows = this.#tables.get(change.table) ?? new Map<string, Row>();
      this.#tables.set(change.table, rows);
      if ('under' in change) {
        for (const [name, { key }] of rows) if (isUnder(key, change.under)) rows.delete(name);
      } else {
        rows.set(JSON.stringify(change.key), { key: change.key, value: change.value });
      }
    }
  }
}

function isUnder(key: Key, under: Key | readonly []): boolean {
  return under.every((part, i) => key[i] === part);
}

/** As IndexedDB orders keys: numbers before texts. */
function compare(a: Key, b: Key): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const [x, y] = [a[i], b[i]];
    if (x === y) continue;
    if (typeof x !== typeof y) return typeof x === 'number' ? -1 : 1;
    return x < y ? -1 : 1;
  }
  return a.length - b.length;
}

/**
 * Tables that outlive the session, and memory for what they have no room for. From the first time that something of an
 * owner finds no room, all of it is held in memory, with what was written before: nothing of this session is lost to it,
 * and what is stored stays as it was. `full` is told why, once for each owner.
 */
export class SpillingTables implements Tables {
  readonly #memory = new MemoryTables();
  readonly #held = new Set<string>();

  /** @param stored resolves to undefined where nothing outlives the session */
  constructor(
    private readonly stored: Promise<Tables | undefined>,
    private readonly names: readonly string[],
    private readonly full: (owner: string, error: unknown) => void,
  ) {}

  /** Whether anything is kept beyond the session. */
  async lasting(): Promise<boolean> {
    return (await this.stored) !== undefined;
  }

  async rows(table: string, under: Key | readonly []): Promise<Row[]> {
    const [owner] = under;
    const stored = await this.stored;
    if (!stored || (owner !== undefined && this.#held.has(owner))) return this.#memory.rows(table, under);
    const rows = await stored.rows(table, under);
    if (this.#held.size === 0) return rows;
    return [...rows.filter(({ key }) => !this.#held.has(key[0])), ...(await this.#memory.rows(table, under))];
  }

  async owners(table: string): Promise<ReadonlySet<string>> {
    const stored = (await (await this.stored)?.owners(table)) ?? [];
    return new Set([...stored, ...(await this.#memory.owners(table))]);
  }

  async write(changes: readonly Change[]): Promise<void> {
    const stored = await this.stored;
    const inMemory = (change: Change) => !stored || this.#held.has(ownerOf(change));
    await this.#memory.write(changes.filter(inMemory));
    const lasting = changes.filter((change) => !inMemory(change));
    if (lasting.length > 0) await stored!.write(lasting);
  }

  /** As `write`, for changes of one owner: what finds no room is held in memory. */
  async spill(changes: readonly Change[]): Promise<void> {
    if (changes.length === 0) return;
    try {
      await this.write(changes);
    } catch (error) {
      const owner = ownerOf(changes[0]);
      await this.#hold(owner);
      await this.#memory.write(changes);
      this.full(owner, error);
    }
  }

  /** Takes everything of an owner into memory, as far as it can be read. */
  async #hold(owner: string): Promise<void> {
    for (const table of this.names) {
      const rows = (await (await this.stored)?.rows(table, [owner]).catch(() => [])) ?? [];
      await this.#memory.write(rows.map((row) => ({ table, ...row })));
    }
    this.#held.add(owner);
  }
}

function ownerOf(change: Change): string {
  return ('under' in change ? change.under : change.key)[0];
}
