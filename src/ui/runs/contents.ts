import type { KeptRace, RaceContent } from '../../lab/protocol.ts';

export interface FoundRace {
  race: KeptRace;
  content: RaceContent;
}

type Waiting = (found: FoundRace) => void;

/**
 * What kept races have measured, as far as it was asked for: outside the store, and only of the races that are compared.
 */
export class RaceContents {
  readonly #held = new Map<string, FoundRace>();
  readonly #waiting = new Map<string, Waiting[]>();
  #wanted: ReadonlySet<string> = new Set();

  /** `ask` sends for a race; it is not sent for twice before the answer. */
  constructor(private readonly ask: (id: string) => void) {}

  get(id: string): FoundRace | undefined {
    return this.#held.get(id);
  }

  /** The race as it is kept now. Where it cannot be read nothing comes: the page's error says why. */
  read(id: string): Promise<FoundRace> {
    return new Promise((resolve) => this.#want(id, resolve));
  }

  /** Holds these races and no others: asks for those that are missing or were written since. */
  hold(races: readonly Pick<KeptRace, 'id' | 'changed'>[]): void {
    this.#wanted = new Set(races.map(({ id }) => id));
    for (const id of this.#held.keys()) if (!this.#wanted.has(id)) this.#held.delete(id);
    for (const { id, changed } of races) if (this.#held.get(id)?.race.changed !== changed) this.#want(id);
  }

  /** Takes what the shelf tells; true where somebody waited for it. */
  hear(found: FoundRace): boolean {
    const { id } = found.race;
    const waiting = this.#waiting.get(id);
    if (this.#wanted.has(id)) this.#held.set(id, found);
    this.#waiting.delete(id);
    for (const take of waiting ?? []) take(found);
    return waiting !== undefined || this.#wanted.has(id);
  }

  /** After an error: what has not come may be asked for again. */
  giveUp(): void {
    this.#waiting.clear();
  }

  #want(id: string, take?: Waiting): void {
    const waiting = this.#waiting.get(id);
    if (!waiting) this.ask(id);
    this.#waiting.set(id, [...(waiting ?? []), ...(take ? [take] : [])]);
  }
}
