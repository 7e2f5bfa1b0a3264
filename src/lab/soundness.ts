/** So many losses in a row decide: a single one may be an unlucky draw. */
const IN_A_ROW = 3;
/** Beyond so many times what guessing gives, or what it began with, a loss is that of weights that run off. */
const RUNNING_OFF = 2;

/**
 * Whether the weights of a model that trains look worth keeping. A run that diverges computes finite losses for a while,
 * far above those of guessing: who goes back wants weights from before that, so none are saved meanwhile.
 */
export class Soundness {
  #bound: number | undefined;
  readonly #last: number[] = [];
  #doubtful = false;

  /** `guess`: the loss of a model that knows nothing, nats per token. */
  constructor(private readonly guess: number) {}

  /** Whether no run of losses since the last time they were kept was beyond the bound. */
  get ok(): boolean {
    return !this.#doubtful;
  }

  hear(loss: number): void {
    this.#bound ??= RUNNING_OFF * Math.max(this.guess, loss);
    this.#last.push(loss);
    if (this.#last.length > IN_A_ROW) this.#last.shift();
    if (this.#last.length === IN_A_ROW && Math.min(...this.#last) > this.#bound) this.#doubtful = true;
  }

  /** The weights were kept all the same: it is judged anew from here. */
  kept(): void {
    this.#doubtful = false;
  }
}
