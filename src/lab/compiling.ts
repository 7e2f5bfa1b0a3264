import type { Executor } from '../graph/executor.ts';

const TELL_EVERY_MS = 100;

/**
 * Tells at once that an executor compiles a model, then how far it is, `compiling kernels 14/31, model 1 of 2`, where it
 * says so; not more than ten times a second.
 */
export function watchCompiling(
  executor: Executor,
  which: string,
  now: () => number,
  tell: (detail: string) => void,
): void {
  tell(`compiling kernels, ${which}`);
  let told = now();
  executor.watchCompiling?.((done, asked) => {
    if (now() - told < TELL_EVERY_MS) return;
    told = now();
    tell(`compiling kernels ${done}/${asked}, ${which}`);
  });
}
