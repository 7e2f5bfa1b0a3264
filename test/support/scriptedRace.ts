import { findCrossings } from '../../src/analysis/crossover.ts';
import { describeCrossing } from '../../src/analysis/describe.ts';
import type { MetricRecord } from '../../src/analysis/record.ts';
import type { KeptRace, LabEvent, RaceContent, SampleRecord } from '../../src/lab/protocol.ts';
import { FAMILIES, type FamilyId, type RaceSpec } from '../../src/spec/schema.ts';
import { evaluation, raceReport } from '../hosts/raceFixture.ts';

/** A made-up race of the default setup whose curves are like the measured ones, told up to any step. */

const { plan, spec, summary } = raceReport();
const executor = { ...summary.executor, kind: 'cpu', adapter: 'CPU, WebAssembly SIMD, 2 threads' } as const;
const TEXTS: Record<FamilyId, string> = {
  ar: 'the whale was the say of the ship, and the strange sea of the men',
  diffusion: 'and the captain of the pequod, who had seen the white whale, said',
};

export const RACE = { id: summary.id, spec, plan, executor };

export const device: readonly LabEvent[] = [
  { type: 'device', executor },
  { type: 'state', state: 'idle' },
  { type: 'elsewhere', training: null, watching: false },
];

/** The curves of a race that crosses: AR is best at step 100 and turns up, diffusion falls below its best much later. */
export function crossing(): MetricRecord[] {
  const steps = Array.from({ length: 61 }, (_, i) => (i <= 20 ? i * 10 : 200 + (i - 20) * 20));
  return steps.flatMap((step) => [
    ...(step <= 340
      ? [evaluation('ar', step, 2.49 + 1.45 * Math.exp(-step / 26) + 1.1e-5 * Math.max(0, step - 95) ** 2)]
      : []),
    evaluation('diffusion', step, 2.35 + 1.6 * Math.exp(-step / 70) + 0.25 * Math.exp(-step / 500)),
  ]);
}

/** The curves of a race that has not crossed: AR has much to read and does not turn up. */
export function apart(): MetricRecord[] {
  return Array.from({ length: 51 }, (_, i) => i * 20).flatMap((step) => [
    evaluation('ar', step, 1.9 + 1.9 * Math.exp(-step / 180)),
    evaluation('diffusion', step, 2.2 + 1.7 * Math.exp(-step / 320)),
  ]);
}

const until = (records: readonly MetricRecord[], step: number) => records.filter((each) => each.step <= step);
const of = (records: readonly MetricRecord[], family: FamilyId) => records.filter((each) => each.family === family);

/** Losses and gradient norms of the training behind some evaluations, every tenth step; the same at each call. */
function training(evaluations: readonly MetricRecord[]): MetricRecord[] {
  return FAMILIES.flatMap((family) => {
    const own = of(evaluations, family);
    const last = own.at(-1)?.step ?? 0;
    const steps = Array.from({ length: Math.floor(last / 10) }, (_, i) => 10 * (i + 1));
    return steps.flatMap((step) => {
      const scatter = Math.sin(7.3 * step) * 0.06;
      const fit = family === 'ar' ? 0.9 + 2.6 * Math.exp(-step / 130) : 2.1 + 1.6 * Math.exp(-step / 170);
      const norm = (family === 'ar' ? 0.6 + step / 200 : 0.7) + 2 * Math.exp(-step / 40);
      const { windows: _, ...place } = evaluation(family, step, fit + scatter);
      const trained = { ...place, se: null, split: 'train' } as const;
      return [trained, { ...trained, metric: 'gradNorm', value: norm + 2 * scatter } as const];
    });
  });
}

function samples(evaluations: readonly MetricRecord[]): SampleRecord[] {
  return FAMILIES.flatMap((family) =>
    [1, 100, 200, 400, 600, 800, 1000]
      .filter((step) => step <= (of(evaluations, family).at(-1)?.step ?? 0))
      .map((step) => {
        const learnt = Math.min(1, step / 200);
        const text = [...TEXTS[family]]
          .map((c, i) => ((i * 37) % 100 < 100 * learnt ? c : 'etaoin shr'[i % 10]))
          .join('');
        return {
          family,
          step,
          text,
          forwards: family === 'ar' ? text.length : 32,
          entropy: 2.6,
          order: [...text].map((_, i) => (family === 'ar' ? i : (i * 13) % 32)),
          confidence: [...text].map((_, i) => 0.3 + 0.7 * Math.abs(Math.sin(i * learnt))),
        };
      }),
  );
}

/** All that such a race has measured and written by a step. */
export function contentUntil(step: number, curves = crossing()): RaceContent {
  const evaluations = until(curves, step);
  return { records: [...training(evaluations), ...evaluations], samples: samples(evaluations), events: [], plan };
}

/** What the lab says of the race from its beginning to a step; it is then running. */
export function raceUntil(step: number, curves = crossing(), steps = 1000): LabEvent[] {
  const { records, samples } = contentUntil(step, curves);
  const told = until(curves, step);
  const crossings = findCrossings(of(told, 'ar'), of(told, 'diffusion'));
  const own: RaceSpec = { ...spec, train: { ...spec.train, steps } };
  return [
    { type: 'state', state: 'preparing' },
    { type: 'state', state: 'compiling', detail: 'compiling kernels, model 2 of 2' },
    { type: 'plan', id: RACE.id, spec: own, plan },
    { type: 'raceKept', id: RACE.id },
    { type: 'state', state: 'running' },
    { type: 'records', records },
    ...samples.map((sample) => ({ type: 'sample', sample }) as const),
    ...FAMILIES.map((family) => [family, of(told, family).at(-1)?.step ?? 0] as const)
      .filter(([, last]) => last < step)
      .map(([family, last]) => ({ type: 'familyEnded', family, step: last, why: 'patience' }) as const),
    ...Object.values(crossings).map(
      (crossing) => ({ type: 'crossing', crossing, words: describeCrossing(crossing, 'so far') }) as const,
    ),
    {
      type: 'progress',
      steps: Object.fromEntries(FAMILIES.map((family) => [family, of(told, family).at(-1)?.step ?? 0])),
      total: steps,
      stepsPerSecond: 31,
      etaSeconds: (steps - step) / 31,
    },
  ];
}

/** The end of the race as told so far. */
export function raceEnds(curves = crossing()): LabEvent[] {
  return [
    { type: 'summary', summary: raceReport(curves).summary },
    { type: 'state', state: 'finished' },
  ];
}

/** The race as a shelf lists it. */
export function keptRace(other: Partial<KeptRace> = {}): KeptRace {
  return {
    id: RACE.id,
    name: 'Moby Dick, 5,000 tokens, seed 1',
    spec,
    begun: '2026-01-31T10:00:00.000Z',
    changed: '2026-01-31T10:05:00.000Z',
    state: 'finished',
    steps: { ar: 340, diffusion: 1000 },
    checkpoints: { ar: 340, diffusion: 1000 },
    executor,
    summary,
    origin: 'here',
    bytes: 3_400_000,
    ...other,
  };
}
