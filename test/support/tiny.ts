import { buildDataset } from '../../src/data/buildDataset.ts';
import type { Corpus, Dataset } from '../../src/data/dataset.ts';
import { parseRaceSpec } from '../../src/spec/parse.ts';
import type { RaceSpec } from '../../src/spec/schema.ts';

/** A model small enough for the interpreter, and sizes that are no powers of two. */
export function tinySpec(changes: Record<string, Record<string, unknown>> = {}): RaceSpec {
  return parseRaceSpec({
    seed: 7,
    data: { corpus: 'own', uniqueTokens: 300, ...changes.data },
    model: { layers: 2, channels: 24, heads: 2, feedForward: 20, context: 12, initStd: 0.2, ...changes.model },
    train: { steps: 40, batch: 3, warmupSteps: 5, learningRate: 1e-2, ...changes.train },
    ar: { ...changes.ar },
    diffusion: { ...changes.diffusion },
    evaluation: { every: 10, denseEvery: 10, windows: 5, testWindows: 4, ...changes.evaluation },
    sampling: { every: 20, revealSteps: 6, ...changes.sampling },
  });
}

const SENTENCE = 'the whale swam past the ship and the crew saw a tail in the grey sea; ';

export const tinyCorpus: Corpus = {
  id: 'own',
  title: 'A few sentences',
  text: Array.from({ length: 40 }, (_, i) => `${i}. ${SENTENCE}`).join(''),
  source: 'made for the tests',
  licence: 'none',
};

export function tinyDataset(spec: RaceSpec): Dataset {
  return buildDataset(tinyCorpus, spec);
}
