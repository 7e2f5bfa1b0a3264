import { parameterCount, trainingFlops } from '../model/counts.ts';
import type { FamilyId, RaceSpec } from '../spec/schema.ts';
import type { Cell, CellResult } from './cell.ts';
import type { Effort } from './verdict.ts';

/**
 * What all of `cells` would take, judged by cells that were run: training FLOPs, and the wall seconds at most, at the rate
 * of those. The vocabulary is that of a cell that was run, so that for another text it is an estimate. Undefined where
 * nothing was run.
 */
export function effortOf(cells: readonly Cell[], measured: readonly CellResult[]): Effort | undefined {
  const V = vocabularyOf(measured);
  if (V === undefined) return undefined;
  const flops = (of: readonly Cell[]) => of.reduce((sum, cell) => sum + flopsOf(cell, V), 0);
  // Cells that were trained side by side each count in full: no more than this.
  const seconds = measured.reduce((sum, { wallSeconds }) => sum + wallSeconds, 0);
  const all = flops(cells);
  return { flops: all, seconds: (all * seconds) / flops(measured) };
}

function flopsOf({ spec, families }: Cell, V: number): number {
  const { model, train } = spec;
  return families.reduce(
    (n, family) => n + train.steps * trainingFlops(model, V, train.batch, isCausal(family, spec)),
    0,
  );
}

function isCausal(family: FamilyId, { diffusion }: RaceSpec): boolean {
  return family === 'ar' || diffusion.causal;
}

/** V: the number of parameters is linear in it. */
function vocabularyOf(measured: readonly CellResult[]): number | undefined {
  for (const { spec, results } of measured) {
    for (const { parameters } of Object.values(results)) {
      const none = parameterCount(spec.model, 0);
      const each = parameterCount(spec.model, 1) - none;
      if (parameters > none) return (parameters - none) / each;
    }
  }
  return undefined;
}
