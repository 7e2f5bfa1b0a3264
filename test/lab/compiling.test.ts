import { describe, expect, it } from 'vitest';
import type { CompileListener, Executor } from '../../src/graph/executor.ts';
import { watchCompiling } from '../../src/lab/compiling.ts';

describe('a compilation', () => {
  it('is told at once, then how far it is, but not more than ten times a second', () => {
    let clock = 0;
    let listen: CompileListener | null = null;
    const executor: Pick<Executor, 'watchCompiling'> = {
      watchCompiling: (each) => {
        listen = each;
      },
    };
    const told: string[] = [];
    watchCompiling(
      executor as Executor,
      'model 1 of 2',
      () => clock,
      (detail) => told.push(detail),
    );
    for (let done = 1; done <= 31; done++) {
      clock += 20;
      listen!(done, 31);
    }
    expect(told.slice(0, 3)).toEqual([
      'compiling kernels, model 1 of 2',
      'compiling kernels 5/31, model 1 of 2',
      'compiling kernels 10/31, model 1 of 2',
    ]);
    expect(told).toHaveLength(7);
  });

  it('of an executor that takes no time for it is told once', () => {
    const told: string[] = [];
    watchCompiling(
      {} as Executor,
      'model 1 of 2',
      () => 0,
      (detail) => told.push(detail),
    );
    expect(told).toEqual(['compiling kernels, model 1 of 2']);
  });
});
