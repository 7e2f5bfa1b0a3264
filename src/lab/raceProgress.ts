import type { MetricRecord } from '../analysis/record.ts';
import type { Contender } from './contender.ts';
import type { LabEvent } from './protocol.ts';
import { RacePace } from './racePace.ts';

const POST_EVERY_MS = 100;

export interface RaceProgressOptions {
  /** Steps of each family, at most. */
  total: number;
  now: () => number;
  emit: (event: LabEvent) => void;
}

/** Tells how far a race has come, ten times a second at most, by a clock that stands while the race is paused. */
export class RaceProgress {
  readonly #pace = new RacePace();
  readonly #unsent: MetricRecord[] = [];
  readonly #began: number;
  #pausedMs = 0;
  #lastPost = 0;

  constructor(private readonly options: RaceProgressOptions) {
    this.#began = options.now();
  }

  get elapsedMs(): number {
    return this.options.now() - this.#began - this.#pausedMs;
  }

  pausedFor(ms: number): void {
    this.#pausedMs += ms;
  }

  /** Training records, to be told with the next progress. */
  hold(records: readonly MetricRecord[]): void {
    this.#unsent.push(...records);
  }

  /** Where they stand, and the records held since. `whole`: records do not wait for the tenth of a second. */
  tell(contenders: readonly Contender[], whole: boolean): void {
    const { total, now, emit } = this.options;
    const at = now();
    if (at - this.#lastPost < POST_EVERY_MS && !(whole && this.#unsent.length > 0)) return;
    this.#lastPost = at;
    const records = this.#unsent.splice(0);
    if (records.length > 0) emit({ type: 'records', records });
    const steps = Object.fromEntries(contenders.map((c) => [c.family.id, c.step]));
    emit({ type: 'progress', steps, total, ...this.#pace.measure(contenders, total, this.elapsedMs) });
  }
}
