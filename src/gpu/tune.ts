import { badInput, messageOf } from '../core/errors.ts';
import { stableHash } from '../core/hash.ts';
import { elements, showShape } from '../core/shape.ts';
import type { Executor } from '../graph/executor.ts';
import type { Call, KernelTraits, Op } from '../graph/op.ts';
import type { TuningRow } from '../graph/profile.ts';
import { callOf, Tape } from '../graph/tape.ts';
import type { GpuExecutor } from './executor.ts';
import { Trial } from './trial.ts';

/** Another variant must beat the one that the op prefers by this much, so that noise cannot flip the choice. */
const MARGIN = 1.05;
/** About what a device computes while it moves one number: makes ops that compute and ops that move comparable. */
const FLOPS_PER_NUMBER = 50;
/** Milliseconds that one run may spend on timing, over all of its programs. */
const BUDGET_MS = 1500;

/** Where choices of variants outlive a session. Values are JSON; what `read` gives is not trusted. */
export interface TuningCache {
  /** Where they are, in words. */
  readonly place: string;
  read(key: string): Promise<unknown>;
  write(key: string, value: unknown): Promise<void>;
}

/** What is known of the variants of one op at one shape. */
export interface Tuned {
  op: string;
  shape: string;
  flops: number;
  /** Hash of the kernels that were timed: their source, their names, the dispatches. */
  kernels: string;
  /** Milliseconds a run of each variant; null: it cannot be compiled here. */
  ms: Record<string, number | null>;
  chosen: string;
}

/** One line a variant, in the order of `tuned` and of the op. */
export function tuningTable(tuned: readonly Tuned[]): TuningRow[] {
  return tuned.flatMap(({ op, shape, flops, ms: times, chosen }) =>
    Object.entries(times).map(([variant, ms]) => ({
      op,
      shape,
      variant,
      ms,
      gflops: ms && flops > 0 ? flops / (ms * 1e6) : null,
      chosen: variant === chosen,
    })),
  );
}

/** `[1024, 64] [192, 64] causal=1`: shapes of the inputs and attributes. */
export function shapeOf(op: Op, { tensors, attrs }: Call): string {
  const shapes = op.inputs.map((name) => showShape(tensors[name].shape));
  return [...shapes, ...Object.entries(attrs).map(([name, value]) => `${name}=${value}`)].join(' ');
}

/** Under what a choice is kept with a run: the op and the shape. */
export const tuningKey = (op: Op, call: Call): string => `${op.name} ${shapeOf(op, call)}`;

/**
 * The variant that a node uses: what was chosen for its shape, or for its op at any shape, else the op's first. '' for
 * ops with a single one. Errors: `bad-input` where a choice (of a checkpoint) does not exist on this device.
 */
export function variantOf(op: Op, call: Call, traits: KernelTraits, chosen: Readonly<Record<string, string>>): string {
  const offered = op.variants?.(call, traits);
  if (!offered) return '';
  const key = tuningKey(op, call);
  const name = chosen[key] ?? chosen[op.name] ?? offered[0];
  if (offered.includes(name)) return name;
  throw badInput(
    `the run uses the kernel variant ${JSON.stringify(name)} of ${key}, which does not exist here; there are ${offered.join(', ')}`,
    'Go on with the version, the device and the executor that it began with.',
  );
}

interface Shape {
  key: string;
  op: Op;
  call: Call;
  variants: readonly string[];
  /** FLOPs of one call. */
  flops: number;
  /** What all calls of this shape in a run of the tape cost, roughly, in FLOPs. */
  work: number;
}

/** Every op with variants at every shape that the tapes hold, those with the most work first. */
export function shapesOf(tapes: readonly Tape[], traits: KernelTraits): Shape[] {
  const found = new Map<string, Shape>();
  for (const node of tapes.flatMap((tape) => tape.nodes)) {
    const { op } = node;
    const call = callOf(node);
    const variants = op.variants?.(call, traits);
    if (!variants) continue;
    const flops = op.flops?.(call) ?? 0;
    const key = tuningKey(op, call);
    const shape = found.get(key) ?? { key, op, call, variants, flops, work: 0 };
    const numbers = Object.values(call.tensors).reduce((sum, tensor) => sum + elements(tensor.shape), 0);
    shape.work += flops + FLOPS_PER_NUMBER * numbers;
    found.set(key, shape);
  }
  return [...found.values()].sort((a, b) => b.work - a.work);
}

