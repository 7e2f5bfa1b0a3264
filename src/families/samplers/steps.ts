/**
 * How many of `masked` positions each of `steps` forwards reveals: as even as possible, the larger ones first, as in
 * LLaDA. A forward that would reveal nothing is not made, so there are min(masked, steps) of them; they sum to `masked`.
 */
export function revealCounts(masked: number, steps: number): number[] {
  const forwards = Math.min(masked, steps);
  return Array.from({ length: forwards }, (_, i) => Math.ceil((masked - i) / forwards));
}

/** Open positions in blocks of `size` of the whole text, from left to right; blocks without one are left out. 0: one block. */
export function blocksOf(open: readonly number[], size: number): number[][] {
  const blocks = new Map<number, number[]>();
  for (const position of open) {
    const block = size > 0 ? Math.floor(position / size) : 0;
    blocks.set(block, [...(blocks.get(block) ?? []), position]);
  }
  return [...blocks.values()];
}

/**
 * Steps of each block, in proportion to what it has to fill (semi-autoregressive, as in LLaDA). They sum to `steps`;
 * every block takes one at least, so that with fewer steps than blocks there are as many as blocks.
 */
export function stepsOfBlocks(sizes: readonly number[], steps: number): number[] {
  let stepsLeft = steps;
  let positionsLeft = sizes.reduce((sum, size) => sum + size, 0);
  return sizes.map((size, i) => {
    const blocksAfter = sizes.length - 1 - i;
    const share = Math.round((stepsLeft * size) / positionsLeft);
    const own = Math.max(1, Math.min(share, stepsLeft - blocksAfter));
    stepsLeft -= own;
    positionsLeft -= size;
    return own;
  });
}
