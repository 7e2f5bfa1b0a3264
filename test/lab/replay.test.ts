import { describe, expect, it } from 'vitest';
import type { LabEvent } from '../../src/lab/protocol.ts';
import { isOfRace, Replay } from '../../src/lab/replay.ts';
import { createReceiver } from '../../src/ui/receive.ts';
import { draftOf } from '../../src/ui/settings.ts';
import { openPage } from '../../src/ui/store.ts';
import { eventsOfRace } from '../support/race.ts';
import { tinySpec } from '../support/tiny.ts';

/** The page after it has heard these events. */
function pageAfter(events: readonly LabEvent[]) {
  const spec = tinySpec();
  const { store, race } = openPage(draftOf(spec));
  const receive = createReceiver(store, race, () => {});
  for (const event of events) receive(event);
  const { lab, progress, crossings, ended, summary, race: shown } = store.getState();
  return { csv: race.toCsv(), samples: race.samples, lab, progress, crossings, ended, summary, shown };
}

describe('what is told once more to one who joins late', () => {
  it('leads to the same picture as having listened from the beginning, at any time', async () => {
    const events = (await eventsOfRace(tinySpec({ train: { patience: 15 } }))).filter(isOfRace);
    for (const heard of [3, Math.floor(events.length / 2), events.length]) {
      const replay = new Replay();
      for (const event of events.slice(0, heard)) replay.hear(event);
      expect(pageAfter(replay.events())).toEqual(pageAfter(events.slice(0, heard)));
    }
  });

  it('is of the last race only', async () => {
    const events = await eventsOfRace(tinySpec({ train: { steps: 4 } }));
    const replay = new Replay();
    for (const event of [...events, ...events]) replay.hear(event);
    expect(pageAfter(replay.events())).toEqual(pageAfter(events));
  });

  it('leaves out what is between a lab and its own page', () => {
    expect(isOfRace({ type: 'raceKept', id: 'a race' })).toBe(false);
    expect(isOfRace({ type: 'note', text: 'It learns.' })).toBe(true);
  });
});
