import { findAccuracyCrossings, mainAccuracies, type TaskWay } from '../analysis/accuracy.ts';
import { evaluationsOf } from '../analysis/compare.ts';
import type { Crossing } from '../analysis/crossing.ts';
import { formatLoss } from '../analysis/format.ts';
import { told } from '../analysis/language.ts';
import type { MetricRecord } from '../analysis/record.ts';
import { FAMILIES, FAMILY_NAMES, type FamilyId } from '../spec/schema.ts';
import type { Diamond } from './crossings.ts';
import { acrossSeeds, type Curve, dotsOf, type FigureAxis } from './curves.ts';
import { axes, clipped, type Frame, formatOn, frameOf, type Reference, referenceRule } from './frame.ts';
import type { Panel } from './grid.ts';
import { spread } from './labels.ts';
import { diamondAt, drawCurve, placeOf } from './marks.ts';
import { group, type Markup, markup } from './markup.ts';
import type { Palette } from './palette.ts';
import { lossDomain } from './scale.ts';
import { textWidth, wrapText } from './text.ts';

type Crossings = readonly Crossing[];

/** The validation losses of one race; `trueLoss` is the entropy of the language in nats per token, where it is known. */
export function lossPanel(
  records: readonly MetricRecord[],
  crossings: Crossings,
  axis: FigureAxis,
  trueLoss?: number,
): Panel {
  const reference =
    trueLoss === undefined
      ? null
      : { value: trueLoss, label: told('entropy of the language {0}', formatLoss(trueLoss)) };
  const of = (family: FamilyId) => evaluationsOf(records.filter((record) => record.family === family));
  return panelOf('loss', axis, of, crossings, reference);
}

/** The accuracies of one race on a task. */
export function accuracyPanel(records: readonly MetricRecord[], task: string, way: TaskWay, axis: FigureAxis): Panel {
  const of = (family: FamilyId) =>
    mainAccuracies(
      records.filter((record) => record.family === family),
      task,
      way,
    ).sort((a, b) => a.step - b.step);
  const { live, strict } = findAccuracyCrossings(of('ar'), of('diffusion'), task, way);
  const chance = FAMILIES.flatMap(of)[0]?.asked?.chance ?? 0;
  return panelOf('accuracy', axis, of, [live, strict], { value: chance, label: told('guessing') });
}

function panelOf(
  metric: 'loss' | 'accuracy',
  axis: FigureAxis,
  of: (family: FamilyId) => readonly MetricRecord[],
  crossings: Crossings,
  reference: Reference | null,
): Panel {
  const curves = FAMILIES.flatMap((family): Curve[] => {
    const dots = dotsOf(
      of(family).filter(({ value }) => Number.isFinite(value)),
      axis,
    );
    if (dots.length === 0) return [];
    const seeds = [{ seed: 0, dots }];
    return [{ family, label: '', rank: 0, of: 1, seeds, across: acrossSeeds(seeds, metric), inFull: true }];
  });
  const dots = curves.flatMap(({ seeds }) => seeds.flatMap((seed) => seed.dots));
  const values = [...dots.map(({ y }) => y), ...(reference ? [reference.value] : [])];
  return {
    row: '',
    column: 0,
    metric,
    curves,
    diamonds: crossings.flatMap((crossing) => diamondOf(crossing, axis)),
    notes: crossings.map(({ kind, status, at }) => ({
      kind,
      at: status === 'confirmed' && at ? at[axis] : null,
      confirmed: Number(status === 'confirmed'),
      seeds: 1,
    })),
    reference,
    xEnd: dots.reduce((end, { x }) => Math.max(end, x), 0) || 1,
    yDomain: metric === 'loss' ? lossDomain(values) : [0, 1],
  };
}

function diamondOf({ kind, status, at, value }: Crossing, axis: FigureAxis): Diamond[] {
  return at && value && status !== 'none' ? [{ kind, status, seed: null, x: at[axis], y: value.diffusion }] : [];
}

export interface RaceOptions {
  width: number;
  height: number;
  axis: FigureAxis;
  palette: Palette;
  /** Unique within a document. */
  id: string;
  /** What the loss of each family is, in words. */
  bounds: Readonly<Record<FamilyId, string>>;
}

