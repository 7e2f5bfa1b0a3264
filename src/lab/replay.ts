import type { MetricRecord } from '../analysis/record.ts';
import type { LabEvent } from './protocol.ts';

type Of<T extends LabEvent['type']> = Extract<LabEvent, { type: T }>;

/** Events of which only the last of each key says how things stand. */
const LATEST: { [T in LabEvent['type']]?: (event: Of<T>) => string } = {
  state: () => 'state',
  progress: () => 'progress',
  crossing: ({ crossing }) => `crossing ${crossing.kind}`,
  summary: () => 'summary',
  error: () => 'error',
};

/** Events that are told one after the other. */
const ALL: ReadonlySet<LabEvent['type']> = new Set(['sample', 'familyEnded', 'note']);

/** Whether somebody else who watches a race wants to hear this; the rest is between a lab and its own host. */
export function isOfRace(event: LabEvent): boolean {
  return ['plan', 'records', 'recovered'].includes(event.type) || ALL.has(event.type) || event.type in LATEST;
}

/** What a race has told so far, for one who joins late: told again, it leads to the same picture. */
export class Replay {
  #plan: Of<'plan'> | undefined;
  #records: MetricRecord[] = [];
  #told: LabEvent[] = [];
  #latest = new Map<string, LabEvent>();

  hear(event: LabEvent): void {
    // A plan begins a race, or a lost one anew: all that it has measured is told again after it.
    if (event.type === 'plan') {
      const state = this.#latest.get('state');
      this.clear();
      this.#plan = event;
      if (state) this.#latest.set('state', state);
    } else if (event.type === 'records') this.#records.push(...event.records);
    else if (ALL.has(event.type)) this.#told.push(event);
    else {
      const key = (LATEST[event.type] as ((event: LabEvent) => string) | undefined)?.(event);
      if (key) this.#latest.set(key, event);
    }
  }

  clear(): void {
    this.#plan = undefined;
    this.#records = [];
    this.#told = [];
    this.#latest.clear();
  }

  /** In an order in which they can be heard. */
  events(): LabEvent[] {
    const records: LabEvent[] = this.#records.length > 0 ? [{ type: 'records', records: [...this.#records] }] : [];
    return [...(this.#plan ? [this.#plan] : []), ...records, ...this.#told, ...this.#latest.values()];
  }
}
