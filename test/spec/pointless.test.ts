import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../../src/core/hash.ts';
import { SCALES } from '../../src/experiments/experiment.ts';
import { cellsOf, EXPERIMENTS } from '../../src/experiments/index.ts';
import type { LabEvent } from '../../src/lab/protocol.ts';
import { fieldAt, withValue } from '../../src/spec/fields.ts';
import { parseRaceSpec } from '../../src/spec/parse.ts';
import { pointless, whyPointless } from '../../src/spec/pointless.ts';
import { PRESETS } from '../../src/spec/presets.ts';
import type { RaceSpec } from '../../src/spec/schema.ts';
import { eventsOfRace } from '../support/race.ts';
import { tinySpec } from '../support/tiny.ts';

/** All that a race measures and writes; when, how fast and in which turns plays no part. */
function outcome(events: readonly LabEvent[]): string[] {
  const told = events.flatMap((event): object[] => {
    if (event.type === 'sample') return [event.sample];
    return event.type === 'records' ? event.records : [];
  });
  return told.map((each) => canonicalJson({ ...each, seconds: 0 })).sort();
}

const short = { train: { steps: 12 }, evaluation: { denseUntil: 5, denseEvery: 3, questions: 2 } };

describe('a setting that is called pointless', () => {
  it.each<[string, RaceSpec, Record<string, number | string>]>([
    [
      'in a dense model that is trained at a constant rate without dropout',
      tinySpec(short),
      {
        'data.wordings': 3,
        'model.expertsPerToken': 4,
        'train.balanceLoss': 0.5,
        'train.routerZLoss': 0.5,
        'train.dropoutOn': 'all',
        'train.decayFraction': 0.9,
        'train.decayTo': 0.5,
        'diffusion.minT': 0.2,
        'sampling.threshold': 0.2,
      },
    ],
    [
      'with one expert, greedy texts and evenly spaced evaluations',
      tinySpec({
        ...short,
        model: { experts: 1, expertsPerToken: 1 },
        evaluation: { denseUntil: 0 },
        sampling: { temperature: 0, reveal: 'first-hitting' },
      }),
      {
        'train.balanceLoss': 0.5,
        'train.routerZLoss': 0.5,
        'evaluation.denseEvery': 3,
        'sampling.topK': 2,
        'sampling.topP': 0.5,
        'sampling.revealSteps': 2,
      },
    ],
    [
      'where the decay has no steps and evaluations are dense to the end',
      tinySpec({
        train: { steps: 12, schedule: 'wsd', decayFraction: 0 },
        evaluation: { denseEvery: 6 },
        sampling: { reveal: 'threshold' },
      }),
      { 'train.decayTo': 0.5, 'evaluation.every': 7, 'sampling.revealSteps': 2 },
    ],
    [
      'where noise is uniform',
      tinySpec({
        ...short,
        diffusion: { noise: 'uniform', objective: 'inverse-t' },
        sampling: { every: 0 },
        evaluation: {},
      }),
      { 'sampling.reveal': 'entropy', 'sampling.revealSteps': 3, 'sampling.block': 2 },
    ],
  ])('changes nothing %s', async (_, spec, settings) => {
    const changed = Object.entries(settings).reduce((result, [path, value]) => withValue(result, path, value), spec);
    expect(pointless(changed).map(({ path }) => path)).toEqual(expect.arrayContaining(Object.keys(settings)));
    for (const path of Object.keys(settings)) expect(fieldAt(path), path).toBeDefined();
    expect(outcome(await eventsOfRace(parseRaceSpec(changed)))).toEqual(outcome(await eventsOfRace(spec)));
  });

  it('is another family’s where one is trained alone', () => {
    const spec = parseRaceSpec({ ar: { inputMasking: 0.1 }, diffusion: { causal: true }, evaluation: { draws: 8 } });
    const found = (families: readonly ('ar' | 'diffusion')[]) => pointless(spec, families).map(({ path }) => path);
    expect(found(['ar'])).toEqual(['diffusion.causal', 'evaluation.draws']);
    expect(found(['diffusion'])).toEqual(['ar.inputMasking']);
    expect(found(['ar', 'diffusion'])).toEqual([]);
  });

  it('is told with what would have to be otherwise', () => {
    const spec = parseRaceSpec({ data: { wordings: 3 }, model: { experts: 0, expertsPerToken: 4 } });
    expect(pointless(spec)).toEqual([
      { path: 'data.wordings', why: 'only the corpus world has wordings, not moby-dick' },
      { path: 'model.expertsPerToken', why: 'model.experts is 0, a dense model' },
    ]);
    expect(whyPointless(spec, 'train.dropoutOn')).toBe('train.dropout is 0');
    expect(pointless(parseRaceSpec({}))).toEqual([]);
    const told = parseRaceSpec({ data: { corpus: 'brackets', lowercase: false }, model: { context: 20 } });
    expect(pointless(told)).toEqual([{ path: 'data.lowercase', why: 'the items of brackets are not a text' }]);
  });

  it('is in no preset, and is not what an experiment is about', () => {
    for (const { id, spec } of PRESETS) expect(pointless(spec), id).toEqual([]);
    for (const experiment of EXPERIMENTS) {
      for (const scale of SCALES) {
        const varied = experiment.plans[scale].axes.flatMap(({ levels }) =>
          levels.flatMap(({ settings }) => Object.keys(settings)),
        );
        const cells = cellsOf(experiment, scale, { seeds: [1] });
        const idle = varied.filter((path) =>
          cells.every(({ spec, families }) => whyPointless(spec, path, families) !== undefined),
        );
        expect(idle, `${experiment.id}, ${scale}`).toEqual([]);
      }
    }
  });
});
