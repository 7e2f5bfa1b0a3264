import { CrossoverError } from '../core/errors.ts';
import { KERNELS, type KernelModule, type KernelName, type Kernels, loadKernels } from './kernels.ts';

/** What a thread must know to join a crew: plain data for a message, its memories shared, not copied. */
export interface Enlistment {
  module: KernelModule;
  memory: WebAssembly.Memory;
  orders: SharedArrayBuffer;
  /** Which member it is, from 0. */
  place: number;
}

/** A thread that hands the enlistment to `serveCrew`. */
export interface Member {
  /** Resolves when `serveCrew` is ready; rejects when the thread does not start. */
  ready: Promise<void>;
  end(): void;
}

/** Starts a member's thread. May throw. */
export type Hire = (enlistment: Enlistment) => Member;

/** Words of 4 bytes in a member's part of the orders; a part fills whole lines of the cache. */
const ORDERED = 0;
const DONE = 1;
const FAILED = 2;
const KERNEL = 3;
const COUNT = 4;
const PART_BYTES = 256;
const ARGUMENTS_BYTE = 32;
const MOST_ARGUMENTS = (PART_BYTES - ARGUMENTS_BYTE) / 8;

/** Looks at a word before a thread sleeps: some 20 µs, in which the next order of a step usually comes. */
const LOOKS = 4000;
/** For a thread to start, on a machine that has much else to do. */
const START_MS = 20_000;
/** A part of a kernel takes milliseconds. A member that is silent for so long has ended. */
const PATIENCE_MS = 60_000;

/** One member's part of the orders. */
class Part {
  readonly #words: Int32Array;
  readonly #numbers: Float64Array;

  constructor(orders: SharedArrayBuffer, place: number) {
    const start = place * PART_BYTES;
    this.#words = new Int32Array(orders, start, ARGUMENTS_BYTE / 4);
    this.#numbers = new Float64Array(orders, start + ARGUMENTS_BYTE, MOST_ARGUMENTS);
  }

  give(order: number, kernel: number, args: readonly number[]): void {
    this.#words[KERNEL] = kernel;
    this.#words[COUNT] = args.length;
    this.#numbers.set(args);
    this.#say(ORDERED, order);
  }

  /** The next order after `last`, once it is given. */
  take(last: number): { order: number; kernel: number; args: number[] } {
    let order = this.#look(ORDERED, (word) => word !== last);
    while (order === last) {
      Atomics.wait(this.#words, ORDERED, last);
      order = Atomics.load(this.#words, ORDERED);
    }
    const args = [...this.#numbers.subarray(0, this.#words[COUNT])];
    return { order, kernel: this.#words[KERNEL], args };
  }

  finish(order: number, failed: boolean): void {
    if (failed) this.#words[FAILED] = 1;
    this.#say(DONE, order);
  }

  /** @throws CrossoverError 'device-lost' when the member has ended or its kernel has failed. */
  awaitEnd(order: number): void {
    let done = this.#look(DONE, (word) => word === order);
    while (done !== order) {
      if (Atomics.wait(this.#words, DONE, done, PATIENCE_MS) === 'timed-out') throw lost('does not answer');
      done = Atomics.load(this.#words, DONE);
    }
    if (this.#words[FAILED]) throw lost('has failed');
  }

  #say(word: number, order: number): void {
    Atomics.store(this.#words, word, order);
    Atomics.notify(this.#words, word);
  }

  #look(word: number, enough: (value: number) => boolean): number {
    let value = Atomics.load(this.#words, word);
    for (let looks = 0; looks < LOOKS && !enough(value); looks++) value = Atomics.load(this.#words, word);
    return value;
  }
}

function lost(what: string): CrossoverError {
  return new CrossoverError(
    'device-lost',
    `A thread that computes a part of the cpu executor’s kernels ${what}.`,
    'Start again; if it happens again, choose a smaller model or batch.',
  );
}

async function inTime(start: Promise<unknown>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`a thread did not start in ${START_MS / 1000} s`)), START_MS);
  });
  try {
    await Promise.race([start, late]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Threads that compute parts of a kernel call in the memory of the one who leads them. Whoever leads must be allowed to
 * wait: any thread but the page's own.
 */
export class Crew {
  readonly #parts: readonly Part[];
  #order = 0;

  private constructor(
    private readonly kernels: Kernels,
    orders: SharedArrayBuffer,
    private readonly members: readonly Member[],
  ) {
    this.#parts = members.map((_, place) => new Part(orders, place));
  }

  /** With `count` threads beside the leader's own. Rejects with the reason of the first that does not start. */
  static async gather(
    hire: Hire,
    count: number,
    { module, memory, kernels }: { module: KernelModule; memory: WebAssembly.Memory; kernels: Kernels },
  ): Promise<Crew> {
    const orders = new SharedArrayBuffer(count * PART_BYTES);
    const members: Member[] = [];
    // Waited for from the start, even where a later one throws: a member that is ended rejects.
    const join = async (_: unknown, place: number) => {
      const member = hire({ module, memory, orders, place });
      members.push(member);
      await member.ready;
    };
    try {
      await inTime(Promise.all(Array.from({ length: count }, join)));
      return new Crew(kernels, orders, members);
    } catch (error) {
      for (const member of members) member.end();
      throw error;
    }
  }

  /** Calls the kernel once for each list of arguments, all at a time, the first on this thread, the rest by members. */
  call(kernel: KernelName, parts: readonly (readonly number[])[]): void {
    this.#order = (this.#order + 1) | 0;
    const index = KERNELS.indexOf(kernel);
    for (let i = 1; i < parts.length; i++) this.#parts[i - 1].give(this.#order, index, parts[i]);
    this.kernels.functions[kernel](...parts[0]);
    for (let i = 1; i < parts.length; i++) this.#parts[i - 1].awaitEnd(this.#order);
  }

  end(): void {
    for (const member of this.members) member.end();
  }
}

/** The message to a new thread that makes it a member. */
export interface Enlisting {
  enlist: Enlistment;
}

/** The life of a member: loads the kernels, says that it is ready, and never returns. Rejects where they do not start. */
export async function serveCrew({ module, memory, orders, place }: Enlistment, ready: () => void): Promise<never> {
  const { functions } = await loadKernels(module, memory, { shared: true });
  const part = new Part(orders, place);
  ready();
  for (let last = 0; ; ) {
    const { order, kernel, args } = part.take(last);
    last = order;
    try {
      functions[KERNELS[kernel]](...args);
      part.finish(order, false);
    } catch {
      part.finish(order, true);
    }
  }
}
