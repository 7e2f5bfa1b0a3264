export { EXPERIMENTS, experimentOf } from './catalogue/index.ts';
export { cellsOf, type SweepOptions } from './cells.ts';
export { judge } from './judge.ts';
