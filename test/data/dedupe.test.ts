import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stream } from '../../src/core/rng.ts';
import { nearDuplicates, SHARED, SHINGLE } from '../../src/data/dedupe.ts';

const noise = (name: string, length: number, symbols = 50) =>
  Uint32Array.from({ length }, (_, i) => stream(1, name).below(symbols, i, 0));

const T = 64;
const span = noise('training', 2000);
const flagged = (window: Uint32Array) => nearDuplicates(window, window.length, span)[0];

/** A window of T of which the first `shared` shingles are the training span's. */
function windowSharing(shared: number): Uint32Array {
  const window = noise('fresh', T);
  if (shared > 0) window.set(span.subarray(500, 500 + SHINGLE + shared - 1));
  return window;
}

describe('near-duplicate windows', () => {
  it('are found where a passage was copied, wherever it stands in the training span', () => {
    for (const start of [0, 777, span.length - T]) expect(flagged(span.slice(start, start + T))).toBe(true);
    expect(flagged(noise('fresh', T))).toBe(false);
  });

  it('are those that share at least half of their 13-character shingles', () => {
    const half = Math.ceil(SHARED * (T - SHINGLE + 1));
    expect(flagged(windowSharing(half))).toBe(true);
    expect(flagged(windowSharing(half - 1))).toBe(false);
  });

  it('are found in spite of a few changed characters', () => {
    const window = span.slice(300, 300 + T);
    window[40] = 50;
    expect(flagged(window)).toBe(true);
    window[20] = 50;
    window[60] = 50;
    expect(flagged(window)).toBe(false);
  });

  it('must be whole copies where a window is shorter than a shingle', () => {
    expect(flagged(span.slice(100, 108))).toBe(true);
    const changed = span.slice(100, 108);
    changed[7] = 50;
    expect(flagged(changed)).toBe(false);
  });

  it('are exactly those that a direct comparison finds', () => {
    const ids = (length: number) =>
      fc.array(fc.nat(1), { minLength: length, maxLength: 300 }).map((values) => Uint32Array.from(values));
    fc.assert(
      fc.property(ids(60), ids(20), fc.constantFrom(5, 13, 20), (windowIds, trained, length) => {
        const windows = windowIds.slice(0, Math.floor(windowIds.length / length) * length);
        const k = Math.min(SHINGLE, length);
        const text = trained.join('');
        const direct = Array.from({ length: windows.length / length }, (_, w) => {
          const window = windows.subarray(w * length, (w + 1) * length).join('');
          const shingles = Array.from({ length: length - k + 1 }, (_, i) => window.slice(i, i + k));
          return shingles.filter((shingle) => text.includes(shingle)).length >= SHARED * shingles.length;
        });
        expect(nearDuplicates(windows, length, trained)).toEqual(direct);
      }),
    );
  });
});
