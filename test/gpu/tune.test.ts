import { describe, expect, it } from 'vitest';
import { type Tuned, Tuner, type TunerOptions, type TuningCache, tuningTable, variantOf } from '../../src/gpu/tune.ts';
import { type Call, f32, PLAIN_TRAITS } from '../../src/graph/op.ts';
import { Tape } from '../../src/graph/tape.ts';
import { linear, matmulNTOp } from '../../src/ops/matmul.ts';

const TRAITS = { ...PLAIN_TRAITS, workgroupBytes: 32_768 };

/** A tape of linear layers x[N, C] · w[P, C]ᵀ. */
function layers(...sizes: readonly [N: number, C: number, P: number][]): Tape {
  const tape = new Tape();
  for (const [N, C, P] of sizes) linear(tape.input('x', f32(N, C)), tape.input('w', f32(P, C)));
  return tape;
}

const key = (N: number, C: number, P: number) => `matmulNT [${N}, ${C}] [${P}, ${C}]`;

/** A device whose kernels take as many milliseconds as `ms` says; each measurement takes `cost` on the clock. */
function device(ms: (variant: string, call: Call) => number, options: Partial<TunerOptions> & { cost?: number } = {}) {
  const { cost = 10, ...rest } = options;
  let clock = 0;
  const timed: string[] = [];
  const tuner = new Tuner({
    traits: TRAITS,
    device: 'a card / its driver',
    timing: true,
    now: () => clock,
    trial: (op, call) => ({
      prepare: async (variant) => {
        if (variant === 'tile32') throw new Error('the driver does not like it');
        return Object.assign(() => {}, { variant });
      },
      time: async (encode) => {
        const { variant } = encode as unknown as { variant: string };
        timed.push(`${op.name} ${variant}`);
        clock += cost;
        return ms(variant, call);
      },
      destroy: () => {},
    }),
    ...rest,
  });
  return { tuner, timed };
}

const tile64Wins = (variant: string) => (variant === 'tile64' ? 1 : 2);

/** A cache that starts with `kept`, as another session left it. */
function memory(kept: Record<string, unknown> = {}): TuningCache & { kept: Record<string, unknown> } {
  return {
    kept,
    place: 'memory',
    read: async (name) => structuredClone(kept[name]),
    write: async (name, value) => {
      kept[name] = JSON.parse(JSON.stringify(value));
    },
  };
}

describe('the tuner', () => {
  it('chooses the fastest variant for every shape, and passes over what does not compile', async () => {
    const wide = ({ tensors }: Call) => tensors.w.shape[0] > 100;
    const { tuner } = device((variant, call) => (variant === (wide(call) ? 'tile128' : 'register') ? 1 : 3));
    const chosen = {};
    await tuner.choose(layers([256, 64, 128], [256, 64, 64]), chosen);
    expect(chosen).toEqual({ [key(256, 64, 128)]: 'tile128', [key(256, 64, 64)]: 'register' });
    expect(tuner.tuned[0].ms).toMatchObject({ register: 3, tile32: null, tile64: 3, tile128: 1 });
  });

  it('keeps the preferred variant unless another is clearly faster', async () => {
    const { tuner } = device((variant) => (variant === 'register' ? 1 : 0.97));
    const chosen: Record<string, string> = {};
    await tuner.choose(layers([256, 64, 128]), chosen);
    expect(chosen[key(256, 64, 128)]).toBe('register');
  });

  it('times nothing that a run already says, for the shape or for the op', async () => {
    const { tuner, timed } = device(tile64Wins);
    await tuner.choose(layers([256, 64, 128]), { [key(256, 64, 128)]: 'register' });
    await tuner.choose(layers([256, 64, 128]), { matmulNT: 'register' });
    expect(timed).toEqual([]);
  });

  it('spends a limited time on a run, on the largest shapes first; the others follow the nearest of them', async () => {
    const { tuner, timed } = device(tile64Wins, { cost: 400 });
    const chosen = {};
    await tuner.choose(layers([128, 64, 64], [1024, 64, 256], [512, 64, 256]), chosen);
    await tuner.choose(layers([64, 64, 64]), chosen);
    expect(timed.length).toBeLessThanOrEqual(4);
    expect(chosen).toEqual({
      [key(1024, 64, 256)]: 'tile64',
      [key(512, 64, 256)]: 'tile64',
      [key(128, 64, 64)]: 'tile64',
      [key(64, 64, 64)]: 'tile64',
    });
  });

  it('times nothing where timing costs more than it gains, and takes the first', async () => {
    const { tuner, timed } = device(tile64Wins, { timing: false });
    const chosen = {};
    await tuner.choose(layers([256, 64, 128]), chosen);
    expect(chosen).toEqual({ [key(256, 64, 128)]: 'register' });
    expect(timed).toEqual([]);
  });

  it('can time everything anew, whatever is known', async () => {
    const { tuner, timed } = device(tile64Wins, { timing: false, cost: 10_000 });
    const tuned = await tuner.refresh([layers([256, 64, 128])]);
    expect(tuned.map(({ chosen }) => chosen)).toEqual(['tile64']);
    expect(timed).toEqual(['register', 'tile64', 'tile128x64', 'tile128'].map((name) => `matmulNT ${name}`));
  });
});

