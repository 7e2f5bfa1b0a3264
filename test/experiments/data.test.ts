import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { buildDataset } from '../../src/data/buildDataset.ts';
import { loadCorpus } from '../../src/data/corpora.ts';
import type { Cell } from '../../src/experiments/cell.ts';
import { SCALES } from '../../src/experiments/experiment.ts';
import { cellsOf, EXPERIMENTS } from '../../src/experiments/index.ts';
import { prepareCorpora } from '../../src/hosts/build/corpora.ts';
import { isTask } from '../../src/spec/tasks.ts';

const ROOT = join(import.meta.dirname, '../..');
const fetchText = (path: string) => readFile(join(ROOT, 'public', path), 'utf8');

/** Of every corpus the cell of most unique tokens, and of a task that of every budget: as many as differ in their data. */
const NEEDED: Cell[] = [
  ...new Map(
    EXPERIMENTS.flatMap((experiment) => SCALES.flatMap((scale) => cellsOf(experiment, scale)))
      .sort((a, b) => a.spec.data.uniqueTokens - b.spec.data.uniqueTokens)
      .map((cell) => {
        const { corpus, uniqueTokens } = cell.spec.data;
        return [isTask(corpus) ? `${corpus} ${uniqueTokens}` : corpus, cell];
      }),
  ).values(),
];

describe('the data of the experiments', () => {
  beforeAll(() => prepareCorpora(ROOT));

  it.each(NEEDED.map((cell) => ({ ...cell.spec.data, cell })))(
    '$corpus has $uniqueTokens unique tokens',
    async ({ cell: { spec } }) => {
      const { corpus, uniqueTokens } = spec.data;
      const { report } = buildDataset(await loadCorpus(corpus, fetchText), spec);
      expect(report.uniqueTokens).toBe(uniqueTokens);
      expect(report.validation.windows).toBeGreaterThanOrEqual(50);
      expect(report.test.windows).toBeGreaterThanOrEqual(50);
    },
  );
});
