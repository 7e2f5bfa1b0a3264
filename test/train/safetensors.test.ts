import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CrossoverError } from '../../src/core/errors.ts';
import { readSafetensors, type Tensor, writeSafetensors } from '../../src/train/safetensors.ts';
import { goldenFile } from '../golden/golden.ts';

const EXAMPLE = new Map<string, Tensor>([
  ['b', { shape: [2, 3], data: Float32Array.of(1.5, -2.25, 3, 0.1, Number.POSITIVE_INFINITY, -0) }],
  ['a', { shape: [3], data: Float32Array.of(1, 2, 4) }],
  ['counts', { shape: [3], data: Uint32Array.of(0, 1, 4294967295) }],
  ['exact', { shape: [], data: Float64Array.of(1 / 3) }],
  ['nothing', { shape: [0, 4], data: new Float32Array(0) }],
  ['quoted "ü"', { shape: [1], data: Float32Array.of(7) }],
]);
const EXAMPLE_METADATA = { title: 'written by "Python", ü' };

/** A file with any header and `dataBytes` zero bytes of numbers. */
function fileWith(header: unknown, dataBytes: number): Uint8Array {
  const json = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header));
  const bytes = new Uint8Array(8 + json.length + dataBytes);
  new DataView(bytes.buffer).setUint32(0, json.length, true);
  bytes.set(json, 8);
  return bytes;
}

const f32Entry = (begin: number, end: number) => ({
  dtype: 'F32',
  shape: [(end - begin) / 4],
  data_offsets: [begin, end],
});

const bits = (data: Tensor['data']) => Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('hex');
const comparable = (tensors: ReadonlyMap<string, Tensor>) =>
  [...tensors].map(([name, { shape, data }]) => [name, data.constructor.name, shape, bits(data)]).sort();

describe('a safetensors file', () => {
  it('written by Python is read as what Python wrote', () => {
    const { tensors, metadata } = readSafetensors(goldenFile('python.safetensors'), 'python.safetensors');
    expect(comparable(tensors)).toEqual(comparable(EXAMPLE));
    expect(metadata).toEqual(EXAMPLE_METADATA);
  });

  it('has the same bytes when we write it', () => {
    expect([...writeSafetensors(EXAMPLE, EXAMPLE_METADATA)]).toEqual([...goldenFile('python.safetensors')]);
  });

  it('gives back any tensors and metadata, bit for bit', () => {
    const f32 = fc
      .array(fc.integer({ min: 0, max: 0xffffffff }))
      .map((raw) => new Float32Array(Uint32Array.from(raw).buffer));
    const u32 = fc.array(fc.integer({ min: 0, max: 0xffffffff })).map((raw) => Uint32Array.from(raw));
    const f64 = fc.array(fc.double()).map((raw) => Float64Array.from(raw));
    const tensor = fc.oneof(f32, u32, f64).map((data) => ({ shape: [data.length], data }));
    const name = fc.string({ unit: 'binary' }).filter((text) => text !== '__metadata__');
    fc.assert(
      fc.property(
        fc.array(fc.tuple(name, tensor)).map((entries) => new Map(entries)),
        fc.dictionary(
          name.filter((text) => text !== '__proto__'),
          fc.string(),
        ),
        (tensors, metadata) => {
          const file = readSafetensors(writeSafetensors(tensors, metadata), 'f');
          expect(comparable(file.tensors)).toEqual(comparable(tensors));
          expect(file.metadata).toEqual({ ...metadata });
        },
      ),
    );
  });

  it('keeps every tensor aligned to its own numbers', () => {
    const bytes = writeSafetensors(EXAMPLE, { n: '12345' });
    const headerLength = Number(new DataView(bytes.buffer).getBigUint64(0, true));
    expect(headerLength % 8).toBe(0);
    const header: Record<string, { dtype: string; data_offsets: [number, number] }> = JSON.parse(
      new TextDecoder().decode(bytes.subarray(8, 8 + headerLength)),
    );
    for (const [name, { data }] of EXAMPLE) expect(header[name].data_offsets[0] % data.BYTES_PER_ELEMENT, name).toBe(0);
  });

  it('may lie anywhere in a larger buffer', () => {
    const inside = new Uint8Array([1, 2, 3, ...goldenFile('python.safetensors')]).subarray(3);
    expect(comparable(readSafetensors(inside, 'f').tensors)).toEqual(comparable(EXAMPLE));
  });

  it('is copied out: what happens to its bytes afterwards does not reach the tensors, not even in a Node Buffer', () => {
    const bytes = Buffer.from(goldenFile('python.safetensors'));
    const { tensors } = readSafetensors(bytes, 'f');
    bytes.fill(0);
    expect(comparable(tensors)).toEqual(comparable(EXAMPLE));
  });

  it('is not written when numbers do not fill their shape', () => {
    const short = new Map([['w', { shape: [2, 2], data: new Float32Array(3) }]]);
    expect(() => writeSafetensors(short)).toThrow('tensor “w”: 3 numbers do not fill [2, 2]');
  });

  it('is not written with a tensor under the name of the metadata', () => {
    const clash = new Map([['__metadata__', { shape: [1], data: new Float32Array(1) }]]);
    expect(() => writeSafetensors(clash)).toThrow('__metadata__');
  });
});

