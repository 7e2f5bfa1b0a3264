import { describe, expect, it } from 'vitest';
import { f32, type KernelTraits, type Op, PLAIN_TRAITS } from '../../src/graph/op.ts';
import { Tape } from '../../src/graph/tape.ts';
import { addOp } from '../../src/ops/add.ts';
import { emaOp } from '../../src/ops/ema.ts';
import { matmulNTOp } from '../../src/ops/matmul.ts';
import { bytesMoved, kernelTable, rowsOf, variantSets, withoutRepetitions } from './kernelRows.ts';

/** Two equal products, a larger one and a sum. */
function tape(): Tape {
  const traced = new Tape();
  const x = traced.input('x', f32(4, 8));
  const w = traced.input('w', f32(8, 8));
  const wide = traced.input('wide', f32(16, 8));
  const [y] = traced.apply(PRODUCT, [x, w], {});
  const [z] = traced.apply(PRODUCT, [y, w], {});
  traced.apply(PRODUCT, [z, wide], {});
  traced.apply(addOp, [y, z], {});
  return traced;
}

/** A product whose variants are known here, whatever the lab's are. */
const PRODUCT: Op<Record<never, never>> = {
  ...matmulNTOp,
  name: 'product',
  variants: (_call, { half }: KernelTraits) => (half ? ['plain', 'tile', 'half'] : ['plain', 'tile']),
};

const rates = { matmulGflops: 2, matmulSize: 512, matmulVariant: 'tile', copyGBs: 4 };
/** Milliseconds of the four nodes in two rounds. */
const rounds = [
  [1e-6, 3e-6, 8e-6, 2e-6],
  [3e-6, 5e-6, 8e-6, 2e-6],
];

const [plain, tile] = variantSets([tape()], PLAIN_TRAITS);

describe('the rows of the kernels', () => {
  const rows = rowsOf('small', tape().nodes, tile, rounds, rates);

  it('are one for each op at each shape, with the median of its nodes and rounds', () => {
    expect(rows.map(({ op, variant, nodes, ms }) => [op, variant, nodes, ms])).toEqual([
      ['product', 'tile', 2, 3e-6],
      ['product', 'tile', 1, 8e-6],
      ['add', '', 1, 2e-6],
    ]);
    expect(rows[1].shapes).toBe('[4, 8] [16, 8] → [4, 16]');
  });

  it('say what is achieved, as shares of what the device achieves at its best', () => {
    const [, wide, sum] = rows;
    // 2·4·8·16 operations and 4·(32 + 128 + 64) bytes in 8 ns.
    expect(wide.gflops).toBeCloseTo(128, 9);
    expect(wide.matmulShare).toBeCloseTo(64, 9);
    expect(wide.gbs).toBeCloseTo(112, 9);
    expect(wide.copyShare).toBeCloseTo(28, 9);
    expect(sum.gflops).toBe(0);
  });

  it('count what is updated in place as read and as written', () => {
    const call = { tensors: { ema: f32(256), params: f32(256), guard: f32(4) }, attrs: {} };
    expect(emaOp.mutates).toEqual(['ema']);
    expect(bytesMoved(emaOp, call)).toBe(4 * (256 + 256 + 4 + 256));
  });

  it('appear once when no variant changes them', () => {
    const again = rowsOf('small', tape().nodes, plain, rounds, rates);
    const kept = withoutRepetitions([...rows, ...again]);
    expect(kept.map(({ op, variant }) => `${op} ${variant}`.trim())).toEqual([
      'product tile',
      'product tile',
      'add',
      'product plain',
      'product plain',
    ]);
  });

  it('are a table with the costliest kernel first and its variants together', () => {
    const faster = rowsOf('small', tape().nodes, plain, [[2e-6, 2e-6, 6e-6, 2e-6]], rates);
    const lines = kernelTable(withoutRepetitions([...rows, ...faster])).split('\n');
    expect(lines.slice(1).map((line) => line.split(/ {2,}/).slice(0, 3).join(' '))).toEqual([
      'product plain 0.00000600',
      'product tile 0.00000800',
      'product plain 0.00000200',
      'product tile 0.00000300',
      'add 0.00000200 ×1',
    ]);
  });
});

describe('the sets of variants', () => {
  const names = (set: Record<string, string>) => [...new Set(Object.values(set))];

  it('try every variant that the device runs, at every shape', () => {
    expect([plain, tile].map(names)).toEqual([['plain'], ['tile']]);
    expect(Object.keys(plain)).toHaveLength(2);
    expect(variantSets([tape()], { ...PLAIN_TRAITS, half: true }).map(names)).toEqual([['plain'], ['tile'], ['half']]);
  });

  it('are one, and empty, where no op has variants', () => {
    const traced = new Tape();
    const x = traced.input('x', f32(4));
    traced.apply(addOp, [x, x], {});
    expect(variantSets([traced], PLAIN_TRAITS)).toEqual([{}]);
  });
});
