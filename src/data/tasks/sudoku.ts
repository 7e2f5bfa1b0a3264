import { stream } from '../../core/rng.ts';
import type { Question } from '../../families/question.ts';
import { ITEM_TOKENS } from '../../spec/tasks.ts';
import { itemBudget, joined, type TaskMaker } from './items.ts';

const CELLS = ITEM_TOKENS.sudoku;
const SIDE = 4;

/** Whether two cells may not hold the same digit: they share a row, a column or a 2 × 2 block. */
function exclude(a: number, b: number): boolean {
  const [ra, ca, rb, cb] = [Math.floor(a / SIDE), a % SIDE, Math.floor(b / SIDE), b % SIDE];
  return ra === rb || ca === cb || (ra >> 1 === rb >> 1 && ca >> 1 === cb >> 1);
}

/** All 288 complete grids, row by row, in lexical order; ids 0 … 3 are the digits 1 … 4. */
export function allGrids(): Uint32Array[] {
  const grids: Uint32Array[] = [];
  const grid = new Uint32Array(CELLS);
  const fill = (cell: number): void => {
    if (cell === CELLS) {
      grids.push(grid.slice());
      return;
    }
    for (let digit = 0; digit < SIDE; digit++) {
      let free = true;
      for (let other = 0; other < cell; other++) free &&= grid[other] !== digit || !exclude(cell, other);
      if (!free) continue;
      grid[cell] = digit;
      fill(cell + 1);
    }
  };
  fill(0);
  return grids;
}

/** Half of the grids may be trained on, a quarter is for validation and the questions, a quarter for the test. */
const SHARES = { training: 144, validation: 72, test: 72 } as const;

/**
 * Complete 4 × 4 Sudoku grids. Asked: to fill the empty cells of a held-out grid of which just so many clues are
 * given, in random order, that no other grid agrees with them. A question is solved when every cell is right.
 */
export const sudoku: TaskMaker = (spec) => {
  const { seed } = spec;
  const grids = allGrids();
  const rng = stream(seed, 'sudoku');
  const shuffled = [...rng.permutation(grids.length, 0)].map((i) => grids[i]);
  const items = itemBudget(spec, SHARES.training, `of the 288 grids ${SHARES.training} are`);
  const heldOut = shuffled.slice(SHARES.training);
  const validation = heldOut.slice(0, SHARES.validation);

  const ask = (n: number): Question => {
    const tokens = validation[n % validation.length];
    const order = rng.permutation(CELLS, 1, n);
    let clues = 0;
    let agreeing = grids;
    while (agreeing.length > 1) {
      const cell = order[clues++];
      agreeing = agreeing.filter((grid) => grid[cell] === tokens[cell]);
    }
    return { tokens, holes: [...order.subarray(clues)].sort((a, b) => a - b), options: [], answer: 0 };
  };
  return {
    symbols: ['1', '2', '3', '4'],
    training: joined(shuffled.slice(0, items)),
    validation: joined(validation),
    test: joined(heldOut.slice(SHARES.validation)),
    questions: (count) => ({
      task: 'sudoku',
      ways: ['fill', 'fill-randomly'],
      questions: Array.from({ length: count }, (_, n) => ask(n)),
    }),
  };
};
