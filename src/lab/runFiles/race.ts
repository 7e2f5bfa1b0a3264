import { z } from 'zod';
import { findCrossings } from '../../analysis/crossover.ts';
import { formatNumber } from '../../analysis/format.ts';
import { stableHash } from '../../core/hash.ts';
import { CORPUS_INFO } from '../../data/corpora.ts';
import { FAMILIES, type FamilyId, type RaceSpec } from '../../spec/schema.ts';
import type { FamilySummary, KeptRace, RaceContent, RaceSummary } from '../protocol.ts';
import { type Environment, executorSchema } from './environment.ts';
import { measured, summarySchema, wholeNumber } from './lines.ts';
import type { RunContent } from './read.ts';

/** A race out of its runs. */

/** Everything of one run of a race. */
export interface RaceRun extends RunContent {
  environment: Environment;
  /** The step of its last checkpoint. */
  checkpoint?: number;
}

/** What a race is about, for a person: “Moby Dick, 5,000 tokens, seed 1”. */
export function raceName({ data, seed }: RaceSpec, ownText?: string): string {
  const title = ownText ?? CORPUS_INFO[data.corpus].title;
  const text = title.length > 80 ? `${title.slice(0, 79)}…` : title;
  return `${text}, ${formatNumber(data.uniqueTokens, 9)} tokens, seed ${seed}`;
}

/** The identity of a race, or of one family's run of it: equal specs on equal texts have equal ones. `sha256`: of the text. */
export function identityOf(what: 'race' | FamilyId, spec: RaceSpec, sha256: string): string {
  return stableHash({ what, spec, text: sha256 });
}

/** In the order of `FAMILIES`. */
export function inOrder<T extends { spec: { family: FamilyId } }>(runs: readonly T[]): T[] {
  return FAMILIES.flatMap((family) => runs.filter(({ spec }) => spec.family === family));
}

export function contentOf(runs: readonly RaceRun[]): RaceContent {
  const ordered = inOrder(runs);
  const [first] = ordered;
  const plan = first?.environment.race?.plan;
  return {
    records: ordered.flatMap(({ records }) => records),
    samples: ordered.flatMap(({ samples }) => samples),
    // Every note stands in each of the runs.
    events: first?.events ?? [],
    ...(plan && { plan: { ...plan, dataset: first.environment.dataset } }),
  };
}

/** What a race of both families came to, from its files; undefined while one has not ended. */
export function summaryOf(runs: readonly RaceRun[]): RaceSummary | undefined {
  const [ar, diffusion] = FAMILIES.map((family) => runs.find(({ spec }) => spec.family === family));
  if (!ar?.summary || !diffusion?.summary) return undefined;
  const { family: _, ...spec } = ar.spec;
  const { executor, dataset, race } = ar.environment;
  const validation = ({ records }: RaceRun) => records.filter(({ split }) => split === 'validation');
  const seconds = [ar.summary.seconds, diffusion.summary.seconds];
  return {
    id: identityOf('race', spec, dataset.corpus.sha256),
    families: { ar: ar.summary, diffusion: diffusion.summary },
    crossings: findCrossings(validation(ar), validation(diffusion)),
    // Where nobody wrote it down: on the CPU each family has a thread of its own, else they share one queue.
    wallSeconds: race?.wallSeconds ?? (executor.kind === 'cpu' ? Math.max(...seconds) : seconds[0] + seconds[1]),
    executor,
  };
}

/** A race as a list shows it. `changed`: ISO 8601; `bytes`: of its files. */
export function keptRaceOf(
  runs: readonly RaceRun[],
  about: Pick<KeptRace, 'id' | 'origin' | 'changed' | 'bytes'> & { ownText?: string },
): KeptRace {
  const ordered = inOrder(runs);
  const [first] = ordered;
  const { family: _, ...spec } = first.spec;
  const { executor, race } = first.environment;
  const summary = summaryOf(runs);
  return {
    ...about,
    name: race?.name ?? raceName(spec, about.ownText),
    spec,
    begun: race?.begun ?? about.changed,
    state: race?.state ?? stateOf(ordered.map((run) => run.summary)),
    steps: perFamily(ordered, ({ records }) => records.reduce((most, { step }) => Math.max(most, step), 0)),
    checkpoints: perFamily(ordered, ({ checkpoint }) => checkpoint),
    executor,
    ...(summary && { summary }),
    ...(runs.length === 1 && first.summary && { bests: perFamily(runs, (run) => run.summary?.best.value) }),
    ...(race?.parent && { parent: race.parent }),
  };
}

function stateOf(summaries: readonly (FamilySummary | undefined)[]): KeptRace['state'] {
  if (summaries.some((summary) => !summary)) return 'unfinished';
  return summaries.some((summary) => summary?.ended === 'stopped') ? 'stopped' : 'finished';
}

function perFamily(runs: readonly RaceRun[], of: (run: RaceRun) => number | undefined) {
  const found: Partial<Record<FamilyId, number>> = {};
  for (const run of runs) {
    const value = of(run);
    if (value !== undefined) found[run.spec.family] = value;
  }
  return found;
}

const crossing = z.strictObject({
  kind: z.enum(['live', 'strict']),
  metric: z.enum(['loss', 'accuracy']),
  status: z.enum(['none', 'possible', 'confirmed', 'reverted']),
  bound: z.enum(['exact', 'upper']),
  at: z.exactOptional(
    z.strictObject({ epoch: measured, step: measured, tokens: measured, flops: measured, seconds: measured }),
  ),
  value: z.exactOptional(z.strictObject({ diffusion: measured, ar: measured })),
  held: wholeNumber,
  needed: wholeNumber,
  gap: z.exactOptional(z.strictObject({ value: measured, se: measured })),
});

/** The summary of a race, as JSON that `encode` wrote. */
export const raceSummarySchema: z.ZodType<RaceSummary> = z.strictObject({
  id: z.string(),
  families: z.strictObject({ ar: summarySchema, diffusion: summarySchema }),
  crossings: z.strictObject({ live: crossing, strict: crossing }),
  wallSeconds: z.number().nonnegative(),
  executor: executorSchema,
});