describe('a cached answer', () => {
  const tape = () => layers([256, 64, 128]);
  const chosenOn = async (cache: TuningCache, options: Partial<TunerOptions> = {}) => {
    const { tuner, timed } = device((variant) => (variant === 'register' ? 1 : 2), { cache, ...options });
    const chosen: Record<string, string> = {};
    await tuner.choose(tape(), chosen);
    return { variant: chosen[key(256, 64, 128)], measurements: timed.length };
  };
  const filled = async () => {
    const cache = memory();
    await device(tile64Wins, { cache }).tuner.choose(tape(), {});
    return cache;
  };

  it('is taken in place of a measurement, on a software adapter too', async () => {
    expect(await chosenOn(await filled())).toEqual({ variant: 'tile64', measurements: 0 });
    expect(await chosenOn(await filled(), { timing: false })).toEqual({ variant: 'tile64', measurements: 0 });
  });

  it('is ignored on another device or driver', async () => {
    const { variant, measurements } = await chosenOn(await filled(), { device: 'a card / a newer driver' });
    expect(variant).toBe('register');
    expect(measurements).toBeGreaterThan(0);
  });

  it('is ignored where the kernels are others, and replaced', async () => {
    const cache = await filled();
    const [entry] = Object.values(cache.kept['a card / its driver'] as Record<string, Tuned>);
    entry.kernels = 'of an older version';
    expect(await chosenOn(cache)).toMatchObject({ variant: 'register' });
    expect(await chosenOn(cache)).toEqual({ variant: 'register', measurements: 0 });
  });

  it.each([
    ['text', 'not a record'],
    ['null', null],
    ['a record of something else', { [key(256, 64, 128)]: 'tile64' }],
    [
      'a choice that does not exist',
      { [key(256, 64, 128)]: { op: '', shape: '', flops: 1, kernels: '', ms: {}, chosen: 'x' } },
    ],
  ])('is ignored when it is %s', async (_, value) => {
    expect(await chosenOn(memory({ 'a card / its driver': value }))).toMatchObject({ variant: 'register' });
  });

  it('of an unfinished measurement is not kept', async () => {
    const cache = memory();
    await device(tile64Wins, { cache, cost: 1000 }).tuner.choose(tape(), {});
    expect((await chosenOn(cache)).measurements).toBeGreaterThan(0);
  });
});

describe('the variant of a node', () => {
  const call = { tensors: { x: f32(256, 64), w: f32(128, 64), y: f32(256, 128) }, attrs: {} };

  it('is the one of its shape, else that of its op, else the first', () => {
    const chosen = { [key(256, 64, 128)]: 'tile64', matmulNT: 'tile32' };
    expect(variantOf(matmulNTOp, call, TRAITS, chosen)).toBe('tile64');
    expect(variantOf(matmulNTOp, call, TRAITS, { matmulNT: 'tile32' })).toBe('tile32');
    expect(variantOf(matmulNTOp, call, TRAITS, {})).toBe('register');
  });

  it('that a checkpoint asks for and that does not exist is named', () => {
    expect(() => variantOf(matmulNTOp, call, TRAITS, { matmulNT: 'tile' })).toThrow(
      'the run uses the kernel variant "tile" of matmulNT [256, 64] [128, 64], which does not exist here; there are register, ',
    );
  });
});

it('a table of variants has a line for each, with its rate and the one that is used', () => {
  const tuned: Tuned = {
    op: 'matmulNT',
    shape: '[2, 2] [2, 2]',
    flops: 16e6,
    kernels: '',
    ms: { register: 4, tile64: 2, tile128: null },
    chosen: 'tile64',
  };
  expect(tuningTable([tuned]).map(({ variant, ms, gflops, chosen }) => [variant, ms, gflops, chosen])).toEqual([
    ['register', 4, 4, false],
    ['tile64', 2, 8, true],
    ['tile128', null, null, false],
  ]);
});
