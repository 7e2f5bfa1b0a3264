import { describe, expect, it } from 'vitest';
import {
  effectiveTokens,
  fitLaw,
  fitPower,
  type Law,
  type LawPoint,
  lawLoss,
  MUENNIGHOFF,
} from '../../src/analysis/laws.ts';
import { stream } from '../../src/core/rng.ts';

describe('what repeated tokens are worth (fact 16)', () => {
  it('is U at one epoch, whatever R* is', () => {
    for (const R of [0.5, 15.4, 494, Number.POSITIVE_INFINITY]) expect(effectiveTokens(5000, 5000, R)).toBe(5000);
  });

  it('tends to U · epochs as R* → ∞', () => {
    expect(effectiveTokens(500_000, 5000, 1e9)).toBeCloseTo(500_000, 1);
    expect(effectiveTokens(500_000, 5000, Number.POSITIVE_INFINITY)).toBe(500_000);
  });

  it('never exceeds U · (1 + R*), and is all of what was seen below one epoch', () => {
    expect(effectiveTokens(1e12, 5000, 15)).toBeCloseTo(5000 * 16);
    expect(effectiveTokens(1200, 5000, 15)).toBe(1200);
  });

  it('falls short of fresh tokens by x/(2R*) for x few repetitions', () => {
    const worth = effectiveTokens(5000 * 1.2, 5000, 20);
    expect(worth / 5000).toBeCloseTo(1 + 0.2 - 0.2 ** 2 / 40, 5);
  });
});

describe('the law', () => {
  it('gives the published loss of the published example', () => {
    expect(lawLoss(MUENNIGHOFF, { parameters: 6.34e9, tokens: 242e9, uniqueTokens: 25e9 })).toBeCloseTo(2.22564, 5);
  });

  it('is Chinchilla’s where nothing is repeated and no parameter is in excess', () => {
    const { E, A, B, alpha, beta } = MUENNIGHOFF;
    const at = { parameters: 1e8, tokens: 25e9, uniqueTokens: 25e9 };
    expect(lawLoss(MUENNIGHOFF, at)).toBeCloseTo(E + A / 1e8 ** alpha + B / 25e9 ** beta, 12);
  });
});

const TRUE: Law = { E: 1.6, A: 60, B: 40, alpha: 0.42, beta: 0.4, repetitions: 22 };

/** A run for each size and budget, seen at 1, 2, 4 … 128 epochs; losses with a relative error. */
function sweep(law: Law, sizes: readonly number[], error: number): LawPoint[] {
  const noise = stream(7, 'noise');
  return sizes.flatMap((parameters) =>
    [3e3, 1e4, 3e4, 1e5].flatMap((uniqueTokens) =>
      [1, 2, 4, 8, 16, 32, 64, 128].map((epochs, i) => {
        const at = { parameters, uniqueTokens, tokens: uniqueTokens * epochs };
        const factor = Math.exp(error * noise.normal(parameters + uniqueTokens, i));
        return { ...at, loss: lawLoss(law, at) * factor, run: `${parameters} ${uniqueTokens}` };
      }),
    ),
  );
}

describe('a fit', () => {
  it('finds the law that made the losses', () => {
    const fit = fitLaw(sweep(TRUE, [6e4, 2e5, 8e5], 0), stream(1, 'fit'))!;
    expect(fit.error).toBeLessThan(1e-4);
    expect(fit.law.repetitions).toBeCloseTo(TRUE.repetitions, 0);
    expect(fit.law.beta).toBeCloseTo(TRUE.beta, 2);
    expect(fit.law.alpha).toBeCloseTo(TRUE.alpha, 1);
    expect(fit).toMatchObject({ points: 96, runs: 12 });
  });

  it('holds the true R* within its interval when the losses are noisy', () => {
    const { repetitions } = fitLaw(sweep(TRUE, [6e4, 2e5, 8e5], 0.004), stream(1, 'fit'))!;
    expect(repetitions.lo).toBeLessThan(TRUE.repetitions);
    expect(repetitions.hi).toBeGreaterThan(TRUE.repetitions);
    expect(repetitions.hi / repetitions.lo).toBeLessThan(3);
  });

  it('tells a family that gains from hundreds of epochs from one that does not', () => {
    const of = (R: number) =>
      fitLaw(sweep({ ...TRUE, repetitions: R }, [6e4, 8e5], 0.002), stream(2, 'fit'))!.repetitions;
    expect(of(15).hi).toBeLessThan(of(494).lo);
  });

  it('says that there is no upper limit where nothing is lost by repeating', () => {
    const fit = fitLaw(sweep({ ...TRUE, repetitions: Number.POSITIVE_INFINITY }, [6e4, 8e5], 0), stream(3, 'fit'))!;
    expect(fit.repetitions.hi).toBe(Number.POSITIVE_INFINITY);
    expect(fit.repetitions.lo).toBeGreaterThan(500);
  });

  it('leaves out the size where all runs have the same', () => {
    const fit = fitLaw(sweep(TRUE, [2e5], 0), stream(4, 'fit'))!;
    expect(fit.law.A).toBe(0);
    expect(fit.law.E).toBeCloseTo(TRUE.E + TRUE.A / 2e5 ** TRUE.alpha, 1);
    expect(fit.law.repetitions).toBeCloseTo(TRUE.repetitions, 0);
  });

  it('is refused on too few runs', () => {
    expect(fitLaw(sweep(TRUE, [2e5], 0).slice(0, 16), stream(5, 'fit'))).toBeUndefined();
  });
});

describe('the critical compute', () => {
  it('is fitted as a power of U, with the interval of its exponent', () => {
    const noise = stream(1, 'noise');
    const points = [3e3, 6e3, 1.2e4, 2.4e4, 4.8e4].map((uniqueTokens, i) => ({
      uniqueTokens,
      flops: 2.12 * 10 ** 1.956 * uniqueTokens ** 2.174 * Math.exp(0.05 * noise.normal(i, 0)),
    }));
    const { exponent, factor } = fitPower(points)!;
    expect(exponent.lo).toBeLessThan(2.174);
    expect(exponent.hi).toBeGreaterThan(2.174);
    expect(exponent.hi - exponent.lo).toBeLessThan(0.4);
    expect(Math.log10(factor)).toBeCloseTo(Math.log10(2.12) + 1.956, 0);
  });

  it('is exact without noise, has no limits on two points, and none at all on one budget', () => {
    const at = (uniqueTokens: number) => ({ uniqueTokens, flops: 5 * uniqueTokens ** 1.43 });
    expect(fitPower([at(1e3), at(1e4), at(1e5)])!.exponent.value).toBeCloseTo(1.43, 10);
    expect(fitPower([at(1e3), at(1e4)])!.exponent.hi).toBe(Number.POSITIVE_INFINITY);
    expect(fitPower([at(1e3), at(1e3)])).toBeUndefined();
  });
});
