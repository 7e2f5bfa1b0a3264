export * from '../analysis/format.ts';
