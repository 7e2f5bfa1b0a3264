import tileSource from '../../shaders/matmul.tile.wgsl?raw';
import source from '../../shaders/matmul.wgsl?raw';
import type { Dispatch, KernelTraits, Shader } from '../graph/op.ts';
import { dispatch, type Snippet, shader } from './shader.ts';

/**
 * The kernels that all matrix products share, y[M, P] with the contraction over K: NT is x[M, K] · w[P, K]ᵀ,
 * NN x[M, K] · w[K, P], TN x[K, M]ᵀ · w[K, P]. `register` has no barriers (software adapters); `tile…` keep tiles of
 * those sizes in workgroup memory.
 */
export type Layout = 'NT' | 'NN' | 'TN';

export interface Sizes {
  M: number;
  K: number;
  P: number;
}

/** One product, or one for each of many: what the kernels of a run of rows are composed with. */
export interface Parts {
  snippet: 'matmulOne' | 'matmulExperts';
  constants: Readonly<Record<string, number>>;
  /** In how many runs of up to so many rows the outputs are computed. */
  runs(rows: number): number;
}

export const onePart = ({ M }: Sizes): Parts => ({
  snippet: 'matmulOne',
  constants: {},
  runs: (rows) => Math.ceil(M / rows),
});

/** Rows and columns of the tile of a workgroup of `threads`, and the kernel for the block of a thread. */
export const TILES = {
  tile32: { rows: 32, columns: 32, threads: 64, entry: 'tile_4x4' },
  tile64: { rows: 64, columns: 64, threads: 128, entry: 'tile_8x4' },
  tile128x64: { rows: 128, columns: 64, threads: 128, entry: 'tile_8x8' },
  tile128: { rows: 128, columns: 128, threads: 256, entry: 'tile_8x8' },
} as const;
export type Tile = keyof typeof TILES;

/** Values of K in workgroup memory at a time. */
export const DEPTH = 16;
/** Beyond so many workgroups more of them do not fill a device any better. */
export const ENOUGH_WORKGROUPS = 256;

export const HALF = '-f16';
/**
 * Cotangents are far below 1 and would lose their bits in 16-bit numbers, whose smallest normal one is 6e-5; the x of
 * NN and of TN is one. A power of two, so that nothing else is rounded.
 */
const COTANGENT_SCALE = 4096;

/** Each composition once: a program compares them by their text. */
const compositions = new Map<string, Shader>();
export function composed(file: string, text: string, snippets: readonly Snippet[]): Shader {
  const key = [file, ...snippets].join();
  const known = compositions.get(key) ?? shader(file, text, snippets);
  compositions.set(key, known);
  return known;
}

/** The shader of the register kernels. */
export const registerShader = ({ snippet }: Pick<Parts, 'snippet'>): Shader =>
  composed('matmul.wgsl', source, ['matmulPart', snippet]);

export const output = ({ P }: Sizes): Snippet => (P % 4 === 0 ? 'matmulY4' : 'matmulY');

/** Element (row, k) of x is at row·X_ROW + k·X_K, element (k, column) of w at k·W_K + column·W_COLUMN. */
export function strides(layout: Layout, { M, K, P }: Sizes) {
  const x = layout === 'TN' ? { X_ROW: 1, X_K: M } : { X_ROW: K, X_K: 1 };
  const w = layout === 'NT' ? { W_K: 1, W_COLUMN: K, W_LINE: K } : { W_K: P, W_COLUMN: 1, W_LINE: P };
  return { ...x, ...w };
}

export const operands = (layout: Layout, { M, K, P }: Sizes) => ({
  M,
  K,
  P,
  X_ALONG_K: layout === 'TN' ? 0 : 1,
  W_ALONG_K: layout === 'NT' ? 1 : 0,
});

export function registers(layout: Layout, shape: Sizes, parts: Parts): Dispatch {
  const { M, K, P } = shape;
  const block = (entry: string, size: number, more: Readonly<Record<string, number>> = {}): Dispatch => ({
    ...dispatch(entry, parts.runs(size) * Math.ceil(P / size), { M, K, P, ...parts.constants, ...more }),
    shader: registerShader(parts),
  });
  if (layout === 'NT' && K % 4 === 0) return block('register_nt', 4);
  if (layout === 'NN' && K % 4 === 0 && P % 4 === 0) return block('register_nn', 4);
  if (layout === 'TN' && M % 4 === 0 && P % 4 === 0) return block('register_tn', 8);
  return block('register_any', 4, strides(layout, shape));
}

/** In `slices` parts of the contraction, which lie beside each other until they are added up. */
export function tiled(
  layout: Layout,
  shape: Sizes,
  parts: Parts,
  name: Tile,
  { half = false, slices = 1 }: { half?: boolean; slices?: number },
): Dispatch {
  const { K, P } = shape;
  const { rows, columns, threads, entry } = TILES[name];
  return {
    entry,
    shader: composed('matmul.tile.wgsl', tileSource, [
      'matmulOperands',
      'matmulPart',
      parts.snippet,
      half ? 'half' : 'single',
      slices > 1 ? 'matmulSlice' : output(shape),
    ]),
    constants: {
      ...operands(layout, shape),
      ...parts.constants,
      X_SCALE: half && layout !== 'NT' ? COTANGENT_SCALE : 1,
      ROWS: rows,
      COLUMNS: columns,
      THREADS: threads,
      SLICE: Math.ceil(K / slices / DEPTH) * DEPTH,
    },
    workgroups: [Math.ceil(P / columns) * slices, parts.runs(rows)],
  };
}

/** Bytes of workgroup memory of a tile kernel: both tiles, their lines one vector longer than they are wide. */
function tileBytes({ rows, columns }: (typeof TILES)[Tile], half: boolean): number {
  return DEPTH * (rows / 4 + 1 + columns / 4 + 1) * (half ? 8 : 16);
}

/** The tiles that a device can hold and that `products` products of this size, on average, fill. */
export function tilesFor({ M, P }: Sizes, traits: KernelTraits, products = 1): Tile[] {
  const fits = (tile: (typeof TILES)[Tile]) =>
    tileBytes(tile, traits.half) <= traits.workgroupBytes && tile.threads <= traits.workgroupThreads;
  // A tile is worth its barriers where more than half of it is filled; small ones where large ones are few.
  const filled = ({ rows, columns }: (typeof TILES)[Tile]) => M > rows / 2 && P > columns / 2;
  const few = products * Math.ceil(M / 64) * Math.ceil(P / 64) <= 2 * ENOUGH_WORKGROUPS;
  return (Object.keys(TILES) as Tile[]).filter(
    (name) => fits(TILES[name]) && filled(TILES[name]) && (few || name !== 'tile32'),
  );
}
