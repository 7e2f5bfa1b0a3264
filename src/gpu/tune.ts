import type { Executor } from '../graph/executor.ts';
import type { Call, KernelTraits, Op } from '../graph/op.ts';
import { callOf, Tape } from '../graph/tape.ts';
import type { GpuExecutor } from './executor.ts';

/** A faster variant must beat the preferred one by this much, so that noise cannot flip the choice. */
const MARGIN = 1.25;
const ROUNDS = 3;
const HOPELESS = 4;
const ENOUGH_FLOPS = 64e6;

/** The variant that a node uses: the chosen one for its op, else the op's first. '' for ops with a single one. */
export function variantOf(op: Op, call: Call, traits: KernelTraits, chosen: Readonly<Record<string, string>>): string {
  return chosen[op.name] ?? op.variants?.(call, traits)[0] ?? '';
}

/**
 * The call that the tuner times for each op that has variants: the largest that is not too large to be timed in no
 * time on a software adapter, or the smallest where all are larger.
 */
function representatives(tape: Tape): Map<string, { op: Op; call: Call; flops: number }> {
  const found = new Map<string, { op: Op; call: Call; flops: number }>();
  const distance = (flops: number) => (flops <= ENOUGH_FLOPS ? ENOUGH_FLOPS - flops : flops);
  for (const node of tape.nodes) {
    if (!node.op.variants) continue;
    const call = callOf(node);
    const flops = node.op.flops?.(call) ?? 0;
    const held = found.get(node.op.name);
    if (!held || distance(flops) < distance(held.flops)) found.set(node.op.name, { op: node.op, call, flops });
  }
  return found;
}

/**
 * Milliseconds of one run of one op on the executor's device: the best of a few, or the first alone when that is
 * already hopeless beside `toBeat`.
 */
export async function timeVariant(
  executor: Executor,
  op: Op,
  call: Call,
  variant: string,
  toBeat: number,
): Promise<number> {
  const tape = new Tape();
  const inputs = op.inputs.map((name) => tape.input(name, call.tensors[name]));
  tape.apply(op, inputs, call.attrs);
  const state = executor.createState({});
  const program = await executor.compile(tape, state, { variants: { [op.name]: variant } });
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

/**
 * Chooses a variant for every op of the tape that has several and is not in `known`, by timing one of its
 * calls on this device. The op lists its preferred variant first; another must be clearly faster to replace it.
 */
export async function tune(
  executor: GpuExecutor,
  tape: Tape,
  known: Readonly<Record<string, string>>,
): Promise<Record<string, string>> {
  const chosen: Record<string, string> = { ...known };
  for (const [name, { op, call }] of representatives(tape)) {
    if (chosen[name]) continue;
    let best = '';
    let bestMs = Number.POSITIVE_INFINITY;
    for (const variant of op.variants!(call, executor.traits)) {
      const ms = await timeVariant(executor, op, call, variant, bestMs);
      if (ms * (best ? MARGIN : 1) < bestMs) {
        best = variant;
        bestMs = ms;
      }
    }
    chosen[name] = best;
  }
  return chosen;
}
