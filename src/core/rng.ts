import { fnv1a } from './hash.ts';

/**
 * Counter-based randomness: every draw is a pure function of (seed, stream name, a, b), so a resumed run needs
 * no generator state and the browser and Node draw the same numbers.
 *
 * The generator is Threefry-2x32 with 20 rounds (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3",
 * SC 2011); `shaders/lib/threefry.wgsl` is the same function.
 */
const ROTATIONS = [13, 15, 26, 6, 17, 29, 16, 24] as const;
const PARITY = 0x1bd11bda;

/** Threefry-2x32-20 of a counter (c0, c1) under a key (k0, k1): 64 random bits as two u32. */
export function threefry(k0: number, k1: number, c0: number, c1: number): [number, number] {
  const keys = [k0 | 0, k1 | 0, (PARITY ^ k0 ^ k1) | 0];
  let x0 = (c0 + keys[0]) | 0;
  let x1 = (c1 + keys[1]) | 0;
  for (let round = 0; round < 20; round++) {
    x0 = (x0 + x1) | 0;
    const r = ROTATIONS[round % 8];
    x1 = ((x1 << r) | (x1 >>> (32 - r))) ^ x0;
    if (round % 4 === 3) {
      const injection = (round + 1) / 4;
      x0 = (x0 + keys[injection % 3]) | 0;
      x1 = (x1 + keys[(injection + 1) % 3] + injection) | 0;
    }
  }
  return [x0 >>> 0, x1 >>> 0];
}

/** A named stream of draws. `a` and `b` are the counter, for example (step, index). */
export interface Rng {
  /** 32 random bits. */
  u32(a: number, b: number): number;
  /** Uniform on [0, 1), 53 bits. */
  uniform(a: number, b: number): number;
  /** Uniform integer on {0 … n − 1}. */
  below(n: number, a: number, b: number): number;
  /** Standard normal (Box–Muller). */
  normal(a: number, b: number): number;
  /** A uniformly random order of {0 … n − 1} (Fisher–Yates); draw i uses counter (a, b·n + i). */
  permutation(n: number, a: number, b?: number): Uint32Array;
}

export function stream(seed: number, name: string): Rng {
  const k0 = seed >>> 0;
  const k1 = fnv1a(name);
  const uniform = (a: number, b: number): number => {
    const [hi, lo] = threefry(k0, k1, a, b);
    return (hi * 2 ** 21 + (lo >>> 11)) / 2 ** 53;
  };
  const below = (n: number, a: number, b: number): number => Math.floor(uniform(a, b) * n);
  return {
    u32: (a, b) => threefry(k0, k1, a, b)[0],
    uniform,
    below,
    normal: (a, b) => {
      const [u, v] = threefry(k0, k1, a, b);
      return Math.sqrt(-2 * Math.log((u + 0.5) / 2 ** 32)) * Math.cos((2 * Math.PI * v) / 2 ** 32);
    },
    permutation: (n, a, b = 0) => {
      const order = new Uint32Array(n).map((_, i) => i);
      for (let i = n - 1; i > 0; i--) {
        const j = below(i + 1, a, b * n + i);
        const held = order[i];
        order[i] = order[j];
        order[j] = held;
      }
      return order;
    },
  };
}