/** Identity of all kernels that an op could use at a shape: a time taken with others says nothing about them. */
function kernelsOf({ op, call, variants }: Shape): string {
  return stableHash(
    variants.map((variant) => [
      variant,
      op.dispatches(call, variant).map(({ shader = op.shader, ...rest }) => [shader.source, rest]),
    ]),
  );
}

export interface TunerOptions {
  traits: KernelTraits;
  /** Names the adapter and its driver. */
  device: string;
  cache?: TuningCache;
  /** False: nothing is timed unless asked for; the op's first choice is taken. */
  timing: boolean;
  trial: (op: Op, call: Call) => Pick<Trial, 'prepare' | 'time' | 'destroy'>;
  now: () => number;
}

/** Chooses kernel variants by timing them on the device, at the shapes of the model at hand. */
export class Tuner {
  /** What was measured, or read from the cache, by tuning key. */
  readonly #tuned = new Map<string, Tuned>();
  /** Keys of the shapes that have a time for every variant. */
  readonly #whole = new Set<string>();
  /** Milliseconds that runs have spent, by the record of their choices. */
  readonly #spent = new WeakMap<object, number>();

  constructor(private readonly options: TunerOptions) {}

  /** All measurements that were made, or taken from the cache, in this session. */
  get tuned(): Tuned[] {
    return [...this.#tuned.values()];
  }

  /**
   * Adds to `chosen` a variant for every shape of the tape that has none: one that was measured before, else the fastest
   * in a measurement, else (when the run has used up its time) what is best for the nearest shape of the same op.
   */
  async choose(tape: Tape, chosen: Record<string, string>): Promise<void> {
    const { traits, timing, now } = this.options;
    const open = shapesOf([tape], traits).filter(({ key, op }) => !(key in chosen || op.name in chosen));
    const unknown = open.filter(({ key, variants }) => variants.length > 1 && !this.#whole.has(key));
    if (unknown.length > 0) await this.#load(unknown);
    const begin = now();
    const spent = this.#spent.get(chosen) ?? 0;
    const left = () => BUDGET_MS - spent - (now() - begin);
    const untimed = timing ? unknown.filter(({ key }) => !this.#whole.has(key)) : [];
    for (const shape of untimed) if (left() > 0) await this.#measure(shape, left);
    if (untimed.length > 0) await this.#save();
    this.#spent.set(chosen, spent + now() - begin);
    for (const shape of open) chosen[shape.key] = this.#tuned.get(shape.key)?.chosen ?? this.#nearest(shape);
  }

  /** Times every variant at every shape of the tapes anew, however long it takes, and keeps the result. */
  async refresh(tapes: readonly Tape[], told: (done: number, of: number) => void = () => {}): Promise<Tuned[]> {
    const shapes = shapesOf(tapes, this.options.traits);
    for (const [i, shape] of shapes.entries()) {
      told(i, shapes.length);
      await this.#measure(shape, () => Number.POSITIVE_INFINITY);
    }
    await this.#save();
    return shapes.map(({ key }) => this.#tuned.get(key)!);
  }

  /** Times the variants of a shape while there is time; all are compiled at once. */
  async #measure(shape: Shape, left: () => number): Promise<void> {
    const { key, op, call, flops, variants } = shape;
    const trial = this.options.trial(op, call);
    try {
      const compiling = variants.map((variant) => trial.prepare(variant).catch(messageOf));
      const ms: Record<string, number | null> = {};
      let chosen = '';
      let toBeat = Number.POSITIVE_INFINITY;
      for (const [i, variant] of variants.entries()) {
        const encode = await compiling[i];
        if (left() <= 0) break;
        ms[variant] = typeof encode === 'string' ? null : await trial.time(encode, toBeat);
        if ((ms[variant] ?? Number.POSITIVE_INFINITY) * (chosen ? MARGIN : 1) >= toBeat) continue;
        chosen = variant;
        toBeat = ms[variant]!;
      }
      if (chosen === '') return;
      if (Object.keys(ms).length === variants.length) this.#whole.add(key);
      this.#tuned.set(key, { op: op.name, shape: shapeOf(op, call), flops, kernels: kernelsOf(shape), ms, chosen });
    } finally {
      trial.destroy();
    }
  }

  /** The choice for the measured shape of the op whose FLOPs are nearest, where it is offered here; else the first. */
  #nearest({ op, flops, variants }: Shape): string {
    const distance = (other: Tuned) => Math.abs(Math.log((other.flops + 1) / (flops + 1)));
    const others = this.tuned.filter(({ op: name, chosen }) => name === op.name && variants.includes(chosen));
    return others.sort((a, b) => distance(a) - distance(b))[0]?.chosen ?? variants[0];
  }

  /** Takes over what the cache says of these shapes, if it was measured with the same kernels on the same device. */
  async #load(shapes: readonly Shape[]): Promise<void> {
    const kept = await this.#cached();
    for (const shape of shapes) {
      const entry = kept[shape.key];
      if (!isTuned(entry) || !shape.variants.includes(entry.chosen) || entry.kernels !== kernelsOf(shape)) continue;
      this.#tuned.set(shape.key, entry);
      this.#whole.add(shape.key);
    }
  }

  async #save(): Promise<void> {
    const { cache, device } = this.options;
    const whole = Object.fromEntries([...this.#tuned].filter(([key]) => this.#whole.has(key)));
    await cache?.write(device, { ...(await this.#cached()), ...whole });
  }

  async #cached(): Promise<Record<string, unknown>> {
    const kept = await this.options.cache?.read(this.options.device);
    return typeof kept === 'object' && kept !== null ? (kept as Record<string, unknown>) : {};
  }
}

function isTuned(value: unknown): value is Tuned {
  if (typeof value !== 'object' || value === null) return false;
  const { op, shape, flops, kernels, ms, chosen } = value as Partial<Record<keyof Tuned, unknown>>;
  return (
    [op, shape, kernels, chosen].every((text) => typeof text === 'string') &&
    typeof flops === 'number' &&
    typeof ms === 'object' &&
    ms !== null &&
    Object.values(ms).every((time) => time === null || typeof time === 'number')
  );
}

const ROUNDS = 3;
const HOPELESS = 4;

/**
 * Milliseconds of one run of one op on an executor: on the device's own clock where it has one, else by wall clock. The
 * best of a few, or the first alone when that is already hopeless beside `toBeat`.
 */
export async function timeVariant(
  executor: Executor,
  op: Op,
  call: Call,
  variant: string,
  toBeat: number,
): Promise<number> {
  if (executor.info.kind === 'gpu') {
    const { device, pipelines } = executor as GpuExecutor;
    const trial = new Trial(device, pipelines, op, call);
    return trial
      .prepare(variant)
      .then((encode) => trial.time(encode, toBeat))
      .finally(() => trial.destroy());
  }
  const tape = new Tape();
  const inputs = op.inputs.map((name) => tape.input(name, call.tensors[name]));
  tape.apply(op, inputs, call.attrs);
  const state = executor.createState({});
  const program = await executor.compile(tape, state);
  try {
    let best = Number.POSITIVE_INFINITY;
    for (let round = 0; round <= ROUNDS; round++) {
      const start = performance.now();
      program.run();
      await executor.idle();
      const ms = performance.now() - start;
      // The first run may still compile; it only tells what is hopeless.
      if (round > 0) best = Math.min(best, ms);
      else if (ms > HOPELESS * toBeat) return ms;
    }
    return best;
  } finally {
    program.destroy();
    state.destroy();
  }
}
