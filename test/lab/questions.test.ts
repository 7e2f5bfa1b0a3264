import { describe, expect, it } from 'vitest';
import type { MetricRecord } from '../../src/analysis/record.ts';
import { FAMILIES, type RaceSpec } from '../../src/spec/schema.ts';
import { eventsOfRace } from '../support/race.ts';
import { tinySpec } from '../support/tiny.ts';

/** The records of a race, as they were told. */
async function race(spec: RaceSpec): Promise<MetricRecord[]> {
  const events = await eventsOfRace(spec);
  return events.flatMap((event) => (event.type === 'records' ? event.records : []));
}

/** Without what depends on the clock: seconds, and which records of both families were told first. */
const timeless = (records: readonly MetricRecord[]) =>
  FAMILIES.map((family) =>
    records
      .filter((record) => record.family === family && record.split !== 'train')
      .map(({ seconds: _, ...rest }) => rest),
  );

describe('a race with questions', () => {
  const spec = tinySpec({ train: { steps: 20 }, evaluation: { questions: 5 }, sampling: { every: 0 } });

  it('asks both families the same at every evaluation, and tells the answers with it', async () => {
    const records = await race(spec);
    const answers = records.filter(({ split }) => split === 'questions');
    for (const family of FAMILIES) {
      const steps = records.filter((r) => r.family === family && r.split === 'validation').map(({ step }) => step);
      expect(steps).toEqual([0, 10, 20]);
      for (const task of ['cloze', 'infilling']) {
        const accuracies = answers.filter(
          (r) =>
            r.family === family && r.metric === 'accuracy' && r.asked?.task === task && r.asked.scoring !== 'prefix',
        );
        const chosen = accuracies.filter(({ asked }) => asked!.scoring !== 'exact-match');
        expect(chosen.map(({ step }) => step)).toEqual(steps);
        for (const { value, asked, se } of chosen) {
          expect(asked).toMatchObject({ questions: 5, chance: 0.25 });
          expect(se).toBeCloseTo(Math.sqrt((value * (1 - value)) / 5));
        }
      }
    }
    const metrics = (family: string) => [
      ...new Set(answers.filter((r) => r.family === family && r.asked!.scoring !== 'exact-match').map((r) => r.metric)),
    ];
    for (const family of FAMILIES) {
      expect(metrics(family)).toEqual(['accuracy', 'goldNll', 'distractorNll', 'deltaNll']);
    }
  });

  it('trains and evaluates exactly as one without: asking leaves no trace', async () => {
    const losses = async (questions: number) =>
      timeless(await race({ ...spec, evaluation: { ...spec.evaluation, questions } })).map((own) =>
        own.filter(({ split }) => split !== 'questions'),
      );
    expect(await losses(5)).toEqual(await losses(0));
  });

  it('gets the same answers every time', async () => {
    expect(timeless(await race(spec))).toEqual(timeless(await race(spec)));
  });
});
