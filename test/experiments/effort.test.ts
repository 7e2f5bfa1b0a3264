import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { effortOf } from '../../src/experiments/effort.ts';
import { type Evidence, type EvidenceEntry, resultsOf } from '../../src/experiments/evidence.ts';
import { cellsOf, experimentOf, toDecide } from '../../src/experiments/index.ts';
import { optionsOf } from '../../src/hosts/node/sweepFolder.ts';
import { parameterCount, trainingFlops } from '../../src/model/counts.ts';
import { ran, resultOf } from './results.ts';

const V = 40;
const of = experimentOf('model-size');
const cells = cellsOf(of, 'minutes');
const results = cells.map((cell) =>
  resultOf(cell, ({ spec: { model } }) => ran([], { parameters: parameterCount(model, V) })),
);

describe('what running cells takes', () => {
  it('is the training FLOPs of both families, by the vocabulary of what was run', () => {
    const flops = cells.reduce(
      (sum, { spec: { model, train } }) =>
        sum + train.steps * (trainingFlops(model, V, train.batch, true) + trainingFlops(model, V, train.batch, false)),
      0,
    );
    expect(effortOf(cells, results)!.flops).toBeCloseTo(flops, -3);
  });

  it('is at most as many seconds as the same FLOPs took there', () => {
    expect(effortOf(cells, results)!.seconds).toBeCloseTo(10 * cells.length);
    const twice = effortOf(cellsOf(of, 'minutes', { seeds: [1, 2, 3, 4, 5, 6] }), results)!;
    expect(twice.seconds).toBeCloseTo(20 * cells.length);
  });

  it('grows with the scale', () => {
    const [minutes, coffee, night] = (['minutes', 'coffee', 'night'] as const).map(
      (scale) => effortOf(cellsOf(of, scale), results)!.flops,
    );
    expect(coffee).toBeGreaterThan(minutes);
    expect(night).toBeGreaterThan(coffee);
  });

  it('is not known where nothing was run', () => {
    expect(effortOf(cells, [])).toBeUndefined();
  });
});

describe('the recorded evidence', () => {
  const folder = new URL('../../public/evidence/', import.meta.url);
  const read = (name: string) => JSON.parse(readFileSync(new URL(name, folder), 'utf8'));
  const index = read('index.json') as EvidenceEntry[];

  it('is listed as it is', () => {
    const names = readdirSync(folder).filter((name) => name !== 'index.json');
    expect(index.map(({ file }) => file)).toEqual(names.sort());
    for (const { file, recorded, verdict } of index) expect(read(file)).toMatchObject({ recorded, verdict });
  });

  it('says of every inconclusive verdict what would decide it, and what that takes', () => {
    for (const { file, verdict } of index) {
      if (verdict.status !== 'inconclusive') {
        expect(verdict.toDecide, file).toBeUndefined();
        continue;
      }
      const evidence = read(file) as Evidence;
      const { experiment, scale } = evidence;
      const found = toDecide(experiment, scale, verdict.parts, resultsOf(evidence), optionsOf(evidence));
      // Evidence keeps the seconds of a cell in fewer digits than its verdict was made from.
      const seconds = expect.closeTo(found.toDecide!.effort!.seconds, -1);
      expect(verdict.toDecide, file).toEqual({
        ...found.toDecide,
        effort: { ...found.toDecide!.effort, seconds },
      });
      expect(verdict.toDecide!.effort!.flops, file).toBeGreaterThan(1e11);
      expect(verdict.toDecide!.effort!.seconds, file).toBeGreaterThan(60);
    }
  });
});
