import { describe, expect, it } from 'vitest';
import { BENCH_CONFIGS } from '../../src/hosts/cli/bench.ts';
import { countOption, listOption } from './options.ts';
import { parametersOf, SIZES, specOf } from './sizes.ts';

describe('the sizes of the benchmarks', () => {
  it.each<[(typeof SIZES)[number], number]>([
    ['60k', 60e3],
    ['small', 100e3],
    ['big', 800e3],
    ['3M', 3e6],
    ['10M', 10e6],
    ['50M', 50e6],
    ['100M', 100e6],
  ])('%s has about %d parameters', (size, about) => {
    expect(parametersOf(size) / about).toBeGreaterThan(0.9);
    expect(parametersOf(size) / about).toBeLessThan(1.15);
  });

  it('hold what `npm run bench` measures too', () => {
    for (const [name, model] of Object.entries(BENCH_CONFIGS))
      expect(specOf(name as keyof typeof BENCH_CONFIGS).model).toMatchObject(model);
  });
});

describe('an option of a benchmark', () => {
  it('may be a list with commas', () => {
    expect(listOption('--configs', 'small, big', SIZES)).toEqual(['small', 'big']);
    expect(listOption('--configs', undefined, SIZES, ['small'])).toEqual(['small']);
  });

  it('is refused in words when there is no such thing', () => {
    expect(() => listOption('--configs', 'small,huge', ['small', 'big'])).toThrow(
      '--configs: there is no “huge”; allowed are small, big',
    );
    expect(() => countOption('--rounds', '2.5', 5)).toThrow('--rounds: “2.5” is no whole number from 1 to 1000');
    expect(countOption('--rounds', undefined, 5)).toBe(5);
  });
});
