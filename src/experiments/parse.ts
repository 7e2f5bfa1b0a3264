import { z } from 'zod';
import { badInput } from '../core/errors.ts';
import { allowedWords, fieldAt, nearestPath } from '../spec/fields.ts';
import { FAMILIES } from '../spec/schema.ts';
import { cellsOf } from './cells.ts';
import { CLAIMS, type ClaimId, type Experiment, SCALES } from './experiment.ts';
import { judge } from './judge.ts';
import { MEASURES, type MeasureId } from './measures.ts';

const words = z.string().trim().min(1);
const id = z.string().regex(/^[a-z0-9][a-z0-9-]*$/, 'must be a name of small letters, digits and hyphens');
const families = z.array(z.enum(FAMILIES)).min(1);

const settings = z.record(z.string(), z.union([z.number(), z.boolean(), z.string()])).check((context) => {
  for (const [path, value] of Object.entries(context.value)) {
    const field = fieldAt(path);
    const near = nearestPath(path);
    const fits = field && { integer: 'number', number: 'number', boolean: 'boolean', choice: 'string' }[field.type];
    const problem = !field
      ? `is not a field of a race${near ? `; did you mean ${near}?` : ''}`
      : typeof value === fits
        ? undefined
        : `must be ${allowedWords(field)}; got ${JSON.stringify(value)}`;
    if (problem) context.issues.push({ code: 'custom', path: [path], message: problem, input: value });
  }
});

const level = z.strictObject({ label: words, at: z.number().optional(), settings, families: families.optional() });
const axis = z.strictObject({ id, label: words, levels: z.array(level).min(1) });
const samples = z.strictObject({
  steps: z.array(z.number().int().min(1)).min(1),
  count: z.number().int().min(1),
});
const plan = z.strictObject({
  preset: words,
  settings: settings.default({}),
  axes: z.array(axis).default([]),
  seeds: z.array(z.number().int().min(0).max(0xffffffff)).min(1),
  samples: samples.optional(),
});

/** `sampleNll@16` and its like are made of a number of steps. */
const measure = z
  .string()
  .refine(
    (name) => MEASURES.includes(name as MeasureId) || /^sample(Nll|Entropy|Flops|Seconds|FlopsRatio)@\d+$/.test(name),
    {
      error: `must be a measure: ${MEASURES.join(', ')}, or sampleNll@16 and its like`,
    },
  );
const where = z.record(z.string(), z.union([z.string(), z.array(z.string())]));
const quantity = z.strictObject({
  measure,
  family: z.enum(FAMILIES).optional(),
  where,
  over: z.enum(['min', 'max']).optional(),
  by: measure.optional(),
});
const simple = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('trend'),
    axis: words,
    measure,
    family: z.enum(FAMILIES).optional(),
    where,
    direction: z.enum(['up', 'down']),
  }),
  z.strictObject({
    kind: z.literal('difference'),
    of: quantity,
    minus: quantity.optional(),
    sign: z.enum(['positive', 'negative', 'neither']),
    margin: z.number().optional(),
  }),
  z.strictObject({
    kind: z.literal('crossing'),
    which: z.enum(['live', 'strict']),
    metric: z.enum(['loss', 'accuracy']),
    where,
    expected: z.enum(['confirmed', 'none']),
  }),
]);
const part = z.strictObject({ says: words, criterion: simple, beside: z.boolean().optional() });
const criterion = z.discriminatedUnion('kind', [
  ...simple.options,
  z.strictObject({ kind: z.literal('all'), parts: z.array(part).min(1) }),
]);

const experiment = z.strictObject({
  id,
  title: words,
  claim: words,
  source: words,
  bearsOn: z.array(z.enum(Object.keys(CLAIMS) as [ClaimId, ...ClaimId[]])).default([]),
  plans: z.strictObject({ minutes: plan, coffee: plan.optional(), night: plan.optional() }),
  criterion,
  figure: z.strictObject({
    rows: words,
    columns: z.array(z.strictObject({ metric: z.enum(['loss', 'accuracy', 'deltaNll']), label: words })).min(1),
  }),
});

/**
 * An experiment from a file of one's own. A scale that it does not plan is that of the scale below. Throws a
 * CrossoverError that names what is unknown, of the wrong type, out of range or does not fit together.
 */
export function parseExperiment(input: unknown): Experiment {
  const result = experiment.safeParse(input);
  if (!result.success) {
    // A misspelt name explains more than what is missing beside it.
    const issues = result.error.issues;
    const issue = issues.find(({ code }) => code === 'unrecognized_keys') ?? issues[0];
    const path = issue.path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`)).join('');
    const name = path.replace(/^\./, '') || 'the experiment';
    throw badInput(issue.code === 'custom' ? `${name} ${issue.message}` : `${name}: ${issue.message}`);
  }
  const { minutes, coffee = minutes, night = coffee } = result.data.plans;
  const own = { ...result.data, plans: { minutes, coffee, night } } as Experiment;
  for (const scale of SCALES) {
    const { axes } = own.plans[scale];
    if (axes.length > 0 && !axes.some((each) => each.id === own.figure.rows)) {
      throw badInput(`figure.rows must be an axis of the plan ${scale}; got ${JSON.stringify(own.figure.rows)}`);
    }
    const cells = cellsOf(own, scale);
    if (new Set(cells.map((cell) => cell.id)).size < cells.length) {
      throw badInput(
        `plans.${scale}: two cells are the same race; the levels of an axis must differ in their settings`,
      );
    }
    // What the criterion names has to be there before anything is run.
    judge(own, scale, []);
  }
  return own;
}
