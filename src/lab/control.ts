/** What the user wants of a running race. The race asks at every turn; commands change it at any time. */
export class Control {
  stopped = false;
  #paused = false;
  #steps = 0;
  #profile = false;
  #wake: (() => void) | undefined;

  get paused(): boolean {
    return this.#paused && this.#steps === 0;
  }

  /** Steps of each family that may be taken in the next turn: one while single-stepping. */
  limit(wanted: number): number {
    return this.#paused ? 1 : wanted;
  }

  pause(): void {
    this.#paused = true;
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

  stop(): void {
    this.stopped = true;
    this.#wake?.();
  }

  /** Resolves at once unless paused; then when resumed, stepped or stopped. Uses up one allowed step. */
  async gate(): Promise<void> {
    while (this.paused && !this.stopped) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    if (this.#steps > 0) this.#steps--;
  }
}