const SIZE = 12;
const NAME_SIZE = 13;
const NOTE_SIZE = 11;
const NOTE_LINE = 13;
/** Room for the names at the line ends, and above for the crossings in words. */
const SIDE = 128;
const HEAD = 78;

/**
 * A race as a large figure of width × height: what a panel has, and beside each line what its loss is, above each crossing
 * what it is and where.
 */
export function drawRace(panel: Panel, { width, height, axis, palette, id, bounds }: RaceOptions): Markup {
  const edges = { left: 46, right: width - SIDE, top: HEAD, bottom: height - 40 };
  const frame = frameOf(edges, panel, { palette, size: SIZE });
  const heading = { x: 12, y: 13, fill: palette.soft, 'font-size': SIZE };
  return group({}, [
    markup('text', heading, told('validation loss, nats per token')),
    ...axes(frame, axis, { titled: true, filled: panel.curves.length > 0 }),
    ...referenceRule(panel.reference, frame, true),
    ...clipped(
      frame,
      id,
      panel.curves.map((curve) => drawCurve(curve, frame)),
    ),
    ...panel.diamonds.map((diamond, row) => crossingInWords(diamond, row, axis, frame)),
    ...names(panel.curves, bounds, frame),
  ]);
}

/** A crossing with a line up to its words, which stand above the frame. */
function crossingInWords(diamond: Diamond, row: number, axis: FigureAxis, frame: Frame): Markup {
  const { left, right, top, bottom, palette, size } = frame;
  const { kind, status, x: place } = diamond;
  const [x, y] = placeOf(diamond, frame);
  const height = top - 26 + 15 * row;
  const anchor = x > (left + right) / 2 ? 'end' : 'start';
  const doubt = status === 'confirmed' ? '' : ` (${told(status)})`;
  const where = told(`${axis} {0}`, formatOn(axis, place));
  const words = `${kind === 'live' ? '◆' : '◇'} ${told(`${kind} crossing`)}${doubt}, ${where}`;
  const lead = { x1: x, x2: x, y1: height + 4, y2: bottom, stroke: palette.soft, 'stroke-dasharray': '2 3' };
  const label = { x: x + (anchor === 'end' ? 4 : -4), y: height, 'text-anchor': anchor };
  return group({}, [
    markup('line', lead),
    diamondAt(kind, [x, y], palette, status === 'confirmed'),
    markup('text', { ...label, fill: palette.soft, 'font-size': size }, words),
  ]);
}

/** The name of each line where it ends, or where it leaves through the top, with what its value is. */
function names(curves: readonly Curve[], bounds: RaceOptions['bounds'], frame: Frame): Markup[] {
  const { top, bottom, right, x, y, palette } = frame;
  const ends = curves.map(({ family, across }) => {
    const last = across[across.length - 1];
    const leaves = y(last.median) < top;
    const note = leaves
      ? told('{0}; ends at {1} ↑', told(bounds[family]), formatLoss(last.median))
      : told(bounds[family]);
    const lines = wrapText(note, NOTE_SIZE, SIDE - 8);
    const leaving = across.findLast((point, i) => i > 0 && y(point.median) >= top);
    const widest = Math.max(...lines.map((line) => textWidth(line, NOTE_SIZE)));
    const at = Math.min(right, x((leaves && leaving ? leaving : last).x)) + 8;
    return { family, lines, at, until: at + widest, place: y(last.median) };
  });
  const height = Math.max(...ends.map(({ lines }) => 20 + NOTE_LINE * lines.length));
  const apart = ends.length < 2 || ends[0].until < ends[1].at || ends[1].until < ends[0].at;
  const places = spread(
    ends.map(({ place }) => place),
    apart ? 0 : height,
    [top + 6, bottom - 18],
  );
  return ends.map(({ family, lines, at }, i) =>
    group({ fill: palette[family] }, [
      markup('text', { x: at, y: places[i] + 4, 'font-size': NAME_SIZE, 'font-weight': 600 }, FAMILY_NAMES[family]),
      ...lines.map((line, row) =>
        markup('text', { x: at, y: places[i] + 18 + NOTE_LINE * row, 'font-size': NOTE_SIZE }, line),
      ),
    ]),
  );
}
