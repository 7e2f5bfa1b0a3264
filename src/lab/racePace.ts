/** A racer: how many steps it has taken, and why it takes no more, where that is so. */
interface Racer {
  step: number;
  ended?: unknown;
}

/**
 * How fast a race goes, and how long it goes on if everyone who is still in it uses the whole budget: one who stops by
 * patience ends it sooner. What is left is measured in rounds, a step of each of them with the evaluations between. When
 * one has ended, a round is another one, and is measured anew; it is never expected to last longer than before.
 */
export class RacePace {
  #stepsAtStart: number | undefined;
  #racing = 0;
  #from = { step: 0, ms: 0 };
  #msPerRound: number | undefined;
  #before = Number.POSITIVE_INFINITY;

  /**
   * Steps a second of all together, and seconds that are left at most, null before the first round.
   * @param ms that the race has lasted, pauses left out
   */
  measure(racers: readonly Racer[], total: number, ms: number): { stepsPerSecond: number; etaSeconds: number | null } {
    const steps = racers.reduce((sum, { step }) => sum + step, 0);
    this.#stepsAtStart ??= steps;
    const stepsPerSecond = (steps - this.#stepsAtStart) / (ms / 1000);
    return { stepsPerSecond, etaSeconds: this.#left(racers, total, ms) };
  }

  #left(racers: readonly Racer[], total: number, ms: number): number | null {
    const racing = racers.filter(({ ended }) => !ended);
    if (racing.length === 0) return 0;
    const step = Math.min(...racing.map((racer) => racer.step));
    if (racing.length !== this.#racing) {
      this.#racing = racing.length;
      this.#from = { step, ms };
      this.#before = this.#msPerRound ?? Number.POSITIVE_INFINITY;
    }
    const rounds = step - this.#from.step;
    if (rounds > 0) this.#msPerRound = Math.min(this.#before, (ms - this.#from.ms) / rounds);
    return this.#msPerRound === undefined ? null : ((total - step) * this.#msPerRound) / 1000;
  }
}
