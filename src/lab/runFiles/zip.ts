import { Inflate, type Zippable, zipSync } from 'fflate';
import { inBytes } from '../../core/bytes.ts';
import { crc32 } from '../../core/crc32.ts';
import { badInput, type CrossoverError } from '../../core/errors.ts';

/**
 * .zip files (PKWARE's APPNOTE, sections 4.3 and 4.4). fflate writes and inflates; the directory is read here, because a
 * file from elsewhere may say one thing and hold another: fflate takes its word for sizes and does not look at checksums.
 */

/** What a .zip says of one of its files. */
export interface ZipEntry {
  name: string;
  /** Bytes when it is unpacked, as declared. */
  size: number;
  /** Unpacks it; throws where it is damaged, or not of the declared size. Never takes more memory than that. */
  unpack(): Uint8Array<ArrayBuffer>;
}

const END = { signature: 0x06054b50, bytes: 22, mostComment: 0xffff } as const;
const DIRECTORY = { signature: 0x02014b50, bytes: 46 } as const;
const LOCAL = { signature: 0x04034b50, bytes: 30 } as const;
const STORED = 0;
const DEFLATED = 8;
const ENCRYPTED = 1;
/** Sizes, offsets and counts of a ZIP64 are elsewhere, and these stand in their places. */
const IN_ZIP64 = new Set([0xffff, 0xffffffff]);

export const MOST_ENTRIES = 2000;
/** Bytes that are inflated at once: they come to a thousand times as many at most. */
const INFLATE_TOGETHER = 16_384;

/** Packs files; those whose names say that they are numbers of weights are not worth compressing. */
export function zip(
  files: readonly (readonly [name: string, bytes: Uint8Array])[],
  date: Date,
): Uint8Array<ArrayBuffer> {
  const tree: Zippable = {};
  for (const [name, bytes] of files) tree[name] = [bytes, { level: name.endsWith('.safetensors') ? 0 : 6 }];
  return zipSync(tree, { mtime: date }) as Uint8Array<ArrayBuffer>;
}

/**
 * The files of a .zip; nothing is unpacked yet. Folders are passed over.
 *
 * @param file how errors name it
 * @throws CrossoverError when it is no .zip, is cut off, has too many files, a path that leads out of a folder, two files of
 *   one name, or files that share their bytes
 */
export function readZip(bytes: Uint8Array, file: string): ZipEntry[] {
  const wrong = (what: string) => badInput(`${file} cannot be read as a .zip: ${what}`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = endOf(view);
  if (end === undefined) throw wrong('it has no directory at its end; it is another kind of file, or cut off');
  const count = view.getUint16(end + 10, true);
  let at = view.getUint32(end + 16, true);
  if (IN_ZIP64.has(count) || IN_ZIP64.has(at)) throw wrong('it is a ZIP64, which is for more than a race is');
  if (count > MOST_ENTRIES) throw wrong(`it holds ${count} files; ${MOST_ENTRIES} are allowed`);

  const found: Found[] = [];
  for (let i = 0; i < count; i++) {
    if (at + DIRECTORY.bytes > end || view.getUint32(at, true) !== DIRECTORY.signature)
      throw wrong(`its directory ends after ${i} of ${count} files`);
    const entry = entryAt(view, at);
    at = entry.next;
    if (!entry.name.endsWith('/')) found.push(entry);
  }
  refuseOdd(found, wrong);
  return found.map((entry) => ({ name: entry.name, size: entry.size, unpack: () => unpack(bytes, entry, file) }));
}

interface Found {
  name: string;
  flags: number;
  method: number;
  crc: number;
  packed: number;
  size: number;
  /** Where its data begins. */
  start: number;
  /** Where the next entry of the directory is. */
  next: number;
}

/** Where the record at the end of a .zip begins; a comment may follow it. */
function endOf(view: DataView): number | undefined {
  const last = view.byteLength - END.bytes;
  for (let at = last; at >= Math.max(0, last - END.mostComment); at--)
    if (view.getUint32(at, true) === END.signature) return at;
  return undefined;
}

function entryAt(view: DataView, at: number): Found {
  const u16 = (offset: number) => view.getUint16(at + offset, true);
  const u32 = (offset: number) => view.getUint32(at + offset, true);
  const nameEnd = at + DIRECTORY.bytes + u16(28);
  const next = nameEnd + u16(30) + u16(32);
  const name = new TextDecoder().decode(sliceOf(view, at + DIRECTORY.bytes, Math.min(nameEnd, view.byteLength)));
  return { name, flags: u16(8), method: u16(10), crc: u32(16), packed: u32(20), size: u32(24), start: u32(42), next };
}

function refuseOdd(entries: Found[], wrong: (what: string) => CrossoverError): void {
  const names = new Set<string>();
  for (const { name } of entries) {
    const shown = JSON.stringify(name.slice(0, 100));
    if (leadsOut(name)) throw wrong(`${shown} leads out of the folder that it is unpacked into`);
    if (names.has(name)) throw wrong(`it holds ${shown} twice`);
    names.add(name);
  }
  let covered = 0;
  for (const { name, start, packed } of [...entries].sort((a, b) => a.start - b.start)) {
    if (start < covered) throw wrong(`${JSON.stringify(name.slice(0, 100))} shares its bytes with another file`);
    covered = start + packed;
  }
}

function leadsOut(name: string): boolean {
  return name === '' || /^[/\\]|^[a-z]:|\\|\0/i.test(name) || name.split('/').some((part) => part === '..');
}

function unpack(bytes: Uint8Array, { name, flags, method, crc, packed, size, start }: Found, file: string) {
  const wrong = (what: string) => badInput(`${file}: ${name} ${what}`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (flags & ENCRYPTED) throw wrong('is encrypted');
  if (method !== STORED && method !== DEFLATED) throw wrong(`is packed by method ${method}; readable are 0 and 8`);
  if (start + LOCAL.bytes > bytes.length || view.getUint32(start, true) !== LOCAL.signature)
    throw wrong('is not where the directory says');
  const from = start + LOCAL.bytes + view.getUint16(start + 26, true) + view.getUint16(start + 28, true);
  if (from + packed > bytes.length) throw wrong('is cut off');
  const data = bytes.subarray(from, from + packed);
  const content = method === STORED ? data.slice() : inflated(data, size);
  if (content?.length !== size) throw wrong(`is damaged: it does not unpack to the ${inBytes(size)} that are declared`);
  if (crc32(content) !== crc) throw wrong('is damaged: its checksum is another');
  return content;
}

/** The content of deflated data; undefined where it is damaged or longer than `size`, which ends the work at once. */
function inflated(data: Uint8Array, size: number): Uint8Array<ArrayBuffer> | undefined {
  const content = new Uint8Array(size);
  let at = 0;
  const inflate = new Inflate((part) => {
    content.set(part, at);
    at += part.length;
  });
  try {
    for (let from = 0; from < data.length; from += INFLATE_TOGETHER)
      inflate.push(data.subarray(from, from + INFLATE_TOGETHER), from + INFLATE_TOGETHER >= data.length);
  } catch {
    // What fflate refuses, or a part that has no room.
    return undefined;
  }
  return content.subarray(0, at);
}

function sliceOf(view: DataView, from: number, to: number): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset + from, to - from);
}
