import { CrossoverError } from '../core/errors.ts';
import {
  type Answer,
  errorOf,
  type Message,
  type OrderName,
  type Orders,
  type QuestionName,
  type Questions,
  type Spawn,
  type Thread,
} from './protocol.ts';

interface Waiting {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

/** One thread as its user sees it: orders, questions with their answers, and its end. */
export class Channel {
  /** Rejects with 'device-lost' when the thread ends unasked; never resolves otherwise. */
  readonly lost: Promise<never>;
  readonly #thread: Thread;
  readonly #waiting = new Map<number, Waiting>();
  #calls = 0;
  /** Why nothing can be asked any more. */
  #ended: Error | undefined;

  constructor(spawn: Spawn) {
    let lose: (error: Error) => void = () => {};
    this.lost = new Promise((_, reject) => {
      lose = reject;
    });
    this.lost.catch(() => {});
    this.#thread = spawn({
      message: (data) => this.#hear(data as Answer),
      failure: (reason) => {
        if (this.#ended) return;
        const error = new CrossoverError(
          'device-lost',
          `A thread of the cpu executor ended: ${reason}.`,
          'Start again; if it happens again, choose a smaller model or batch.',
        );
        lose(error);
        this.#end(error);
      },
    });
  }

  /** After the end, orders go nowhere; whoever waits for their effect learns why. */
  order<K extends OrderName>(order: K, body: Orders[K], transfer: ArrayBuffer[] = []): void {
    if (!this.#ended) this.#thread.post({ order, body } as Message, transfer);
  }

  /** Rejects with the error of the thread's executor, or with why the thread has ended. */
  ask<K extends QuestionName>(question: K, body: Questions[K]['asked']): Promise<Questions[K]['answer']> {
    if (this.#ended) return Promise.reject(this.#ended);
    const call = this.#calls++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(call, { resolve: resolve as Waiting['resolve'], reject });
      this.#thread.post({ question, call, body } as Message, []);
    });
  }

  close(): void {
    this.#end(new Error('this thread of the cpu executor was closed'));
  }

  #hear(answer: Answer): void {
    const waiting = this.#waiting.get(answer.call);
    this.#waiting.delete(answer.call);
    if ('error' in answer) waiting?.reject(errorOf(answer.error));
    else waiting?.resolve(answer.value);
  }

  #end(why: Error): void {
    if (this.#ended) return;
    this.#ended = why;
    this.#thread.end();
    for (const { reject } of this.#waiting.values()) reject(why);
    this.#waiting.clear();
  }
}
