/** Numbers by the hundred thousand: columns that grow, and what is drawn of them. */

const FIRST_CAPACITY = 256;

/** A growing column of numbers. */
export class Column {
  #data = new Float64Array(FIRST_CAPACITY);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(value: number): void {
    if (this.#length === this.#data.length) {
      const larger = new Float64Array(this.#data.length * 2);
      larger.set(this.#data);
      this.#data = larger;
    }
    this.#data[this.#length++] = value;
  }

  at(index: number): number {
    return this.#data[index];
  }

  /** A view, not a copy: valid until the next push. */
  values(): Float64Array {
    return this.#data.subarray(0, this.#length);
  }
}

/** Neighbouring values, from `first` on: their extremes, sum and number, of those that are finite. */
export interface Stretch {
  first: number;
  count: number;
  low: number;
  high: number;
  sum: number;
  finite: number;
}

/** More stretches than this show nothing more at the width of a screen. */
const MOST_STRETCHES = 512;
/** Places of values that are not finite that are remembered. */
const MOST_BROKEN = 64;

/**
 * A column as stretches of equal length, never more than 512: they are joined in pairs when they become too many. No
 * extreme and no value that is not finite is lost, and a push costs the same on average however long the column is.
 */
export class Envelope {
  #size = 1;
  #stretches: Stretch[] = [];
  #length = 0;
  /** Indices of the first values that are not finite. */
  readonly broken: number[] = [];

  get stretches(): readonly Stretch[] {
    return this.#stretches;
  }

  push(value: number): void {
    const index = this.#length++;
    let last = this.#stretches.at(-1);
    if (!last || last.count === this.#size) {
      if (this.#stretches.length === MOST_STRETCHES) this.#join();
      last = this.#stretches.at(-1);
      if (!last || last.count === this.#size) {
        last = { ...NOTHING, first: index };
        this.#stretches.push(last);
      }
    }
    last.count++;
    if (!Number.isFinite(value)) {
      if (this.broken.length < MOST_BROKEN) this.broken.push(index);
      return;
    }
    last.low = Math.min(last.low, value);
    last.high = Math.max(last.high, value);
    last.sum += value;
    last.finite++;
  }

  #join(): void {
    const joined: Stretch[] = [];
    for (let index = 0; index < this.#stretches.length; index += 2) {
      const [a, b] = [this.#stretches[index], this.#stretches[index + 1]];
      joined.push({
        first: a.first,
        count: a.count + b.count,
        low: Math.min(a.low, b.low),
        high: Math.max(a.high, b.high),
        sum: a.sum + b.sum,
        finite: a.finite + b.finite,
      });
    }
    this.#stretches = joined;
    this.#size *= 2;
  }
}

const NOTHING: Omit<Stretch, 'first'> = {
  count: 0,
  low: Number.POSITIVE_INFINITY,
  high: Number.NEGATIVE_INFINITY,
  sum: 0,
  finite: 0,
};
