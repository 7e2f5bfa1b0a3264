import { memoryStore } from '../../src/hosts/browser/memoryStore.ts';
import { Control } from '../../src/lab/control.ts';
import type { LabEvent } from '../../src/lab/protocol.ts';
import { Race } from '../../src/lab/race.ts';
import type { RaceSpec } from '../../src/spec/schema.ts';
import { openTestCpu } from './cpu.ts';
import { tinyCorpus } from './tiny.ts';

/** What a race on the tiny corpus tells, from its beginning to its end, on the cpu executor. */
export async function eventsOfRace(spec: RaceSpec): Promise<LabEvent[]> {
  const events: LabEvent[] = [];
  const executor = await openTestCpu();
  try {
    await new Race({
      executor,
      spec,
      corpus: tinyCorpus,
      store: memoryStore,
      control: new Control(),
      emit: (event) => events.push(event),
      now: () => performance.now(),
      breathe: async () => {},
    }).run();
  } finally {
    executor.destroy();
  }
  return events;
}
