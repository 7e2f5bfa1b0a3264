import { describe, expect, it } from 'vitest';
import {
  formatBytes,
  formatCharacter,
  formatCount,
  formatDuration,
  formatLoss,
  formatLossWithError,
  formatNumber,
  formatParameters,
  formatPower,
  formatRate,
} from '../../src/analysis/format.ts';

describe('numbers as people read them', () => {
  it('keep their integer part whole and no more digits than asked for', () => {
    expect([0, 0.02346, 2.71, 45.056, 164.4, 5000].map((value) => formatNumber(value))).toEqual([
      '0',
      '0.0235',
      '2.71',
      '45.1',
      '164',
      '5,000',
    ]);
    expect(formatNumber(1_180_001, 12)).toBe('1,180,001');
  });

  it('say of the parameters of a mixture of experts how many a token uses', () => {
    expect(formatParameters({ parameters: 107_008, activeParameters: 107_008 })).toBe('107,008 parameters');
    expect(formatParameters({ parameters: 412_000, activeParameters: 250_000 })).toBe(
      '412,000 parameters, of which a token uses 250,000',
    );
    expect(formatParameters({ parameters: 412_000, activeParameters: 250_000 }, '')).toBe(
      '412,000, of which a token uses 250,000',
    );
  });

  it('say what they are when they are not finite', () => {
    expect([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY].map((value) => formatLoss(value))).toEqual([
      'NaN',
      '∞',
      '−∞',
    ]);
  });

  it('are short on a tick', () => {
    expect([64, 5000, 12_500, 3e6, 2e9].map(formatCount)).toEqual(['64', '5,000', '13k', '3M', '2G']);
    expect([0, 500, 1e9, 6.4e11, 1e-7].map(formatPower)).toEqual(['0', '500', '10⁹', '6.4×10¹¹', '10⁻⁷']);
  });

  it('align as losses, with a true minus sign', () => {
    expect([2.4, -0.0114].map(formatLoss)).toEqual(['2.400', '−0.011']);
    expect(formatLossWithError(2.41, 0.012)).toBe('2.410 ± 0.012');
    expect(formatLossWithError(2.41, null)).toBe('2.410');
  });

  it('are times, sizes and rates', () => {
    expect([0, 9.42, 42, 108, 7510].map(formatDuration)).toEqual(['0 s', '9.4 s', '42 s', '1:48', '2:05:10']);
    expect([512, 18.4e6, 1.24e9].map(formatBytes)).toEqual(['512 B', '18 MB', '1.2 GB']);
    expect([31.2, 2.44, 0.351].map(formatRate)).toEqual(['31', '2.4', '0.35']);
  });
});

describe('a character', () => {
  it('is quoted when it has a shape, else told by name or code point', () => {
    expect(['é', '“', ' ', '\u00a0', '\n'].map(formatCharacter)).toEqual(['“é”', '““”', 'space', 'U+00A0', 'U+000A']);
  });
});
