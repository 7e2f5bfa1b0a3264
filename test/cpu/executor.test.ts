import { afterEach, describe, expect, it, vi } from 'vitest';
import { CrossoverError } from '../../src/core/errors.ts';
import { interpretInstead, openCpuExecutor } from '../../src/cpu/executor.ts';
import { MODULES, supports } from '../../src/cpu/kernels.ts';
import { LOWERINGS } from '../../src/cpu/lowering.ts';
import { f32, u32 } from '../../src/graph/op.ts';
import { Tape } from '../../src/graph/tape.ts';
import { add } from '../../src/ops/add.ts';
import { OPS } from '../../src/ops/index.ts';
import { linear } from '../../src/ops/matmul.ts';

/** y = x · wᵀ + x, w in an arena. */
function graph(n: number) {
  const tape = new Tape();
  const x = tape.input('x', f32(n, n));
  const w = tape.state('w', f32(n, n), 'params', 0);
  const y = add(linear(x, w), x);
  return { tape, x, y };
}

const refusal = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (thrown: unknown) => thrown as CrossoverError,
  );

describe('the cpu executor', () => {
  it('has a kernel for every op and for nothing else', () => {
    expect(Object.keys(LOWERINGS).sort()).toEqual(OPS.map((op) => op.name).sort());
  });

  it('takes the fastest kernels that the engine runs, says so, and is never called a GPU', async () => {
    const cpu = await openCpuExecutor({ why: 'No adapter.' });
    expect(cpu.module).toBe(MODULES.find(supports));
    expect(cpu.info).toMatchObject({ kind: 'cpu', software: true, why: expect.stringMatching(/^No adapter\./) });
    expect(cpu.info.adapter).toMatch(/^CPU, WebAssembly .*SIMD$/);
    expect(cpu.info.limits.memoryBytes).toBe(2 ** 32);
  });

  it.skipIf(supports('relaxed'))(
    'refuses the relaxed kernels, in words, where the engine has no relaxed SIMD',
    async () => {
      const error = await refusal(openCpuExecutor({ module: 'relaxed' }));
      expect(error).toBeInstanceOf(CrossoverError);
      expect(error).toMatchObject({ code: 'no-adapter', message: expect.stringContaining('relaxed SIMD') });
    },
  );

  it('keeps inputs, constants and programs apart: each reads back what it was given', async () => {
    const cpu = await openCpuExecutor();
    const tape = new Tape();
    const ids = tape.input('ids', u32(3));
    const table = tape.constant('table', f32(1, 5), Float32Array.of(1, 2, 3, 4, 5));
    const program = await cpu.compile(tape, cpu.createState({}));
    program.write(ids, Uint32Array.of(7, 8, 2 ** 24));
    expect(await program.read(table)).toEqual(Float32Array.of(1, 2, 3, 4, 5));
    expect(await program.read(ids)).toEqual(Float32Array.of(7, 8, 2 ** 24));
    expect(() => program.write(ids, new Uint32Array(4))).toThrow('ids takes 3 numbers; got 4');
    expect(() => program.write(table, new Float32Array(5))).toThrow('table is not an input of this program');
  });

  it('copies arenas, and starts them at zero in memory that was used before', async () => {
    const cpu = await openCpuExecutor();
    const first = cpu.createState({ a: 70, b: 70 });
    first.write('a', new Float32Array(70).fill(3));
    first.copy('a', 'b');
    expect(await first.read('b')).toEqual(new Float32Array(70).fill(3));
    first.destroy();
    expect(await cpu.createState({ a: 140 }).read('a')).toEqual(new Float32Array(140));
  });

  it('gives memory back: a hundred programs, made and destroyed, need what one needs', async () => {
    const cpu = await openCpuExecutor();
    const { tape, y } = graph(64);
    const kept = cpu.createState({ params: 64 * 64 });
    const empty = cpu.memoryBytes;
    (await cpu.compile(tape, kept, { keep: [y] })).destroy();
    expect(cpu.memoryBytes).toBe(empty);
    for (let round = 0; round < 100; round++) {
      const programs = [
        await cpu.compile(tape, kept, { keep: [y] }),
        await cpu.compile(graph(round + 1).tape, kept),
        await cpu.compile(tape, kept),
      ];
      // Freed in another order every time, so that gaps must be joined.
      for (let i = 0; i < 3; i++) programs[(i + round) % 3].destroy();
    }
    expect(cpu.memoryBytes).toBe(empty);
  });

  it('counts what states and programs take: not the gaps between them, which the memory keeps for the next', async () => {
    const cpu = await openCpuExecutor();
    const states = [64, 128, 64].map((size) => cpu.createState({ params: size }));
    expect(await cpu.memory()).toMatchObject({ used: 4 * 256 });
    states[1].destroy();
    const { used, held } = await cpu.memory();
    expect(used).toBe(4 * 128);
    expect(held).toBeGreaterThan(cpu.memoryBytes - 1);
    for (const state of [states[0], states[2]]) state.destroy();
    expect((await cpu.memory()).used).toBe(0);
  });

  it('survives growth: a program that was compiled before the memory grew runs on', async () => {
    const cpu = await openCpuExecutor();
    const { tape, x, y } = graph(4);
    const state = cpu.createState({ params: 16 });
    const program = await cpu.compile(tape, state, { keep: [y] });
    cpu.createState({ large: 2 ** 22 });
    state.write('params', new Float32Array(16).fill(1));
    program.write(x, new Float32Array(16).fill(2));
    program.run();
    expect(await program.read(y)).toEqual(new Float32Array(16).fill(10));
  });

  it('refuses what does not fit, with what is needed and what there is, and stays usable', async () => {
    const cpu = await openCpuExecutor({ memoryBytes: 2 ** 20 });
    const used = cpu.memoryBytes;
    const error = await refusal((async () => cpu.createState({ params: 2 ** 18 }))());
    expect(error).toBeInstanceOf(CrossoverError);
    expect(error).toMatchObject({ code: 'device-limit', message: expect.stringContaining('needs 1.0 MiB') });
    expect(cpu.memoryBytes).toBe(used);
    expect(cpu.capacity.total).toBeLessThan(2 ** 20 - used);
    expect(await cpu.createState({ params: 2 ** 17 }).read('params')).toHaveLength(2 ** 17);
  });

  it('can be listed: op, kernels, shapes, bytes and FLOPs of every command', async () => {
    const cpu = await openCpuExecutor();
    const { tape } = graph(8);
    const program = await cpu.compile(tape, cpu.createState({ params: 64 }));
    expect(program.dispatches).toBe(2);
    expect(program.describe().split('\n')[0]).toMatch(
      new RegExp(`matmulNT +${cpu.module} +×1 +\\d+ KiB +0\\.00 MFLOP +\\[8, 8\\] \\[8, 8\\] → \\[8, 8\\]`),
    );
  });
});

