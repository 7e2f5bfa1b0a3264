import fc from 'fast-check';
import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { CrossoverError } from '../../src/core/errors.ts';
import { MOST_ENTRIES, readZip, zip } from '../../src/lab/runFiles/zip.ts';

const bytesOf = (text: string) => new TextEncoder().encode(text);
const packed = (files: Record<string, Uint8Array>) => zip(Object.entries(files), new Date(2026, 0, 1));
const unpacked = (bytes: Uint8Array) =>
  Object.fromEntries(readZip(bytes, 'race.zip').map((entry) => [entry.name, entry.unpack()]));

/** Where a record of the format begins, the last of its kind. */
function lastOf(bytes: Uint8Array, signature: number): DataView {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = bytes.length - 4; at >= 0; at--)
    if (view.getUint32(at, true) === signature) return new DataView(bytes.buffer, bytes.byteOffset + at);
  throw new Error('no such record');
}
const directoryOf = (bytes: Uint8Array) => lastOf(bytes, 0x02014b50);
const endOf = (bytes: Uint8Array) => lastOf(bytes, 0x06054b50);

const LONG = new Uint8Array(100_000).fill(97);

describe('a .zip', () => {
  it('gives back whatever was packed', () => {
    const name = fc.stringMatching(/^[a-z]{1,8}\/[a-z]{1,8}(\.json|\.safetensors)$/);
    fc.assert(
      fc.property(fc.dictionary(name, fc.uint8Array({ maxLength: 500 })), (files) => {
        expect(unpacked(packed(files))).toEqual(files);
      }),
    );
  });

  it('says what it holds without unpacking it, and passes over folders', () => {
    const bytes = zipSync({ 'a/': new Uint8Array(), 'a/long': LONG });
    expect(readZip(bytes, 'race.zip').map(({ name, size }) => [name, size])).toEqual([['a/long', LONG.length]]);
  });

  it('of the same files at the same time is the same', () => {
    expect(packed({ 'a/b': LONG })).toEqual(packed({ 'a/b': LONG }));
  });
});

describe('a hostile .zip', () => {
  it.each([
    ['../run.json', /"\.\.\/run\.json" leads out of the folder/],
    ['a/../../run.json', /leads out/],
    ['/etc/run.json', /leads out/],
    ['C:\\run.json', /leads out/],
    ['a\\..\\run.json', /leads out/],
    ['a\0/run.json', /leads out/],
  ])('cannot name a path that leads out: %j', (name, message) => {
    expect(() => readZip(zipSync({ [name]: bytesOf('{}') }), 'race.zip')).toThrow(message);
  });

  it('cannot hold more than it declares: the work ends where the declared size does', () => {
    const bytes = packed({ 'a/bomb.jsonl': new Uint8Array(50_000_000) });
    directoryOf(bytes).setUint32(24, 10, true);
    const [entry] = readZip(bytes, 'race.zip');
    expect(entry.size).toBe(10);
    expect(() => entry.unpack()).toThrow('a/bomb.jsonl is damaged: it does not unpack to the 10 B that are declared');
  });

  it('cannot hold less than it declares', () => {
    const bytes = packed({ 'a/b.jsonl': LONG });
    directoryOf(bytes).setUint32(24, LONG.length + 1, true);
    expect(() => unpacked(bytes)).toThrow(/does not unpack to/);
  });

  it('cannot have two files share their bytes', () => {
    const bytes = packed({ 'a/b.jsonl': LONG, 'a/c.jsonl': LONG });
    directoryOf(bytes).setUint32(42, 0, true);
    expect(() => unpacked(bytes)).toThrow('"a/c.jsonl" shares its bytes with another file');
  });

  it('cannot hold two files of one name', () => {
    const bytes = packed({ 'a/b.jsonl': LONG, 'a/c.jsonl': LONG });
    new Uint8Array(bytes.buffer).set(bytesOf('a/b.jsonl'), directoryOf(bytes).byteOffset + 46);
    expect(() => unpacked(bytes)).toThrow('it holds "a/b.jsonl" twice');
  });

  it('cannot hold very many files', () => {
    const many = Object.fromEntries(Array.from({ length: MOST_ENTRIES + 1 }, (_, i) => [`f${i}`, new Uint8Array()]));
    expect(() => readZip(zipSync(many), 'race.zip')).toThrow(`it holds 2001 files; ${MOST_ENTRIES} are allowed`);
  });

  it.each([
    ['encrypted', 8, 1, 'a/b.jsonl is encrypted'],
    ['packed in an unknown way', 10, 99, 'a/b.jsonl is packed by method 99; readable are 0 and 8'],
    ['with another checksum', 16, 1, 'a/b.jsonl is damaged: its checksum is another'],
    ['elsewhere than it says', 42, 7, 'a/b.jsonl is not where the directory says'],
  ])('is refused by the file that is %s', (_, at, value, message) => {
    const bytes = packed({ 'a/b.jsonl': LONG });
    directoryOf(bytes).setUint16(at, value, true);
    expect(() => unpacked(bytes)).toThrow(message);
  });

  it('is refused where its directory is elsewhere, or is a ZIP64', () => {
    const moved = packed({ 'a/b.jsonl': LONG });
    endOf(moved).setUint32(16, moved.length, true);
    expect(() => readZip(moved, 'race.zip')).toThrow('its directory ends after 0 of 1 files');
    const large = packed({ 'a/b.jsonl': LONG });
    endOf(large).setUint32(16, 0xffffffff, true);
    expect(() => readZip(large, 'race.zip')).toThrow('it is a ZIP64');
  });

  it('cut off or overwritten anywhere is refused in a sentence, or gives what was packed', () => {
    const files = { 'a-ar/run.json': bytesOf('{"family":"ar"}'), 'a-ar/metrics.jsonl': LONG };
    const whole = packed(files);
    const reads = (bytes: Uint8Array) => {
      try {
        return unpacked(bytes);
      } catch (error) {
        if (error instanceof CrossoverError && error.code === 'bad-input') return undefined;
        throw error;
      }
    };
    fc.assert(
      fc.property(fc.nat(whole.length - 1), (length) => {
        expect(reads(whole.slice(0, length))).toBeUndefined();
      }),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1 }), (changes) => {
        const bytes = whole.slice();
        for (const [at, byte] of changes) bytes[at] = byte;
        const contents = Object.values(reads(bytes) ?? files);
        for (const content of contents) expect(Object.values(files)).toContainEqual(content);
      }),
    );
  });

  it.each([[''], ['PK'], ['not a zip at all, but long enough to be one']])('is refused if it is none: %j', (text) => {
    expect(() => readZip(bytesOf(text), 'race.zip')).toThrow(
      /^race\.zip cannot be read as a \.zip: it has no directory/,
    );
  });
});
