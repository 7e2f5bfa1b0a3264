import type { CellResult } from '../experiments/cell.ts';
import { type Fits, fitsOf } from '../experiments/fits.ts';
import { lawPlates } from './laws.ts';
import type { PlateGroup } from './plate.ts';
import { samplingPlates } from './sampling.ts';

/** What can be drawn of finished cells beside their grid: the laws of a sweep over data, the cost of its texts. */
export function besideGrid(results: readonly CellResult[]): PlateGroup[] {
  return groupsOf(results, fitsOf(results));
}

/** The same with laws that were fitted elsewhere. */
export function groupsOf(results: readonly CellResult[], fits: Fits | undefined): PlateGroup[] {
  const sampling = samplingPlates(results);
  return [...(fits ? [lawPlates(fits)] : []), ...(sampling ? [sampling] : [])];
}
