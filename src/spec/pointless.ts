import { isRouted } from './experts.ts';
import { fieldList, valueAt } from './fields.ts';
import { FAMILIES, FAMILY_NAMES, type FamilyId, type RaceSpec } from './schema.ts';
import { isTask } from './tasks.ts';

/** A setting that somebody changed and that changes nothing beside the others. */
export interface Pointless {
  path: string;
  /** In one sentence: what would have to be otherwise. */
  why: string;
}

interface Rule {
  fields: readonly string[];
  /** Why these fields have no effect here, or undefined where they have one. */
  why(spec: RaceSpec, families: readonly FamilyId[]): string | undefined;
}

const unless = (effective: boolean, why: string) => (effective ? undefined : why);

const pathsOf = (section: string) =>
  fieldList()
    .map(({ path }) => path)
    .filter((path) => path.startsWith(`${section}.`));

/** How masks are filled. */
const FILLING = ['reveal', 'revealSteps', 'threshold', 'block', 'remask'].map((name) => `sampling.${name}`);

/** Fields that are about one family only. */
const OWN_FIELDS: Readonly<Record<FamilyId, readonly string[]>> = {
  ar: [...pathsOf('ar'), 'sampling.topK', 'sampling.topP'],
  diffusion: [...pathsOf('diffusion'), 'evaluation.draws', ...FILLING],
};

const RULES: readonly Rule[] = [
  ...FAMILIES.map((family) => ({
    fields: OWN_FIELDS[family],
    why: (_: RaceSpec, families: readonly FamilyId[]) =>
      unless(families.includes(family), `only ${FAMILY_NAMES[family]} heeds it, which is not trained`),
  })),
  {
    fields: ['data.wordings'],
    why: ({ data: { corpus } }) => unless(corpus === 'world', `only the corpus world has wordings, not ${corpus}`),
  },
  {
    fields: ['data.lowercase'],
    why: ({ data: { corpus } }) => unless(!isTask(corpus), `the items of ${corpus} are not a text`),
  },
  {
    fields: ['model.expertsPerToken'],
    why: ({ model: { experts } }) => unless(experts > 0, 'model.experts is 0, a dense model'),
  },
  {
    fields: ['train.balanceLoss', 'train.routerZLoss'],
    why: ({ model }) => unless(isRouted(model), `there is no router with model.experts ${model.experts}`),
  },
  {
    fields: ['train.balanceLoss'],
    why: ({ model: { routing } }) =>
      unless(
        routing === 'token',
        'experts that choose their tokens (model.routing expert) are in balance by themselves',
      ),
  },
  {
    fields: ['train.dropoutOn'],
    why: ({ train: { dropout } }) => unless(dropout > 0, 'train.dropout is 0'),
  },
  {
    fields: ['train.decayFraction', 'train.decayTo'],
    why: ({ train: { schedule } }) => unless(schedule === 'wsd', 'train.schedule constant never decays; wsd does'),
  },
  {
    fields: ['train.decayTo'],
    why: ({ train: { decayFraction } }) => unless(decayFraction > 0, 'train.decayFraction is 0'),
  },
  {
    fields: ['diffusion.minT'],
    why: ({ diffusion: { noise, objective } }) =>
      unless(
        noise === 'uniform' || objective === 'inverse-t' || objective === 'unweighted',
        `diffusion.objective ${objective} draws no t; inverse-t and unweighted do`,
      ),
  },
  {
    fields: ['evaluation.every'],
    why: ({ evaluation: { denseUntil }, train: { steps } }) =>
      unless(denseUntil < steps, `evaluation.denseUntil ${denseUntil} lasts to the end, at step ${steps}`),
  },
  {
    fields: ['evaluation.denseUntil'],
    why: ({ evaluation: { denseEvery, every } }) =>
      unless(denseEvery !== every, `evaluation.denseEvery and evaluation.every are both ${every}`),
  },
  {
    fields: ['evaluation.denseEvery'],
    why: ({ evaluation: { denseUntil } }) => unless(denseUntil > 0, 'evaluation.denseUntil is 0'),
  },
  {
    fields: ['sampling.topK', 'sampling.topP'],
    why: ({ sampling: { temperature } }) =>
      unless(temperature > 0, 'sampling.temperature is 0: the most probable token is always taken'),
  },
  {
    fields: FILLING,
    why: ({ diffusion: { noise } }) => unless(noise === 'mask', `diffusion.noise ${noise} leaves no mask to fill`),
  },
  {
    fields: ['sampling.threshold'],
    why: ({ sampling: { reveal } }) => unless(reveal === 'threshold', `sampling.reveal is ${reveal}, not threshold`),
  },
  {
    fields: ['sampling.revealSteps'],
    why: ({ sampling: { reveal } }) =>
      unless(
        reveal !== 'threshold' && reveal !== 'first-hitting',
        `sampling.reveal ${reveal} takes as many steps as it needs`,
      ),
  },
];

/**
 * Settings that are not at their default and change nothing beside the others, for the families that are trained: no
 * error, for a preset or a link may carry them, but to be said to whoever set them. In the order of the schema.
 */
export function pointless(spec: RaceSpec, families: readonly FamilyId[] = FAMILIES): Pointless[] {
  return fieldList().flatMap(({ path, default: byDefault }) => {
    if (valueAt(spec, path) === byDefault) return [];
    const why = whyPointless(spec, path, families);
    return why === undefined ? [] : [{ path, why }];
  });
}

/** Why the setting at `path`, whatever its value, has no effect beside the others; undefined where it has one. */
export function whyPointless(
  spec: RaceSpec,
  path: string,
  families: readonly FamilyId[] = FAMILIES,
): string | undefined {
  for (const { fields, why } of RULES) {
    const found = fields.includes(path) ? why(spec, families) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}
