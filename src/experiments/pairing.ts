import type { FamilyId } from '../spec/schema.ts';
import type { Cell, CellResult, FamilyResult } from './cell.ts';
import type { Where } from './experiment.ts';
import type { Pair } from './measures.ts';

/** A planned cell with what is known of both families in it: its own, or its reference's. */
export interface Contest {
  cell: Cell;
  pair: Pair;
  /** Ids of the planned cells behind each family; absent where no cell of the plan trains it for this one. */
  from: Partial<Record<FamilyId, string>>;
}

/** The state of a planned cell's family. */
export type Standing = 'done' | 'missing' | 'diverged' | 'not planned';

/**
 * Every planned cell as a contest. A family that a cell does not train is taken from its reference: the one cell of the
 * same seed that trains it and whose levels differ on the fewest axes. Where several are as near there is none.
 */
export function contestsOf(cells: readonly Cell[], results: readonly CellResult[]): Contest[] {
  const byId = new Map(results.map((result) => [result.id, result]));
  return cells.map((cell) => {
    const from: Contest['from'] = {};
    const pair: Partial<Record<FamilyId, FamilyResult>> = {};
    for (const family of ['ar', 'diffusion'] as const) {
      const source = cell.families.includes(family) ? cell : referenceOf(cell, family, cells);
      if (!source) continue;
      from[family] = source.id;
      const result = byId.get(source.id)?.results[family];
      if (result) pair[family] = result;
    }
    return { cell, pair, from };
  });
}

function referenceOf(cell: Cell, family: FamilyId, cells: readonly Cell[]): Cell | undefined {
  const others = cells.filter((other) => other.seed === cell.seed && other.families.includes(family));
  const distance = (other: Cell) =>
    Object.keys(cell.levels).filter((axis) => cell.levels[axis] !== other.levels[axis]).length;
  const nearest = Math.min(...others.map(distance));
  const candidates = others.filter((other) => distance(other) === nearest);
  return candidates.length === 1 ? candidates[0] : undefined;
}

export function standingOf({ pair, from }: Contest, family: FamilyId): Standing {
  if (from[family] === undefined) return 'not planned';
  const result = pair[family];
  if (!result) return 'missing';
  return result.ended === 'diverged' ? 'diverged' : 'done';
}

/** Whether a cell's levels are among those that are named. */
export function matches(cell: Cell, where: Where): boolean {
  return Object.entries(where).every(([axis, wanted]) => {
    const label = cell.levels[axis];
    return typeof wanted === 'string' ? label === wanted : wanted.includes(label);
  });
}
