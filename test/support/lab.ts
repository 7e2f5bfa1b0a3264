import { expect } from 'vitest';
import type { Executor } from '../../src/graph/executor.ts';
import { Interpreter } from '../../src/graph/interpreter.ts';
import { memoryStore } from '../../src/hosts/browser/memoryStore.ts';
import { Lab, type LabHost } from '../../src/lab/lab.ts';
import type { Command, LabEvent, RaceSummary } from '../../src/lab/protocol.ts';
import type { Checkpoint, RunStore } from '../../src/lab/store.ts';
import { FAMILIES, type RaceSpec } from '../../src/spec/schema.ts';
import { tinyCorpus, tinySpec } from './tiny.ts';

/** The events of one type. */
export type EventOf<T extends LabEvent['type']> = Extract<LabEvent, { type: T }>;
/** Hears every event as it is told, and may command the lab. */
export type Ear = (event: LabEvent, lab: Lab) => void;

export interface TestLabOptions extends Partial<Omit<LabHost, 'emit'>> {
  onEvent?: Ear;
}

/** The tiny corpus, as the text of one's own that it is. */
export const ownText = { name: tinyCorpus.title, text: tinyCorpus.text };

/** A lab that races on the tiny corpus, on the interpreter unless told otherwise, and all that it says. */
export function labOf({ onEvent, ...host }: TestLabOptions = {}) {
  const events: LabEvent[] = [];
  const lab: Lab = new Lab({
    openExecutor: async () => new Interpreter(),
    loadText: async () => '',
    store: memoryStore,
    now: () => performance.now(),
    breathe: () => new Promise((resolve) => setImmediate(resolve)),
    ...host,
    emit: (event) => {
      events.push(event);
      onEvent?.(event, lab);
    },
  });
  const all = <T extends LabEvent['type']>(type: T) => events.filter((e): e is EventOf<T> => e.type === type);
  /** Commands a race and waits for its end. */
  const told = (command: Command): Promise<RaceSummary | null> => {
    lab.send(command);
    return lab.race();
  };
  const race = (spec: RaceSpec) => told({ type: 'start', spec, ownText });
  return { lab, events, all, told, race };
}

/** A race of two evaluations with every kind of draw. */
export const SHORT = tinySpec({ train: { steps: 20, dropout: 0.1 } });

/** A lab whose races must succeed, with what they come to: for a comparison bit by bit. */
export function measuredLab(executor: Executor, onEvent?: Ear) {
  const checkpoints: Checkpoint[] = [];
  const store: RunStore = {
    async open(...run) {
      const stored = await memoryStore.open(...run);
      return { ...stored, saveCheckpoint: async (checkpoint) => void checkpoints.push(checkpoint) };
    },
  };
  const { lab, all, ...heard } = labOf({ openExecutor: async () => executor, store, ...(onEvent && { onEvent }) });
  const race = async (spec: RaceSpec = SHORT) => {
    await heard.race(spec);
    expect(all('error')).toEqual([]);
  };
  /** All losses and gradient norms, without the time that they took. */
  const numbers = () => {
    const records = all('records').flatMap((event) => event.records);
    // Training records come in batches that depend on the time.
    return FAMILIES.flatMap((id) =>
      (['train', 'validation', 'test'] as const).map((part) =>
        records
          .filter(({ family, split }) => family === id && split === part)
          .map(({ step, metric, value }) => [step, metric, value]),
      ),
    );
  };
  /** Weights and kernels of the last checkpoint of each family. */
  const last = () => checkpoints.slice(-FAMILIES.length).map(({ arenas, variants }) => ({ arenas, variants }));
  return { lab, all, race, numbers, last };
}
