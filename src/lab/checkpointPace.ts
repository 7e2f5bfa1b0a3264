/** What is lost at most when a race is cut off, unless its checkpoints are dear. */
const EVERY_MS = 5000;
const SELDOM_MS = 30_000;
/** A checkpoint follows so many times what the last one took; less where the training rests anyway. */
const REST = 50;
const SHORT_REST = 10;

/** When a race leaves checkpoints: often, as long as they take 2 % of its time at most, 10 % around evaluations. */
export class CheckpointPace {
  #last: number;
  #cost = 0;

  /** `now`: milliseconds. `seldom`: every half minute. */
  constructor(
    private readonly now: () => number,
    private readonly seldom: boolean,
  ) {
    this.#last = now();
  }

  /**
   * `resting`: an evaluation has just been made, or nothing goes on. `sound`: the weights look worth keeping; where they
   * do not, the last checkpoint stays for half a minute, in case that they run off altogether.
   */
  due(resting: boolean, sound: boolean): boolean {
    const since = this.now() - this.#last;
    if (this.seldom || !sound) return since >= SELDOM_MS;
    return since >= (resting ? SHORT_REST * this.#cost : Math.max(EVERY_MS, REST * this.#cost));
  }

  /** Saves one, and learns what that takes. */
  async take(save: () => Promise<void>): Promise<void> {
    const start = this.now();
    await save();
    this.#last = this.now();
    this.#cost = this.#last - start;
  }
}
