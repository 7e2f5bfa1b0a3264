import type { Crossing } from '../../src/analysis/crossing.ts';
import type { FamilySummary, KeptRace, RaceContent, RaceSummary } from '../../src/lab/protocol.ts';
import { DEFAULT_SPEC } from '../../src/spec/presets.ts';
import type { FamilyId } from '../../src/spec/schema.ts';
import { curve } from '../analysis/records.ts';

const executor = { kind: 'cpu', adapter: 'simd, 2 threads', software: true, why: 'asked for' } as KeptRace['executor'];

/** A finished race of the default setup, but for what is said. */
export function kept(id: string, other: Partial<KeptRace> = {}): KeptRace {
  return {
    id,
    name: `Race ${id}`,
    spec: DEFAULT_SPEC,
    begun: '2026-01-31T10:00:00.000Z',
    changed: '2026-01-31T10:05:00.000Z',
    state: 'finished',
    steps: { ar: 1000, diffusion: 1000 },
    checkpoints: {},
    executor,
    origin: 'here',
    bytes: 1000,
    ...other,
  };
}

/** A summary with these best losses, and the epochs of its confirmed crossings. */
export function summed(
  bests: Record<FamilyId, number>,
  { live, strict }: { live?: number; strict?: number } = {},
): RaceSummary {
  const family = (id: FamilyId): FamilySummary => ({
    family: id,
    bound: id === 'ar' ? 'exact' : 'upper',
    steps: 1000,
    ended: 'budget',
    best: { value: bests[id], se: 0.01, step: 100, epoch: 10, tokens: 1, flops: 1 },
    last: { value: bests[id], se: 0.01, step: 1000 },
    seconds: 1,
  });
  const crossing = (kind: Crossing['kind'], epoch: number | undefined): Crossing => ({
    kind,
    metric: 'loss',
    bound: 'upper',
    status: epoch === undefined ? 'none' : 'confirmed',
    ...(epoch !== undefined && { at: { epoch, step: 10 * epoch, tokens: 1, flops: 1, seconds: 1 } }),
    held: 3,
    needed: 3,
  });
  return {
    id: 'race',
    families: { ar: family('ar'), diffusion: family('diffusion') },
    crossings: { live: crossing('live', live), strict: crossing('strict', strict) },
    wallSeconds: 1,
    executor,
  };
}

/** What a shelf says of a browser that keeps a little. */
export const STORAGE = { used: 10, quota: 100, lasting: true, persisted: false };

/** What a race has measured that crosses: AR turns up at its third evaluation, diffusion falls. `shift`: added to all. */
export const content = (shift = 0): RaceContent => ({
  records: [
    ...curve(
      'ar',
      [4, 3, 2.5, 2.6, 2.7, 2.8, 2.9, 3].map((value) => value + shift),
    ),
    ...curve(
      'diffusion',
      [4, 3.5, 3.2, 3, 2.8, 2.6, 2.4, 2.3].map((value) => value + shift),
    ),
  ],
  samples: [],
  events: [],
});
