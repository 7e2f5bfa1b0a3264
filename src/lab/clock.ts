import type { Executor, Program } from '../graph/executor.ts';

/**
 * The time of one executor, shared out among those who use it at once, so that their shares add up to what has passed:
 * the time between two events belongs to the user of the later one. An event is work that was handed over or that came
 * back. On a queue a completion is thus charged with the time since the completion before it, whoever's that was; where
 * handing over is computing, with the computation; and who has an executor alone is charged with wall time.
 */
export class Clock {
  #last = 0;
  #users = 0;

  /** `now`: milliseconds, monotonic. */
  constructor(private readonly now: () => number) {}

  /** Begins the use of one more. What passes while there is none belongs to nobody. */
  enter(): void {
    if (this.#users++ === 0) this.#last = this.now();
  }

  leave(): void {
    this.#users--;
  }

  /** An event: milliseconds since the one before. */
  lap(): number {
    const since = this.#last;
    this.#last = this.now();
    return this.#last - since;
  }
}

/** One user of a clock. */
export class Share {
  #ms = 0;
  #running = false;

  constructor(private readonly clock: Clock) {}

  /** Does some work; `ms` is this user's share of the time that it took. */
  async time<T>(work: () => Promise<T>): Promise<{ result: T; ms: number }> {
    this.clock.enter();
    this.#ms = 0;
    this.#running = true;
    try {
      const result = await work();
      this.#lap();
      return { result, ms: this.#ms };
    } finally {
      this.#running = false;
      this.clock.leave();
    }
  }

  /** The executor as this user sees it: what its programs are handed and give back is an event of its clock. */
  meter(executor: Executor): Executor {
    return overriding(executor, {
      compile: async (...args) => this.#meterProgram(await executor.compile(...args)),
    });
  }

  #meterProgram(program: Program): Program {
    return overriding(program, {
      runAll: (loads) => {
        program.runAll(loads);
        this.#lap();
      },
      read: async (value) => {
        const data = await program.read(value);
        this.#lap();
        return data;
      },
    });
  }

  #lap(): void {
    if (this.#running) this.#ms += this.clock.lap();
  }
}

/** An object of which some methods are other ones. */
function overriding<T extends object>(target: T, methods: Partial<T>): T {
  return new Proxy(target, {
    get(_, name) {
      const own = Reflect.get(methods, name);
      if (own) return own;
      const found = Reflect.get(target, name);
      // Bound, because private fields are those of the object itself.
      return typeof found === 'function' ? found.bind(target) : found;
    },
  });
}
