import type { Asked } from './questions.ts';

/** What the user wants of a running race. The race asks at every turn; commands change it at any time. */
export class Control {
  stopped = false;
  /** Who has paused it, as the command said. */
  pausedBy: string | undefined;
  #paused = false;
  #steps = 0;
  #profile = false;
  readonly #asked: Asked[] = [];
  #wake: (() => void) | undefined;

  get paused(): boolean {
    return this.#paused && this.#steps === 0;
  }

  /** Steps of each family that may be taken in the next turn: one while single-stepping. */
  limit(wanted: number): number {
    return this.#paused ? 1 : wanted;
  }

  pause(by?: string): void {
    if (this.#paused) return;
    this.#paused = true;
    this.pausedBy = by;
  }

  resume(): void {
    this.#paused = false;
    this.#wake?.();
  }

  /** Allows one more step while paused. */
  step(): void {
    this.#steps++;
    this.#wake?.();
  }

  /** Asks that the next step be timed node by node. */
  profile(): void {
    this.#profile = true;
  }

  /** Whether that was asked since the last call. */
  takeProfile(): boolean {
    const asked = this.#profile;
    this.#profile = false;
    return asked;
  }

  /** Puts a question to the models. */
  ask(asked: Asked): void {
    this.#asked.push(asked);
    this.#wake?.();
  }

  /** What was asked since the last call. */
  takeAsked(): Asked[] {
    return this.#asked.splice(0);
  }

  stop(): void {
    this.stopped = true;
    this.#wake?.();
  }

  /**
   * Resolves to whether the race may go on: at once unless paused, then when resumed, stepped or stopped, which uses up
   * one allowed step; it may not before what was asked is answered.
   */
  async gate(): Promise<boolean> {
    while (!this.stopped) {
      if (this.#asked.length > 0) return false;
      if (!this.paused) break;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    if (this.#steps > 0) this.#steps--;
    return true;
  }
}
