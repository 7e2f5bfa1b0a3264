import { describe, expect, it } from 'vitest';
import { MemoryTables } from '../../src/hosts/browser/tables.ts';
import type { Question } from '../../src/lab/protocol.ts';
import { FAMILIES } from '../../src/spec/schema.ts';
import { openSession, type Session } from '../support/tableShelf.ts';
import { tinyCorpus, tinySpec } from '../support/tiny.ts';

/** So badly that both are best before their first step. */
const SPEC = tinySpec({ train: { learningRate: 1, weightDecay: 0, emaDecay: 0 } });

describe('the models of a race on the shelf', () => {
  it('can be asked in another session as when it was over', async () => {
    const stored = new MemoryTables();
    const first = openSession({ stored });
    first.lab.send({ type: 'start', spec: SPEC, ownText: { name: 'a few sentences.txt', text: tinyCorpus.text } });
    await first.lab.race();
    const [{ id }] = first.all('raceKept');
    const question: Question = { kind: 'score', text: 'the whale' };
    const asked = async ({ lab, all }: Session) => {
      for (const weights of ['last', 'best'] as const) lab.send({ type: 'ask', ask: 1, question, weights });
      await expect.poll(() => all('answer').length).toBe(2);
      return all('answer').map(({ subject, answer }) => ({ weights: subject.weights, answer }));
    };
    const answers = await asked(first);
    const second = openSession({ stored });
    second.lab.send({ type: 'lookInto', id });
    await expect.poll(() => second.all('lookedInto')).toEqual([{ type: 'lookedInto', id, step: 40 }]);
    expect(await asked(second)).toEqual(answers);
    expect(second.all('answer')[0].subject).toMatchObject({ race: id, spec: SPEC });
    const steps = answers.map(({ answer }) => {
      if (answer.kind !== 'score') throw new Error(`it was asked for a score, and answered with ${answer.kind}`);
      return FAMILIES.map((family) => answer.families[family]!.step);
    });
    expect(steps).toEqual([
      [40, 40],
      [0, 0],
    ]);
    // What was exported to be looked at only has no models.
    const { bytes } = await second.shelf.exportZip(id, { weights: false });
    const other = openSession();
    const [light] = (await other.shelf.importZip('light.zip', bytes)).races;
    await expect(other.shelf.models(light.id)).rejects.toThrow('is kept without its models');
  });
});
