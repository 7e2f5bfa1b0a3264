import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { run } from './terminal.ts';

/** An experiment of one's own that takes a moment: facts of five tokens, a model of one layer. */
export const MINE = {
  id: 'mine',
  title: 'Mine',
  claim: 'A higher rate learns faster.',
  source: 'this test',
  plans: {
    minutes: {
      preset: 'world',
      settings: {
        'model.layers': 1,
        'model.channels': 8,
        'model.heads': 2,
        'train.batch': 4,
        'train.steps': 4,
        'evaluation.every': 2,
        'evaluation.denseUntil': 0,
        'evaluation.windows': 4,
        'evaluation.testWindows': 4,
        'evaluation.questions': 0,
        'sampling.every': 0,
      },
      axes: [
        {
          id: 'rate',
          label: 'Rate',
          levels: [
            { label: 'slow', settings: { 'train.learningRate': 1e-4 } },
            { label: 'fast', settings: { 'train.learningRate': 1e-2 } },
          ],
        },
      ],
      seeds: [1, 2],
    },
  },
  criterion: {
    kind: 'difference',
    of: { measure: 'bestLoss', family: 'ar', where: { rate: 'slow' } },
    minus: { measure: 'bestLoss', family: 'ar', where: { rate: 'fast' } },
    sign: 'positive',
  },
  figure: { rows: 'rate', columns: [{ metric: 'loss', label: 'Validation loss' }] },
} as const;

export const CPU = ['--executor', 'interpret'] as const;
export const cellNames = async (sweep: string) => (await readdir(join(sweep, 'cells'))).sort();
export const readJson = async (path: string) => JSON.parse(await readFile(path, 'utf8'));

/** The folders of a file of tests: an empty one for each test, and one with the sweep of `MINE`, run to its end. */
export function sweepFolders() {
  let folder: string;
  let root: string;
  let told: Awaited<ReturnType<typeof run>>;
  const whole = () => join(root, 'whole');

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'crossover-sweep-'));
    await writeFile(join(root, 'mine.json'), JSON.stringify(MINE));
    told = await run('sweep', '--file', join(root, 'mine.json'), '--out', whole(), ...CPU);
  }, 60_000);
  afterAll(() => rm(root, { recursive: true, force: true }));
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'crossover-sweep-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  return {
    /** That of the test. */
    get folder() {
      return folder;
    },
    /** The whole sweep; what a test would spoil it copies first. */
    get whole() {
      return whole();
    },
    /** What was said while the whole sweep was run. */
    get told() {
      return told;
    },
    /** Writes an experiment into the test's folder. */
    async file(content: unknown): Promise<string> {
      const path = join(folder, 'mine.json');
      await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content));
      return path;
    },
    /** A copy of the whole sweep in the test's folder. */
    async copied(name: string): Promise<string> {
      const path = join(folder, name);
      await cp(whole(), path, { recursive: true });
      return path;
    },
  };
}