describe('kernels that the engine refuses', () => {
  afterEach(() => {
    vi.restoreAllMocks();
  });

  /** Both modules validate; the first `failures` that are started fail. */
  function failToStart(failures: number) {
    const { instantiate } = WebAssembly;
    vi.spyOn(WebAssembly, 'validate').mockReturnValue(true);
    const start = vi.spyOn(WebAssembly, 'instantiate');
    for (let i = 0; i < failures; i++) start.mockRejectedValueOnce(new WebAssembly.CompileError('broken code'));
    start.mockImplementation(instantiate as never);
  }

  it('when it does not accept the relaxed ones, the plain ones run, and that is said', async () => {
    vi.spyOn(WebAssembly, 'validate').mockReturnValueOnce(false).mockReturnValueOnce(true);
    const cpu = await openCpuExecutor({ why: 'No adapter.' });
    expect(cpu.module).toBe('simd');
    expect(cpu.info).toMatchObject({
      adapter: 'CPU, WebAssembly SIMD',
      why: 'No adapter. This engine does not accept WebAssembly relaxed SIMD.',
    });
  });

  it('when it does not start the relaxed ones, the plain ones run, and that is said', async () => {
    failToStart(1);
    const cpu = await openCpuExecutor({ why: 'No adapter.' });
    expect(cpu.module).toBe('simd');
    expect(cpu.info.why).toBe('No adapter. The relaxed SIMD kernels do not start: broken code.');
    const { tape, x, y } = graph(4);
    const program = await cpu.compile(tape, cpu.createState({ params: 16 }), { keep: [y] });
    program.write(x, new Float32Array(16).fill(2));
    program.run();
    expect(await program.read(y)).toEqual(new Float32Array(16).fill(2));
  });

  it('when it starts none, the interpreter computes, and that is said', async () => {
    failToStart(2);
    const { info } = await openCpuExecutor().catch(interpretInstead);
    expect(info.kind).toBe('interpret');
    expect(info.why).toBe(
      'The cpu executor cannot run here. The relaxed SIMD kernels do not start: broken code. ' +
        'The SIMD kernels do not start: broken code. The interpreter computes instead: exact, and very slow.',
    );
  });

  it('other troubles are no reason to interpret', () => {
    const trouble = new CrossoverError('device-limit', 'Too large.');
    expect(() => interpretInstead(trouble)).toThrow(trouble);
  });
});
