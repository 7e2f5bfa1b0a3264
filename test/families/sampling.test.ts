import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wayOfWriting } from '../../src/families/sampling.ts';
import type { FamilyId } from '../../src/spec/schema.ts';
import type { SamplingSettings } from '../../src/spec/writing.ts';
import { begin, EXTRA, reveals, run, settings, V } from '../support/sampling.ts';

const anyStart = fc.array(fc.nat(EXTRA), { minLength: 1, maxLength: 20 }).map((ids) => Uint32Array.from(ids));

const anyRun = fc.record({
  family: fc.constantFrom<FamilyId>('ar', 'diffusion'),
  start: anyStart,
  sample: fc.nat(1000),
  settings: fc.record({
    temperature: fc.constantFrom(0, 0.3, 1, 2),
    topK: fc.nat(7),
    topP: fc.constantFrom(0.1, 0.9, 1),
    reveal: fc.constantFrom(...reveals),
    revealSteps: fc.integer({ min: 1, max: 40 }),
    threshold: fc.constantFrom(0, 0.3, 0.9, 1),
    block: fc.constantFrom(0, 1, 3, 7, 50),
    remask: fc.constantFrom(0, 0.05, 1),
  }),
});

describe('a sampler, of either family', () => {
  it('fills every open position once, never edits what was given and never chooses the extra token', () => {
    fc.assert(
      fc.property(anyRun, ({ family, ...options }) => {
        const sampler = run(family, options);
        options.start.forEach((given, i) => {
          if (given === EXTRA) {
            expect(sampler.tokens[i]).toBeLessThan(EXTRA);
            expect(sampler.order[i]).toBeGreaterThanOrEqual(0);
            expect(sampler.order[i]).toBeLessThan(sampler.forwards);
            expect(sampler.confidence[i]).toBeGreaterThan(0);
          } else {
            expect([sampler.tokens[i], sampler.order[i], sampler.confidence[i]]).toEqual([given, -1, 1]);
          }
        });
      }),
    );
  });

  it('writes the same text for the same stream and sample number, and another for another number', () => {
    const start = new Uint32Array(20).fill(EXTRA);
    for (const family of ['ar', 'diffusion'] as const) {
      for (const reveal of reveals) {
        const text = (sample: number) =>
          run(family, { start, sample, settings: { ...settings, reveal, remask: 0.1 } }).tokens.join('');
        expect(text(3)).toBe(text(3));
        expect(text(3)).not.toBe(text(4));
      }
    }
  });

  it('is done at once when nothing is open, and says so when it is asked for more', () => {
    const sampler = run('diffusion', { start: Uint32Array.of(1, 2) });
    expect([sampler.done, sampler.forwards]).toEqual([true, 0]);
    expect(() => sampler.next(new Float32Array(2 * V))).toThrow('nothing left to fill');
  });

  it('refuses logits of another length', () => {
    const sampler = begin('ar', {
      start: Uint32Array.of(EXTRA, EXTRA),
    });
    expect(() => sampler.next(new Float32Array(2 * V + 1))).toThrow('logits must be [T, V] with T = 2; got 13 values');
  });
});

describe('AR', () => {
  it('fills from left to right, one position a forward, and reads BOS and what stands to the left', () => {
    const sampler = begin('ar', {
      start: Uint32Array.of(2, EXTRA, 3, EXTRA),
      settings: { ...settings, temperature: 0 },
    });
    expect([...sampler.inputs]).toEqual([EXTRA, 2, EXTRA, 3]);
    const logits = new Float32Array(4 * V);
    logits[1 * V + 4] = 5;
    logits[3 * V + 1] = 5;
    expect(sampler.next(logits)).toEqual({ done: false });
    expect([...sampler.inputs]).toEqual([EXTRA, 2, 4, 3]);
    expect(sampler.next(logits)).toEqual({ done: true });
    expect([...sampler.tokens]).toEqual([2, 4, 3, 1]);
    expect([...sampler.order]).toEqual([-1, 0, -1, 1]);
  });
});

describe('what a set of settings comes to', () => {
  const all = { ...settings, block: 8, remask: 0.1, topK: 5, topP: 0.9 };

  it('names only what plays a part', () => {
    const ar = { reveal: 'left-to-right', steps: 20, temperature: 1, topK: 5, topP: 0.9 };
    expect(wayOfWriting('ar', all, 20)).toEqual(ar);
    const of = (reveal: SamplingSettings['reveal']) => wayOfWriting('diffusion', { ...all, reveal }, 20);
    expect(of('confidence')).toEqual({ reveal: 'confidence', steps: 4, temperature: 1, block: 8 });
    expect(of('threshold')).toEqual({ reveal: 'threshold', steps: 20, temperature: 1, block: 8, threshold: 0.5 });
    expect(of('ancestral')).toEqual({ reveal: 'ancestral', steps: 4, temperature: 1, block: 8, remask: 0.1 });
    expect(of('first-hitting').steps).toBe(20);
  });
});
