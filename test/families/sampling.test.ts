import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stream } from '../../src/core/rng.ts';
import { chooseToken } from '../../src/families/choose.ts';
import { revealCounts, type Sampler, type SamplerOptions, samplerOf } from '../../src/families/sampling.ts';
import type { FamilyId } from '../../src/spec/schema.ts';

const V = 6;
const EXTRA = 5;
const plain = { temperature: 1, topK: 0, topP: 1 };
const settings = { ...plain, reveal: 'confidence', revealSteps: 4 } as const;
const reveals = ['confidence', 'random', 'ancestral'] as const;

/** Logits that depend on what is read, so that a mistake in what is shown to the model shows. */
function pretendModel(inputs: Uint32Array): Float32Array {
  const noise = stream(9, 'logits');
  const state = inputs.reduce((hash, id) => (Math.imul(hash, 31) + id) >>> 0, 1);
  return Float32Array.from({ length: inputs.length * V }, (_, i) => 3 * noise.normal(state, i));
}

function run(family: FamilyId, options: Partial<SamplerOptions> & { start: Uint32Array }): Sampler {
  const sampler = samplerOf(family, { extra: EXTRA, settings, noise: stream(1, 'sampling'), sample: 0, ...options });
  while (!sampler.done) sampler.next(pretendModel(sampler.inputs));
  return sampler;
}

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
          run(family, { start, sample, settings: { ...settings, reveal } }).tokens.join('');
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
    const sampler = samplerOf('ar', {
      start: Uint32Array.of(EXTRA, EXTRA),
      extra: EXTRA,
      settings,
      noise: stream(1, 'sampling'),
      sample: 0,
    });
    expect(() => sampler.next(new Float32Array(2 * V + 1))).toThrow('logits must be [T, V] with T = 2; got 13 values');
  });
});

