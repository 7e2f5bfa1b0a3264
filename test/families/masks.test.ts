import { describe, expect, it } from 'vitest';
import { stream } from '../../src/core/rng.ts';
import type { Corrupted, TokenBatch } from '../../src/families/family.ts';
import { diffusionWith } from '../support/families.ts';

const noise = stream(1, 'noise');
const T = 12;
const EXTRA = 9;

/** Windows named by `rows`. */
function windows(...rows: number[]): TokenBatch {
  const tokens = Uint32Array.from({ length: rows.length * T }, (_, i) => i % 7);
  return { tokens, B: rows.length, T, extra: EXTRA, rows: Uint32Array.from(rows) };
}

/** The masked positions of each row, as text. */
function patterns({ inputs }: Corrupted): string[] {
  return Array.from({ length: inputs.length / T }, (_, row) =>
    Array.from(inputs.subarray(row * T, (row + 1) * T), (id) => (id === EXTRA ? '#' : '.')).join(''),
  );
}

describe('the unweighted objective', () => {
  const family = diffusionWith({ objective: 'unweighted' });

  it('weighs all that is masked in a batch alike, 1 / how much that is', () => {
    for (let step = 0; step < 50; step++) {
      const { inputs, weights } = family.corrupt(windows(1, 2, 3), noise, step);
      const masked = inputs.filter((id) => id === EXTRA).length;
      expect(new Set(weights)).toEqual(new Set([0, Math.fround(1 / masked)]));
    }
  });

  it('masks something even where t is almost 0', () => {
    const rarely = diffusionWith({ objective: 'unweighted', schedule: 'polynomial' });
    for (let step = 0; step < 300; step++) expect(patterns(rarely.corrupt(windows(1), noise, step))[0]).toContain('#');
  });

  it('is evaluated on the bound, and what it trains on is not recorded as a loss', () => {
    expect([family.bound, family.trainsOn, diffusionWith().trainsOn]).toEqual(['upper', 'objective', 'loss']);
    expect(family.evaluate(windows(1), noise, 0, 0, 2)).toEqual(diffusionWith().evaluate(windows(1), noise, 0, 0, 2));
  });
});

describe('noise schedules', () => {
  it.each([
    ['linear', (t: number) => t],
    ['cosine', (t: number) => 1 - Math.cos((Math.PI * t) / 2)],
    ['polynomial', (t: number) => t * t],
  ] as const)('%s masks the share that it says', (schedule, share) => {
    const family = diffusionWith({ objective: 'inverse-t', schedule });
    const B = 50;
    const rows = Array.from({ length: B }, (_, i) => i);
    const masked = new Float64Array(B);
    for (let step = 0; step < 200; step++)
      patterns(family.corrupt(windows(...rows), noise, step)).forEach((pattern, row) => {
        masked[row] += pattern.split('#').length - 1;
      });
    // Row b has t on [b/B, (b + 1)/B); four standard errors of 2,400 positions are 0.04.
    for (const [row, count] of masked.entries())
      expect(Math.abs(count / (200 * T) - share((row + 0.5) / B))).toBeLessThan(0.05);
  });
});

describe('a pool of masks', () => {
  const seen = (maskPool: number, objective: 'exact-count' | 'inverse-t' | 'realised-share' | 'unweighted') => {
    const family = diffusionWith({ maskPool, objective });
    const ofWindow = new Map<number, Set<string>>();
    for (let step = 0; step < 200; step++) {
      // The window of a row, and the row of a window, change from step to step.
      const rows = [(5 * step) % 8, (5 * step + 3) % 8];
      const made = patterns(family.corrupt(windows(...rows), noise, step));
      rows.forEach((window, row) => {
        ofWindow.set(window, (ofWindow.get(window) ?? new Set()).add(made[row]));
      });
    }
    return ofWindow;
  };

  it('of one freezes the masks of each window, wherever and whenever it comes', () => {
    for (const objective of ['exact-count', 'inverse-t', 'realised-share'] as const) {
      const found = seen(1, objective);
      expect(found.size).toBe(8);
      for (const masks of found.values()) expect(masks.size).toBe(1);
      expect(new Set([...found.values()].flatMap((masks) => [...masks])).size).toBeGreaterThan(4);
    }
  });

  it('of K shows a window K masks and no more, with as many masked as the strata ask for', () => {
    for (const masks of seen(3, 'exact-count').values()) {
      const counts = [...masks].map((mask) => mask.split('#').length - 1).sort((a, b) => a - b);
      expect(counts.map((count) => Math.floor((count - 1) / 4))).toEqual([0, 1, 2]);
    }
  });

  it('of none shows ever new ones', () => {
    for (const masks of seen(0, 'exact-count').values()) expect(masks.size).toBeGreaterThan(20);
  });

  it('changes no evaluation, and wants to know which window a row is', () => {
    const family = diffusionWith({ maskPool: 2 });
    expect(family.evaluate(windows(1, 2), noise, 5, 1, 2)).toEqual(
      diffusionWith().evaluate(windows(1, 2), noise, 5, 1, 2),
    );
    const { rows: _, ...nameless } = windows(1);
    expect(() => family.corrupt(nameless, noise, 0)).toThrow('needs to be told which window each row is');
  });
});

describe('masks from left to right', () => {
  it.each(['exact-count', 'inverse-t', 'realised-share', 'unweighted'] as const)(
    'are the last ones of a row, as many and as heavy as %s says',
    (objective) => {
      const [ordered, any] = [diffusionWith({ objective, order: 'left-to-right' }), diffusionWith({ objective })];
      for (let step = 0; step < 40; step++) {
        const [made, free] = [ordered, any].map((family) => family.corrupt(windows(1, 2, 3), noise, step));
        patterns(made).forEach((pattern, row) => {
          expect(pattern).toMatch(/^\.*#*$/);
          expect(pattern.split('#').length).toBe(patterns(free)[row].split('#').length);
        });
        expect([...made.weights].sort()).toEqual([...free.weights].sort());
      }
    },
  );

  it('are evaluated by the chain rule: everything from one position on is masked, and that position scored', () => {
    const family = diffusionWith({ order: 'left-to-right' });
    expect([family.bound, family.trainsOn]).toEqual(['exact', 'objective']);
    const scored = Array.from({ length: T }, (_, draw) => {
      const made = family.evaluate(windows(0), noise, 3, draw, T);
      const position = made.weights.indexOf(1);
      expect(patterns(made)).toEqual(['.'.repeat(position) + '#'.repeat(T - position)]);
      expect(made.weights.filter((weight) => weight !== 0).length).toBe(1);
      return position;
    });
    expect(scored.sort((a, b) => a - b)).toEqual(Array.from({ length: T }, (_, i) => i));
  });
});

describe('a causal diffusion model', () => {
  it('differs in its attention alone', () => {
    const [causal, both] = [diffusionWith({ causal: true }), diffusionWith()];
    expect([causal.causal, both.causal]).toEqual([true, false]);
    expect(causal.corrupt(windows(1), noise, 4)).toEqual(both.corrupt(windows(1), noise, 4));
    expect([causal.bound, causal.extraToken]).toEqual(['upper', '[MASK]']);
  });
});
