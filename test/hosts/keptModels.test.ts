import { describe, expect, it } from 'vitest';
import { MemoryTables } from '../../src/hosts/browser/tables.ts';
import { openSession, type Session } from '../support/tableShelf.ts';
import { tinyCorpus, tinySpec } from '../support/tiny.ts';

const SPEC = tinySpec({ model: { layers: 1, channels: 8 } });

describe('the models of a race on the shelf', () => {
  it('can be asked in another session as when it was over', async () => {
    const stored = new MemoryTables();
    const first = openSession({ stored });
    first.lab.send({ type: 'start', spec: SPEC, ownText: { name: 'a few sentences.txt', text: tinyCorpus.text } });
    await first.lab.race();
    const [{ id }] = first.all('raceKept');
    const asked = async ({ lab, all }: Session) => {
      lab.send({ type: 'ask', ask: 1, question: { kind: 'score', text: 'the whale' } });
      await expect.poll(() => all('answer').length).toBe(1);
      return all('answer')[0];
    };
    const { answer } = await asked(first);
    const second = openSession({ stored });
    second.lab.send({ type: 'lookInto', id });
    await expect.poll(() => second.all('lookedInto')).toEqual([{ type: 'lookedInto', id, step: 40 }]);
    expect(await asked(second)).toMatchObject({ subject: { race: id, spec: SPEC }, answer });
    // What was exported to be looked at only has no models.
    const { bytes } = await second.shelf.exportZip(id, { weights: false });
    const other = openSession();
    const [light] = (await other.shelf.importZip('light.zip', bytes)).races;
    await expect(other.shelf.models(light.id)).rejects.toThrow('is kept without its models');
  });
});
