import type { RunFile } from '../../lab/runFiles/names.ts';
import type { RunReader } from '../../lab/runFiles/read.ts';
import type { RunPlace } from '../../lab/runFiles/write.ts';
import type { Change, Key, SpillingTables, Tables } from './tables.ts';

/** The table of files: key [owner, folder, file, part]; the parts of a file are its bytes in order. */
export const FILES = 'files';

/** What is appended is written so often: what is lost at most when the page is closed. */
const FLUSH_EVERY_MS = 500;

/** The files in the folder of an owner. */
export function folderReader(tables: Tables, [owner, folder]: readonly [string, string], name: string): RunReader {
  return {
    name,
    path: (file) => `${name}, ${file}`,
    async read(file) {
      const rows = await tables.rows(FILES, [owner, folder, file]);
      return rows.length === 0 ? undefined : joined(rows.map(({ value }) => value as Uint8Array));
    },
  };
}

/**
 * The folders that a race or a cell is written into. Appended lines are written together, twice a second; a whole file takes
 * what was appended before along, in one transaction. `also`: what is written beside the files each time.
 */
export class Folders {
  #appended = new Map<string, { key: Key; parts: Uint8Array<ArrayBuffer>[] }>();
  /** How many parts each file has, and its bytes. */
  readonly #files = new Map<string, { parts: number; bytes: number }>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #queue: Promise<void> = Promise.resolve();

  constructor(
    private readonly tables: SpillingTables,
    private readonly owner: string,
    private readonly also: () => Change[] = () => [],
  ) {}

  /** Learns what is there already. */
  async look(): Promise<void> {
    this.#files.clear();
    for (const { key, value } of await this.tables.rows(FILES, [this.owner])) {
      const name = nameOf(key[1], key[2]);
      const { parts, bytes } = this.#files.get(name) ?? { parts: 0, bytes: 0 };
      const part = key[3] as number;
      this.#files.set(name, { parts: Math.max(parts, part + 1), bytes: bytes + (value as Uint8Array).length });
    }
  }

  /** Bytes of all files, those on their way included. */
  get bytes(): number {
    return [...this.#files.values()].reduce((sum, { bytes }) => sum + bytes, 0);
  }

  has(folder: string, file: RunFile): boolean {
    return this.#files.has(nameOf(folder, file));
  }

  /** A folder as a place for a run. `name`: in words. */
  place(folder: string, name: string): RunPlace {
    const reader = folderReader(this.tables, [this.owner, folder], name);
    return {
      ...reader,
      read: async (file) => {
        await this.flush();
        return reader.read(file);
      },
      append: async (file, text) => {
        if (text) this.#append(folder, file, new TextEncoder().encode(text));
      },
      write: (file, content) =>
        this.write(folder, [[file, typeof content === 'string' ? new TextEncoder().encode(content) : content]]),
      remove: (file) => this.remove(folder, file),
    };
  }

  /** Replaces files of a folder, all or none. Without room they are held in memory. */
  write(folder: string, files: Iterable<readonly [RunFile, Uint8Array]>): Promise<void> {
    const changes: Change[] = [];
    for (const [file, bytes] of files) {
      const name = nameOf(folder, file);
      this.#appended.delete(name);
      this.#files.set(name, { parts: 1, bytes: bytes.length });
      changes.push({ table: FILES, under: [this.owner, folder, file] });
      changes.push({ table: FILES, key: [this.owner, folder, file, 0], value: bytes });
    }
    return this.#enqueue(changes);
  }

  remove(folder: string, file: RunFile): Promise<void> {
    const name = nameOf(folder, file);
    this.#appended.delete(name);
    if (!this.#files.delete(name)) return this.#queue;
    return this.#enqueue([{ table: FILES, under: [this.owner, folder, file] }]);
  }

  /** Writes what was appended; resolves when everything on its way is written. */
  flush(): Promise<void> {
    return this.#appended.size > 0 ? this.#enqueue([]) : this.#queue;
  }

  /** Forgets what was appended and not yet written: its files are given up. */
  close(): void {
    clearTimeout(this.#timer);
    this.#appended = new Map();
  }

  /** Writes what stands beside the files, and what was appended. */
  note(): Promise<void> {
    return this.#enqueue([]);
  }

  #append(folder: string, file: RunFile, bytes: Uint8Array<ArrayBuffer>): void {
    const name = nameOf(folder, file);
    const known = this.#files.get(name) ?? { parts: 0, bytes: 0 };
    const appended = this.#appended.get(name);
    if (appended) {
      appended.parts.push(bytes);
    } else {
      this.#appended.set(name, { key: [this.owner, folder, file, known.parts], parts: [bytes] });
      known.parts++;
    }
    this.#files.set(name, { parts: known.parts, bytes: known.bytes + bytes.length });
    this.#timer ??= setTimeout(() => void this.flush(), FLUSH_EVERY_MS);
  }

  #enqueue(changes: readonly Change[]): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const appended = [...this.#appended.values()].map(({ key, parts }) => ({
      table: FILES,
      key,
      value: joined(parts),
    }));
    this.#appended = new Map();
    const all = [...appended, ...changes, ...this.also()];
    this.#queue = this.#queue.then(() => this.tables.spill(all));
    return this.#queue;
  }
}

function nameOf(folder: string | number, file: string | number): string {
  return `${folder}/${file}`;
}

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  if (parts.length === 1) return parts[0] as Uint8Array<ArrayBuffer>;
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
