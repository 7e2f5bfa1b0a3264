import { badInput } from '../../src/core/errors.ts';
import type { KeptRace, RaceContent, RacePlan } from '../../src/lab/protocol.ts';
import type { RaceBeginning, RaceOnShelf, RaceShelf } from '../../src/lab/shelf.ts';
import type { Checkpoint, RunStore, StoredRun } from '../../src/lab/store.ts';
import { FAMILIES, type FamilyId, type RaceSpec } from '../../src/spec/schema.ts';

interface Run extends Omit<RaceContent, 'plan'> {
  checkpoint?: Checkpoint;
}

interface Race extends RaceBeginning {
  id: string;
  state: KeptRace['state'];
  plan?: RacePlan;
  runs: Partial<Record<FamilyId, Run>>;
}

/** Takes a run back to its checkpoint: what was measured after it is measured again. */
function rewind(run: Run): void {
  const step = run.checkpoint?.step ?? -1;
  run.records = run.records.filter((r) => r.step <= step && r.split !== 'test' && r.split !== 'samples');
  run.samples = run.samples.filter((sample) => sample.step <= step);
  run.events = run.events.filter((event) => event.step <= step);
}

/** Races kept in memory, for tests of the lab: only what a race that is on needs. */
export class MemoryShelf implements RaceShelf {
  races = new Map<string, Race>();

  /** What another session would find if this one were cut off now. */
  copy(): MemoryShelf {
    const copy = new MemoryShelf();
    copy.races = structuredClone(this.races);
    return copy;
  }

  of(id: string): Race {
    const race = this.races.get(id);
    if (!race) throw badInput(`no race is kept as ${id}`);
    return race;
  }

  async begin(beginning: RaceBeginning): Promise<RaceOnShelf> {
    const race: Race = { ...beginning, id: `race ${this.races.size + 1}`, state: 'unfinished', runs: {} };
    this.races.set(race.id, race);
    return this.#opened(race);
  }

  async reopen(id: string): Promise<RaceOnShelf> {
    const race = this.of(id);
    race.state = 'unfinished';
    return this.#opened(race);
  }

  async branch(id: string, spec: RaceSpec): Promise<RaceOnShelf> {
    const race = structuredClone({ ...this.of(id), spec });
    race.id = `race ${this.races.size + 1}`;
    race.state = 'unfinished';
    this.races.set(race.id, race);
    return this.#opened(race);
  }

  async read(id: string) {
    const { runs, plan } = this.of(id);
    const all = FAMILIES.flatMap((family) => runs[family] ?? []);
    const content: RaceContent = {
      records: all.flatMap(({ records }) => records),
      samples: all.flatMap(({ samples }) => samples),
      events: all[0]?.events ?? [],
      ...(plan && { plan }),
    };
    return { race: {} as KeptRace, content };
  }

  #opened(race: Race): RaceOnShelf {
    const store: RunStore = {
      open: async (_, { family }): Promise<StoredRun> => {
        const run = race.runs[family] ?? { records: [], samples: [], events: [] };
        race.runs[family] = run;
        rewind(run);
        const { checkpoint } = run;
        return {
          place: 'memory',
          ...(checkpoint && { resumed: { checkpoint, records: [...run.records] } }),
          appendRecords: async (records) => void run.records.push(...records),
          appendSample: async (sample) => void run.samples.push(sample),
          appendEvent: async (event) => void run.events.push(event),
          saveCheckpoint: async (saved) => {
            run.checkpoint = structuredClone(saved);
          },
          finish: async () => {},
        };
      },
      planned: async (plan) => {
        race.plan = plan;
      },
    };
    return {
      id: race.id,
      spec: race.spec,
      ...(race.ownText && { ownText: race.ownText }),
      store,
      end: async (state) => {
        race.state = state;
      },
    };
  }

  readonly list = unused;
  readonly models = unused;
  readonly rename = unused;
  readonly remove = unused;
  readonly restore = unused;
  readonly purge = unused;
  readonly exportZip = unused;
  readonly importZip = unused;
}

async function unused(): Promise<never> {
  throw new Error('a race that is on asks for nothing of this');
}