describe('AR', () => {
  it('fills from left to right, one position a forward, and reads BOS and what stands to the left', () => {
    const sampler = samplerOf('ar', {
      start: Uint32Array.of(2, EXTRA, 3, EXTRA),
      extra: EXTRA,
      settings: { ...settings, temperature: 0 },
      noise: stream(1, 'sampling'),
      sample: 0,
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

describe('diffusion', () => {
  it('commits the positions of highest probability first', () => {
    const sampler = samplerOf('diffusion', {
      start: new Uint32Array(3).fill(EXTRA),
      extra: EXTRA,
      settings: { ...settings, temperature: 0, revealSteps: 3 },
      noise: stream(1, 'sampling'),
      sample: 0,
    });
    const logits = new Float32Array(3 * V);
    logits[0 * V + 1] = 1;
    logits[1 * V + 2] = 3;
    logits[2 * V + 3] = 2;
    const seen = [];
    while (!sampler.done) {
      sampler.next(logits);
      seen.push([...sampler.tokens]);
    }
    expect(seen).toEqual([
      [EXTRA, 2, EXTRA],
      [EXTRA, 2, 3],
      [1, 2, 3],
    ]);
    expect([...sampler.order]).toEqual([2, 0, 1]);
    // The extra token takes no part in the probability: e³ against four zeros.
    expect(sampler.confidence[1]).toBeCloseTo(Math.exp(3) / (Math.exp(3) + 4), 12);
  });

  it('reads what it has written so far', () => {
    const sampler = samplerOf('diffusion', {
      start: Uint32Array.of(EXTRA, 3),
      extra: EXTRA,
      settings,
      noise: stream(1, 'sampling'),
      sample: 0,
    });
    expect([...sampler.inputs]).toEqual([EXTRA, 3]);
    sampler.next(new Float32Array(2 * V));
    expect([...sampler.inputs]).toEqual([...sampler.tokens]);
  });

  it('reveals counts that sum to the number masked, as even as can be, none of them 0', () => {
    expect(revealCounts(10, 4)).toEqual([3, 3, 2, 2]);
    expect(revealCounts(3, 8)).toEqual([1, 1, 1]);
    expect(revealCounts(0, 8)).toEqual([]);
    fc.assert(
      fc.property(fc.nat(300), fc.integer({ min: 1, max: 300 }), (masked, steps) => {
        const counts = revealCounts(masked, steps);
        expect(counts.reduce((a, b) => a + b, 0)).toBe(masked);
        expect(counts.length).toBe(Math.min(masked, steps));
        expect(new Set(counts).size).toBeLessThanOrEqual(2);
        expect(Math.min(1, ...counts)).toBe(1);
      }),
    );
  });

  it.each(['confidence', 'random'] as const)(
    '%s takes as many forwards as it was given steps, if there is work',
    (reveal) => {
      const start = new Uint32Array(10).fill(EXTRA);
      const sampler = run('diffusion', { start, settings: { ...settings, reveal, revealSteps: 4 } });
      const revealed = [0, 1, 2, 3].map((forward) => sampler.order.filter((each) => each === forward).length);
      expect(revealed).toEqual([3, 3, 2, 2]);
      expect(run('diffusion', { start, settings: { ...settings, reveal, revealSteps: 99 } }).forwards).toBe(10);
    },
  );

  it('ancestral needs no forward for a step that reveals nothing', () => {
    const start = new Uint32Array(6).fill(EXTRA);
    for (let sample = 0; sample < 30; sample++) {
      const sampler = run('diffusion', {
        start,
        sample,
        settings: { ...settings, reveal: 'ancestral', revealSteps: 3 },
      });
      expect([...new Set(sampler.order)].sort()).toEqual([...Array(sampler.forwards).keys()]);
      expect(sampler.forwards).toBeLessThanOrEqual(3);
    }
  });

  it('ancestral reveals each position at a uniformly random step, as s/t on a linear grid implies', () => {
    const start = new Uint32Array(1).fill(EXTRA);
    const pair = new Uint32Array(2).fill(EXTRA);
    let together = 0;
    for (let sample = 0; sample < 2000; sample++) {
      const ancestral = { ...settings, reveal: 'ancestral', revealSteps: 4 } as const;
      expect(run('diffusion', { start, sample, settings: ancestral }).forwards).toBe(1);
      if (run('diffusion', { start: pair, sample, settings: ancestral }).forwards === 1) together++;
    }
    expect(Math.abs(together / 2000 - 1 / 4)).toBeLessThan(0.04);
  });
});

describe('choosing a token', () => {
  const logits = Float32Array.from([0, 1, 2, 3, 1, 30]);
  const shares = (choice: Parameters<typeof chooseToken>[2]) => {
    const counts = new Array<number>(V).fill(0);
    for (let i = 0; i < 1000; i++) counts[chooseToken(logits, EXTRA, choice, (i + 0.5) / 1000).token]++;
    return counts.map((count) => count / 1000);
  };
  const softmax = (temperature: number) => {
    const raw = [0, 1, 2, 3, 1].map((logit) => Math.exp(logit / temperature));
    const total = raw.reduce((a, b) => a + b);
    return raw.map((each) => each / total);
  };

  it.each([1, 0.5, 3])('follows the softmax at temperature %d, without the extra token', (temperature) => {
    const found = shares({ ...plain, temperature });
    softmax(temperature).forEach((p, id) => {
      expect(Math.abs(found[id] - p)).toBeLessThan(0.0021);
    });
    expect(found[EXTRA]).toBe(0);
  });

  it('is greedy at temperature 0; of equals the lower id wins', () => {
    expect(chooseToken(logits, EXTRA, { ...plain, temperature: 0 }, 0.99).token).toBe(3);
    expect(chooseToken(Float32Array.from([9, 1, 4, 4]), 0, { ...plain, temperature: 0 }, 0.5).token).toBe(2);
  });

  it('keeps only the k most probable with top-k; of equals the lower id stays', () => {
    expect(shares({ ...plain, topK: 1 })).toEqual([0, 0, 0, 1, 0, 0]);
    const three = shares({ ...plain, topK: 3 });
    expect(three.map((share) => share > 0)).toEqual([false, true, true, true, false, false]);
    expect(shares({ ...plain, topK: 50 })).toEqual(shares(plain));
  });

  it('keeps the smallest set that holds the share p with top-p', () => {
    // Probabilities in order: 0.59, 0.22, 0.08, 0.08, 0.03.
    expect(shares({ ...plain, topP: 0.5 })).toEqual([0, 0, 0, 1, 0, 0]);
    expect(shares({ ...plain, topP: 0.7 }).map((share) => share > 0)).toEqual([false, false, true, true, false, false]);
    expect(shares({ ...plain, topP: 0.01 })).toEqual([0, 0, 0, 1, 0, 0]);
  });

  it('reports the model’s own probability, whatever the temperature and the filters', () => {
    const { token, probability } = chooseToken(logits, EXTRA, { temperature: 0.2, topK: 1, topP: 0.3 }, 0.4);
    expect(probability).toBeCloseTo(softmax(1)[token], 12);
  });

  it('never chooses a token of probability 0, at either end of u', () => {
    const certain = Float32Array.from([-Infinity, 0, -Infinity, 0]);
    expect(chooseToken(certain, 3, plain, 0).token).toBe(1);
    expect(chooseToken(certain, 3, plain, 1 - 2 ** -53).token).toBe(1);
  });

  it.each([
    ['NaN', [0, Number.NaN, 1]],
    ['infinity', [0, Number.POSITIVE_INFINITY, 1]],
    ['nothing but −∞', [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY, 1]],
  ])('refuses %s', (_, values) => {
    for (const temperature of [0, 1]) {
      expect(() => chooseToken(Float32Array.from(values), 2, { ...plain, temperature }, 0.5)).toThrow('finite logits');
    }
  });
});
