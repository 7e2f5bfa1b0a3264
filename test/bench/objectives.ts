import { familyOf } from '../../src/families/index.ts';
import { evaluationGraph, trainingGraph } from '../../src/train/graphs.ts';
import { type SizeName, specOf, VOCABULARY } from './sizes.ts';

/** Steps that together use every op. The first has dropout, so that its kernel is there; it changes no other. */
const STEPS = {
  ar: { family: 'ar', spec: { train: { dropout: 0.1 } } },
  orders: { family: 'ar', spec: { ar: { orders: 2 } } },
  diffusion: { family: 'diffusion', spec: {} },
  experts: { family: 'ar', spec: { model: { experts: 4, expertCapacity: 1.25 } } },
  expertChoice: { family: 'diffusion', spec: { model: { experts: 4, routing: 'expert' } } },
  uniform: { family: 'diffusion', spec: { diffusion: { noise: 'uniform', objective: 'inverse-t' } } },
} as const;
export type Objective = keyof typeof STEPS;
export const OBJECTIVES = Object.keys(STEPS) as Objective[];

/** What is trained and evaluated with an objective, and the graphs of it. */
export function graphsOf(size: SizeName, objective: Objective) {
  const { family: id, spec: sections } = STEPS[objective];
  const spec = specOf(size, sections, [id]);
  const family = familyOf(id, spec);
  const training = trainingGraph(spec, VOCABULARY, family);
  const evaluation = evaluationGraph(spec, VOCABULARY, family, 'ema');
  return { spec, family, training, evaluation };
}
