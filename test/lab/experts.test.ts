import { expect, it } from 'vitest';
import { FAMILIES, feedForwardOf } from '../../src/spec/schema.ts';
import { eventsOfRace } from '../support/race.ts';
import { tinySpec } from '../support/tiny.ts';

it('a race of experts says what a token uses, and with a capacity at every step what share of the pairs was dropped', async () => {
  const spec = tinySpec({
    model: { experts: 3, expertsPerToken: 2, expertCapacity: 0.5 },
    train: { steps: 6 },
    evaluation: { every: 6, denseEvery: 6 },
    sampling: { every: 0 },
  });
  const events = await eventsOfRace(spec);
  const plan = events.find((event) => event.type === 'plan')!.plan;
  // Of three experts a token uses two.
  expect(plan.parameters - plan.activeParameters).toBe(
    spec.model.layers * 3 * feedForwardOf(spec.model) * spec.model.channels,
  );
  const records = events.flatMap((event) => (event.type === 'records' ? event.records : []));
  for (const family of FAMILIES) {
    const dropped = records.filter((record) => record.family === family && record.metric === 'dropped');
    expect(dropped.map(({ step, split }) => [step, split])).toEqual([1, 2, 3, 4, 5, 6].map((step) => [step, 'train']));
    // Half of the slots that all pairs need.
    for (const { value } of dropped) {
      expect(value).toBeGreaterThanOrEqual(0.5 - 1e-6);
      expect(value).toBeLessThan(1);
    }
  }
});
