import { z } from 'zod';
import { badInput, type CrossoverError } from '../core/errors.ts';
import { elements, type Shape, showShape } from '../core/shape.ts';

/**
 * The safetensors format (github.com/huggingface/safetensors): u64 length of a JSON header, the header, then the
 * raw little-endian numbers of every tensor without gaps. Typed arrays share the byte order of the machine, which
 * is little-endian wherever JavaScript runs WebGPU.
 */
export interface Tensor {
  shape: Shape;
  data: TensorData;
}

export type TensorData = Float32Array | Float64Array | Uint32Array;

export interface SafetensorsFile {
  tensors: Map<string, Tensor>;
  metadata: Record<string, string>;
}

/** In the order in which Python's writer lays them out: wide types first keeps every tensor aligned. */
const DTYPES = { F64: Float64Array, F32: Float32Array, U32: Uint32Array } as const;
type DTypeName = keyof typeof DTYPES;
const DTYPE_NAMES = Object.keys(DTYPES) as DTypeName[];

const LENGTH_BYTES = 8;
const ALIGNMENT = 8;
const METADATA = '__metadata__';

const offset = z.int().nonnegative();
const entrySchema = z.object({ dtype: z.string(), shape: z.array(offset), data_offsets: z.tuple([offset, offset]) });
const metadataSchema = z.record(z.string(), z.string());

/** The bytes of a file, the same as Python's `safetensors` writes: equal tensors give equal bytes. */
export function writeSafetensors(
  tensors: ReadonlyMap<string, Tensor>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array<ArrayBuffer> {
  const sorted = [...tensors]
    .map(([name, tensor]) => ({ name, ...tensor, dtype: dtypeOf(tensor.data) }))
    .sort((a, b) => DTYPE_NAMES.indexOf(a.dtype) - DTYPE_NAMES.indexOf(b.dtype) || (a.name < b.name ? -1 : 1));
  let end = 0;
  const header: [string, unknown][] = Object.keys(metadata).length > 0 ? [[METADATA, metadata]] : [];
  for (const { name, shape, data, dtype } of sorted) {
    if (name === METADATA) throw badInput(`a tensor cannot be called ${METADATA}: the format keeps that name`);
    if (elements(shape) !== data.length)
      throw badInput(`tensor “${name}”: ${data.length} numbers do not fill ${showShape(shape)}`);
    const begin = end;
    end += data.byteLength;
    header.push([name, { dtype, shape, data_offsets: [begin, end] }]);
  }
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries(header)));
  const padded = Math.ceil(json.length / ALIGNMENT) * ALIGNMENT;
  const bytes = new Uint8Array(LENGTH_BYTES + padded + end).fill(0x20, LENGTH_BYTES, LENGTH_BYTES + padded);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(padded), true);
  bytes.set(json, LENGTH_BYTES);
  let at = LENGTH_BYTES + padded;
  for (const { data } of sorted) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += data.byteLength;
  }
  return bytes;
}

/**
 * Tensors and metadata of a file; the numbers are copied out of `bytes`.
 *
 * @param file how errors name the file
 * @throws CrossoverError when the file is truncated, foreign, or its header and its numbers disagree
 */
export function readSafetensors(bytes: Uint8Array, file: string): SafetensorsFile {
  const wrong = (what: string): CrossoverError => badInput(`${file} is not a readable safetensors file: ${what}`);
  if (bytes.length < LENGTH_BYTES)
    throw wrong(`it has ${bytes.length} bytes and needs ${LENGTH_BYTES} for the length of its header alone`);
  const length = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true);
  if (length > BigInt(bytes.length - LENGTH_BYTES))
    throw wrong(`its header should take ${length} bytes, but only ${bytes.length - LENGTH_BYTES} follow`);
  const headerEnd = LENGTH_BYTES + Number(length);
  const body = bytes.subarray(headerEnd);
  const { [METADATA]: rawMetadata = {}, ...entries } = parseHeader(bytes.subarray(LENGTH_BYTES, headerEnd), wrong);
  const metadata = metadataSchema.safeParse(rawMetadata);
  if (!metadata.success) throw wrong(`${METADATA} must map names to strings`);

  const found = Object.entries(entries)
    .map(([name, entry]) => ({ name, ...parseEntry(name, entry, wrong) }))
    .sort((a, b) => a.begin - b.begin || a.end - b.end);
  const tensors = new Map<string, Tensor>();
  let covered = 0;
  for (const { name, dtype, shape, begin, end } of found) {
    if (end > body.length)
      throw wrong(`tensor “${name}” ends at byte ${end} of the data, which has ${body.length} bytes (truncated?)`);
    if (begin < covered) throw wrong(`tensor “${name}” begins at byte ${begin}, inside the tensor before it`);
    if (begin > covered) throw wrong(`no tensor holds the bytes ${covered} to ${begin} of the data`);
    covered = end;
    // Not `slice`: Node's Buffer, a Uint8Array too, gives a view there.
    tensors.set(name, { shape, data: new DTYPES[dtype](new Uint8Array(body.subarray(begin, end)).buffer) });
  }
  if (covered !== body.length) throw wrong(`no tensor holds the bytes ${covered} to ${body.length} of the data`);
  return { tensors, metadata: metadata.data };
}

function dtypeOf(data: TensorData): DTypeName {
  return DTYPE_NAMES.find((name) => data instanceof DTYPES[name])!;
}

function parseHeader(json: Uint8Array, wrong: (what: string) => CrossoverError): Record<string, unknown> {
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(json));
  } catch {
    throw wrong('its header is not JSON');
  }
  if (typeof header !== 'object' || header === null || Array.isArray(header))
    throw wrong('its header must be a JSON object of tensors by name');
  return header as Record<string, unknown>;
}

function parseEntry(name: string, entry: unknown, wrong: (what: string) => CrossoverError) {
  const parsed = entrySchema.safeParse(entry);
  if (!parsed.success)
    throw wrong(`tensor “${name}” needs a dtype, a shape and two data_offsets; found ${JSON.stringify(entry)}`);
  const { shape, dtype } = parsed.data;
  const [begin, end] = parsed.data.data_offsets;
  if (!isDType(dtype)) throw wrong(`tensor “${name}” has dtype ${dtype}; readable are ${DTYPE_NAMES.join(', ')}`);
  const needed = elements(shape) * DTYPES[dtype].BYTES_PER_ELEMENT;
  if (end - begin !== needed)
    throw wrong(`tensor “${name}” ${dtype} ${showShape(shape)} takes ${needed} bytes; its offsets span ${end - begin}`);
  return { dtype, shape, begin, end };
}

function isDType(name: string): name is DTypeName {
  return Object.hasOwn(DTYPES, name);
}
