import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stream } from '../../src/core/rng.ts';
import { blocksOf, revealCounts, stepsOfBlocks } from '../../src/families/samplers/steps.ts';
import { begin, EXTRA, pretendModel, reveals, run, settings, V } from '../support/sampling.ts';

describe('diffusion', () => {
  it('commits the positions of highest probability first', () => {
    const sampler = begin('diffusion', {
      start: new Uint32Array(3).fill(EXTRA),
      settings: { ...settings, temperature: 0, revealSteps: 3 },
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
    const sampler = begin('diffusion', {
      start: Uint32Array.of(EXTRA, 3),
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

  it.each(['confidence', 'margin', 'entropy', 'random'] as const)(
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
      const ancestral = { ...settings, reveal: 'ancestral' as const, revealSteps: 4 };
      expect(run('diffusion', { start, sample, settings: ancestral }).forwards).toBe(1);
      if (run('diffusion', { start: pair, sample, settings: ancestral }).forwards === 1) together++;
    }
    expect(Math.abs(together / 2000 - 1 / 4)).toBeLessThan(0.04);
  });

  it('fills by margin where the lead is largest, by entropy where it is least, whatever was drawn', () => {
    // Position 0: ½ and ½, surest by entropy. Position 1: a lead of 0.4 over many. Position 2: all alike.
    const p = [
      [0.5, 0.5, 0, 0, 0],
      [0.52, 0.12, 0.12, 0.12, 0.12],
      [0.2, 0.2, 0.2, 0.2, 0.2],
    ];
    const logits = Float32Array.from(p.flatMap((row) => [...row.map((each) => Math.log(each)), 20]));
    const order = (reveal: 'margin' | 'entropy', sample: number) => {
      const start = new Uint32Array(3).fill(EXTRA);
      const steps = { ...settings, reveal, revealSteps: 3 };
      const sampler = begin('diffusion', {
        start,
        settings: steps,
        sample,
      });
      while (!sampler.done) sampler.next(logits);
      return [...sampler.order];
    };
    for (let sample = 0; sample < 20; sample++) {
      expect(order('margin', sample)).toEqual([1, 0, 2]);
      expect(order('entropy', sample)).toEqual([0, 1, 2]);
    }
  });

  it('fills all that lies above the threshold at once, and at least the surest: it ends, whatever the threshold', () => {
    const sure = (position: number, odds: number) => Array.from({ length: V }, (_, id) => (id === position ? odds : 0));
    const logits = Float32Array.from([...sure(0, 4), ...sure(1, 1), ...sure(2, 5), ...sure(3, 0)]);
    const forwards = (threshold: number) => {
      const start = new Uint32Array(4).fill(EXTRA);
      const greedy = { ...settings, reveal: 'threshold' as const, threshold, temperature: 0, revealSteps: 1 };
      const sampler = begin('diffusion', {
        start,
        settings: greedy,
      });
      while (!sampler.done) sampler.next(logits);
      return [...sampler.order];
    };
    // The probabilities are 0.93, 0.40, 0.97 and 0.20.
    expect(forwards(0)).toEqual([0, 0, 0, 0]);
    expect(forwards(0.9)).toEqual([0, 1, 0, 2]);
    expect(forwards(1)).toEqual([1, 2, 0, 3]);
  });

  it('first-hitting takes one forward a position, and is what ancestral and random come to with steps enough', () => {
    const start = Uint32Array.from({ length: 20 }, (_, i) => (i % 4 === 0 ? 1 : EXTRA));
    for (let sample = 0; sample < 10; sample++) {
      const text = (reveal: 'first-hitting' | 'random' | 'ancestral', revealSteps: number) => {
        const { tokens, order, forwards } = run('diffusion', {
          start,
          sample,
          settings: { ...settings, reveal, revealSteps },
        });
        return { tokens: [...tokens], order: [...order], forwards };
      };
      const exact = text('first-hitting', 1);
      expect(exact.forwards).toBe(15);
      expect(text('random', 15)).toEqual(exact);
      expect(text('ancestral', 4_000_000)).toEqual(exact);
    }
  });

  it('first-hitting meets the positions in every order alike', () => {
    const counts = new Map<string, number>();
    const start = new Uint32Array(3).fill(EXTRA);
    for (let sample = 0; sample < 3000; sample++) {
      const order = run('diffusion', {
        start,
        sample,
        settings: { ...settings, reveal: 'first-hitting' },
      }).order.join();
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(6);
    // χ² with 5 degrees of freedom; its 99.9 % quantile is 20.5.
    expect([...counts.values()].reduce((sum, n) => sum + (n - 500) ** 2 / 500, 0)).toBeLessThan(20.5);
  });
});

describe('blocks', () => {
  it('are filled from left to right, each in the order that was asked for', () => {
    const start = Uint32Array.from({ length: 18 }, (_, i) => (i === 1 || (i >= 10 && i < 15) ? 2 : EXTRA));
    for (const reveal of reveals) {
      const { order } = run('diffusion', { start, settings: { ...settings, reveal, block: 5, revealSteps: 8 } });
      const spans = [order.slice(0, 5), order.slice(5, 10), order.slice(15)].map((block) => {
        const filled = [...block].filter((forward) => forward >= 0);
        return [Math.min(...filled), Math.max(...filled)];
      });
      expect(spans[0][0]).toBe(0);
      expect(spans[1][0]).toBe(spans[0][1] + 1);
      expect(spans[2][0]).toBe(spans[1][1] + 1);
    }
  });

  it('of one token make every order the one from left to right', () => {
    const start = new Uint32Array(7).fill(EXTRA);
    for (const reveal of reveals) {
      expect([...run('diffusion', { start, settings: { ...settings, reveal, block: 1 } }).order]).toEqual([
        0, 1, 2, 3, 4, 5, 6,
      ]);
    }
  });

  it('leave out those that have nothing to fill', () => {
    expect(blocksOf([0, 2, 9, 11], 3)).toEqual([
      [0, 2],
      [9, 11],
    ]);
    expect(blocksOf([4, 9], 0)).toEqual([[4, 9]]);
    expect(blocksOf([], 3)).toEqual([]);
  });

  it('share the steps by what they have to fill: one at least each, no more than asked for otherwise', () => {
    expect(stepsOfBlocks([8, 8, 4], 10)).toEqual([4, 4, 2]);
    expect(stepsOfBlocks([1, 9], 2)).toEqual([1, 1]);
    expect(stepsOfBlocks([5, 5, 5], 2)).toEqual([1, 1, 1]);
    const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(sizes, fc.integer({ min: 1, max: 300 }), (of, steps) => {
        const shares = stepsOfBlocks(of, steps);
        expect(Math.min(...shares)).toBeGreaterThanOrEqual(1);
        expect(shares.reduce((a, b) => a + b)).toBe(Math.max(steps, of.length));
        // Forwards: what is left over in no block is wasted in none.
        const total = of.reduce((a, b) => a + b);
        const forwards = of.reduce((sum, size, i) => sum + revealCounts(size, shares[i]).length, 0);
        expect(forwards).toBe(Math.max(Math.min(steps, total), of.length));
      }),
    );
  });
});

describe('remasking (ReMDM)', () => {
  const remasked = { ...settings, reveal: 'ancestral' as const, remask: 0.3 };

  it('masks written tokens again, given ones never, and ends with all filled after as many steps at most', () => {
    const start = Uint32Array.from({ length: 24 }, (_, i) => (i % 3 === 0 ? i % EXTRA : EXTRA));
    let again = 0;
    for (let sample = 0; sample < 20; sample++) {
      const sampler = begin('diffusion', {
        start,
        settings: { ...remasked, revealSteps: 30 },
        sample,
      });
      while (!sampler.done) {
        const before = [...sampler.tokens];
        sampler.next(pretendModel(sampler.inputs));
        again += before.filter((token, i) => token !== EXTRA && sampler.tokens[i] === EXTRA).length;
        start.forEach((given, i) => {
          if (given !== EXTRA) expect(sampler.tokens[i]).toBe(given);
        });
      }
      expect(sampler.forwards).toBeLessThanOrEqual(30);
      expect([...sampler.tokens]).not.toContain(EXTRA);
    }
    expect(again).toBeGreaterThan(20);
  });

  it.each([0.02, 0.3, 1])('with η = %d leaves a share t masked at every t, as without it', (remask) => {
    const start = new Uint32Array(400).fill(EXTRA);
    const steps = 8;
    const masked = new Array<number>(steps).fill(0);
    const samples = 10;
    for (let sample = 0; sample < samples; sample++) {
      const sampler = begin('diffusion', {
        start,
        settings: { ...remasked, remask, revealSteps: steps },
        noise: stream(3, 'sampling'),
        sample,
      });
      // With 400 positions every step fills some: forward f begins at t = 1 − f/S.
      for (let step = 0; step < steps; step++) {
        masked[step] += sampler.tokens.filter((token) => token === EXTRA).length;
        sampler.next(new Float32Array(400 * V));
      }
      expect(sampler.done).toBe(true);
    }
    masked.forEach((count, step) => {
      const t = 1 - step / steps;
      // Four standard errors of 4,000 independent positions.
      const error = 4 * Math.sqrt((t * (1 - t)) / 4000);
      expect(Math.abs(count / samples / 400 - t)).toBeLessThanOrEqual(error);
    });
  });
});
