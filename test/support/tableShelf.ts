import { memoryStore } from '../../src/hosts/browser/memoryStore.ts';
import { RACE_TABLES, TableShelf } from '../../src/hosts/browser/raceShelf.ts';
import { MemoryTables, SpillingTables, type Tables } from '../../src/hosts/browser/tables.ts';
import { Lab } from '../../src/lab/lab.ts';
import type { LabEvent } from '../../src/lab/protocol.ts';
import { openTestCpu } from './cpu.ts';

export interface Session {
  shelf: TableShelf;
  lab: Lab;
  events: LabEvent[];
  all<T extends LabEvent['type']>(type: T): Extract<LabEvent, { type: T }>[];
}

interface SessionOptions {
  /** What outlives it. */
  stored?: Tables;
  /** Whether nothing outlives it: the browser refuses a database. */
  refused?: boolean;
  files?: Record<string, Uint8Array>;
  /** Milliseconds; the time as it is, unless told otherwise. */
  now?: () => number;
  onEvent?: (event: LabEvent, session: Session) => void;
}

/** The shelf of the page and a lab that trains on the cpu executor: one visit of a person. */
export function openSession({
  stored = new MemoryTables(),
  refused,
  files = {},
  now = () => performance.now(),
  onEvent,
}: SessionOptions = {}): Session {
  const events: LabEvent[] = [];
  const emit = (event: LabEvent) => {
    events.push(event);
    onEvent?.(event, session);
  };
  const message = (error: unknown) => `${(error as Error).message} It goes on.`;
  const tables = new SpillingTables(Promise.resolve(refused ? undefined : stored), RACE_TABLES, (_, error) =>
    emit({ type: 'notKept', why: 'storage-full', message: message(error) }),
  );
  const shelf = new TableShelf({
    tables,
    setAside: Promise.resolve(0),
    about: { crossover: '0.0.0', host: { browser: 'a test' } },
    storage: async () => ({ used: 0, quota: null, lasting: true, persisted: false }),
    tell: emit,
  });
  const lab = new Lab({
    openExecutor: () => openTestCpu(),
    loadText: async () => '',
    store: memoryStore,
    shelf: {
      races: shelf,
      loadFile: async (path) => {
        if (!files[path]) throw new Error(`there is no ${path}`);
        return files[path];
      },
    },
    emit,
    now,
    breathe: () => new Promise((resolve) => setImmediate(resolve)),
  });
  const session: Session = {
    shelf,
    lab,
    events,
    all: <T extends LabEvent['type']>(type: T) =>
      events.filter((event): event is Extract<LabEvent, { type: T }> => event.type === type),
  };
  return session;
}
