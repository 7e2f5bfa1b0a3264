import { expect, it } from 'vitest';
import { OPS } from '../../src/ops/index.ts';
import { graphsOf, OBJECTIVES } from './objectives.ts';

it('the steps whose kernels are measured use every op that there is', () => {
  const used = OBJECTIVES.flatMap((objective) => {
    const { training, evaluation } = graphsOf('small', objective);
    return [...training.tape.nodes, ...evaluation.tape.nodes].map(({ op }) => op.name);
  });
  expect(new Set(used)).toEqual(new Set(OPS.map(({ name }) => name)));
});
