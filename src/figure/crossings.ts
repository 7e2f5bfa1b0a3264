import type { CrossingKind, CrossingStatus } from '../analysis/crossing.ts';
import { median } from '../core/statistics.ts';
import { crossingOf } from '../experiments/measures.ts';
import type { Contest } from '../experiments/pairing.ts';
import type { CrossingLine } from '../experiments/verdict.ts';
import { type FigureAxis, type FigureMetric, recordsOf } from './curves.ts';

/** Where diffusion passes AR, on its curve. */
export interface Diamond {
  kind: CrossingKind;
  /** Possible: seen, but not yet confirmed. */
  status: Exclude<CrossingStatus, 'none'>;
  /** Null: the median over the seeds. */
  seed: number | null;
  x: number;
  y: number;
}

/** The confirmed crossings of a panel that has one pair of curves. */
export interface CrossingNote {
  kind: CrossingKind;
  /** Median over the seeds in which it is confirmed; null where there are none. */
  at: number | null;
  confirmed: number;
  seeds: number;
}

const KINDS = ['live', 'strict'] as const;

interface About {
  metric: FigureMetric;
  axis: FigureAxis;
  /** What a verdict on the whole results says: thinned ones may confirm less. */
  known: readonly CrossingLine[];
  /** Whether they are noted in words: where there is one pair of curves. */
  noted: boolean;
}

/** The crossings of the pairs of a panel: of each seed, or where the verdict knows better, their median. */
export function crossingsOf(
  contests: readonly Contest[],
  { metric, axis, known, noted }: About,
): { diamonds: Diamond[]; notes: CrossingNote[] } {
  if (metric === 'deltaNll') return { diamonds: [], notes: [] };
  const groups = new Map<string, Contest[]>();
  for (const contest of contests) {
    const key = JSON.stringify(contest.cell.levels);
    groups.set(key, [...(groups.get(key) ?? []), contest]);
  }
  const found = [...groups].flatMap(([key, group]) =>
    KINDS.map((kind) => {
      const own = crossingsOfPair(group, kind, metric, axis);
      const line = known.find(
        ({ levels, which, metric: of }) => which === kind && of === metric && JSON.stringify(levels) === key,
      );
      return line && line.confirmed !== own.note.confirmed ? knownCrossing(line, group, metric, axis) : own;
    }),
  );
  const notes = found.map(({ note }) => note).filter(({ seeds }) => seeds > 0);
  return { diamonds: found.flatMap(({ diamonds }) => diamonds), notes: noted ? notes : [] };
}

interface Found {
  diamonds: Diamond[];
  note: CrossingNote;
}

/** One pair of curves in all its seeds. */
function crossingsOfPair(
  group: readonly Contest[],
  kind: CrossingKind,
  metric: 'loss' | 'accuracy',
  axis: FigureAxis,
): Found {
  const crossings = group.flatMap(({ cell: { seed }, pair: { ar, diffusion } }) => {
    if (!ar || !diffusion || recordsOf(ar, metric).length === 0) return [];
    const crossing = crossingOf(kind, metric, ar, diffusion);
    return crossing ? [{ seed, crossing }] : [];
  });
  const diamonds = crossings.flatMap(({ seed, crossing: { status, at, value } }): Diamond[] =>
    at && value && (status === 'confirmed' || status === 'possible')
      ? [{ kind, status, seed, x: at[axis], y: value.diffusion }]
      : [],
  );
  const places = diamonds.flatMap(({ status, x }) => (status === 'confirmed' ? [x] : []));
  const at = places.length > 0 ? median(places) : null;
  return { diamonds, note: { kind, at, confirmed: places.length, seeds: crossings.length } };
}

/** A crossing as the verdict has it: one diamond on diffusion's curve at the median over the seeds. */
function knownCrossing(line: CrossingLine, group: readonly Contest[], metric: FigureMetric, axis: FigureAxis): Found {
  const { which: kind, confirmed, seeds, step } = line;
  if (!step) return { diamonds: [], note: { kind, at: null, confirmed, seeds } };
  const { train, model } = group[0].cell.spec;
  const spread = axis === 'tokens' ? undefined : line[axis];
  const x = spread?.median ?? step.median * train.batch * model.context;
  const values = group.flatMap(({ pair: { diffusion } }) => {
    const records = diffusion ? recordsOf(diffusion, metric) : [];
    const away = (record: { step: number }) => Math.abs(record.step - step.median);
    return records.length > 0 ? [records.reduce((a, b) => (away(b) < away(a) ? b : a)).value] : [];
  });
  const diamonds: Diamond[] = [{ kind, status: 'confirmed', seed: null, x, y: median(values) }];
  return { diamonds, note: { kind, at: x, confirmed, seeds } };
}