describe('a damaged or foreign file is refused in words that name the file:', () => {
  const refusals: [string, Uint8Array, string][] = [
    ['empty', new Uint8Array(0), '0 bytes'],
    ['shorter than the length of a header', new Uint8Array(7), '7 bytes'],
    ['a header longer than the file', fileWith({}, 0).with(0, 200), 'should take 200 bytes, but only 2 follow'],
    [
      'text of another format',
      new TextEncoder().encode('PK\u0003\u0004 this is a zip archive'),
      'its header should take',
    ],
    ['a header that is not JSON', fileWith('{"a":', 0), 'its header is not JSON'],
    ['a header that is not UTF-8', fileWith('{"a":1}', 0).with(10, 0xff), 'its header is not JSON'],
    ['a header that is a list', fileWith([1], 0), 'must be a JSON object'],
    ['metadata that is not text', fileWith({ __metadata__: { step: 3 } }, 0), '__metadata__ must map names to strings'],
    ['an entry without offsets', fileWith({ w: { dtype: 'F32', shape: [1] } }, 4), '“w” needs a dtype, a shape'],
    ['a negative offset', fileWith({ w: { dtype: 'F32', shape: [1], data_offsets: [-4, 0] } }, 4), '“w” needs'],
    ['a fractional shape', fileWith({ w: { dtype: 'F32', shape: [0.5], data_offsets: [0, 2] } }, 2), '“w” needs'],
    ['an unknown type', fileWith({ w: { dtype: 'BF16', shape: [2], data_offsets: [0, 4] } }, 4), '“w” has dtype BF16'],
    [
      'a type named like a property of objects',
      fileWith({ w: { dtype: 'toString', shape: [], data_offsets: [0, 4] } }, 4),
      'has dtype toString',
    ],
    [
      'offsets that do not fit the shape',
      fileWith({ w: { dtype: 'F32', shape: [3], data_offsets: [0, 8] } }, 8),
      'takes 12 bytes; its offsets span 8',
    ],
    [
      'offsets in the wrong order',
      fileWith({ w: { dtype: 'F32', shape: [1], data_offsets: [4, 0] } }, 4),
      'its offsets span -4',
    ],
    [
      'a tensor past the end',
      fileWith({ v: f32Entry(0, 4), w: f32Entry(4, 12) }, 8),
      '“w” ends at byte 12 of the data, which has 8',
    ],
    ['tensors that overlap', fileWith({ v: f32Entry(0, 8), w: f32Entry(4, 12) }, 12), '“w” begins at byte 4, inside'],
    [
      'a gap between tensors',
      fileWith({ v: f32Entry(0, 4), w: f32Entry(8, 12) }, 12),
      'no tensor holds the bytes 4 to 8',
    ],
    ['surplus bytes at the end', fileWith({ v: f32Entry(0, 4) }, 12), 'no tensor holds the bytes 4 to 12'],
  ];

  it.each(refusals)('%s', (_, bytes, words) => {
    expect(() => readSafetensors(bytes, 'runs/x/model.safetensors')).toThrow(CrossoverError);
    expect(() => readSafetensors(bytes, 'runs/x/model.safetensors')).toThrow(words);
    expect(() => readSafetensors(bytes, 'runs/x/model.safetensors')).toThrow('runs/x/model.safetensors');
  });

  it('cut off anywhere', () => {
    const whole = goldenFile('python.safetensors');
    for (let length = 0; length < whole.length; length++)
      expect(() => readSafetensors(whole.subarray(0, length), 'f'), `${length} bytes`).toThrow(CrossoverError);
  });

  it('any bytes at all: an error or tensors, never a crash', () => {
    fc.assert(
      fc.property(fc.string(), fc.uint8Array(), (header, data) => {
        try {
          readSafetensors(new Uint8Array([...fileWith(header, 0), ...data]), 'f');
        } catch (error) {
          expect(error).toBeInstanceOf(CrossoverError);
        }
      }),
    );
  });
});
