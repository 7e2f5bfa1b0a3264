export { EXPERIMENTS, experimentOf } from './catalogue/index.ts';
export { cellsOf, type SweepOptions } from './cells.ts';
export { type Fits, fitsOf } from './fits.ts';
export { judge, toDecide } from './judge.ts';
