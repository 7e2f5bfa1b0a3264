import type { TaskWay } from '../../analysis/accuracy.ts';
import { evaluationsOf, improvementsOf } from '../../analysis/compare.ts';
import type { Crossing } from '../../analysis/crossing.ts';
import { formatLoss } from '../../analysis/format.ts';
import type { MetricRecord } from '../../analysis/record.ts';
import type { FigureAxis } from '../../figure/curves.ts';
import { AXIS_TITLES } from '../../figure/frame.ts';
import { type Size, svgFile, svgOf, toText } from '../../figure/markup.ts';
import { type Palette, PRINT } from '../../figure/palette.ts';
import { drawPanel } from '../../figure/panel.ts';
import { accuracyPanel, drawRace, lossPanel, type RaceOptions } from '../../figure/race.ts';
import { FAMILIES, FAMILY_NAMES } from '../../spec/schema.ts';

export interface FigureData extends Pick<RaceOptions, 'axis' | 'bounds'> {
  records: readonly MetricRecord[];
  crossings: readonly Crossing[];
  /** The entropy of the language in nats per token, where it is known. */
  trueLoss?: number;
}

/** The colours of the report, light or dark. */
const REPORT: Palette = {
  paper: 'var(--paper)',
  ink: 'var(--ink)',
  soft: 'var(--soft)',
  grid: 'var(--rule)',
  rule: 'var(--soft)',
  ar: 'var(--ar)',
  diffusion: 'var(--diffusion)',
};

const LARGE = { width: 760, height: 430 } as const;
const SMALL = { width: 370, height: 240 } as const;

/**
 * Validation loss of both families against an axis, as the large figure of the report: raw evaluations joined by straight
 * lines, with one standard error around them, the best so far dotted, the live crossing ◆ and the strict one ◇. A pure
 * function of the records.
 */
export function raceSvg(data: FigureData): string {
  return inReport(LARGE, aboutRace(data), raceDrawing(data, REPORT));
}

/** The same as a file of its own, for print. */
export function raceFile(data: FigureData): string {
  return svgFile(LARGE, PRINT.paper, { 'aria-label': aboutRace(data) }, [raceDrawing(data, PRINT)]);
}

function raceDrawing(data: FigureData, palette: Palette) {
  const { axis, bounds } = data;
  return drawRace(panelOf(data), { ...LARGE, axis, palette, id: 'race', bounds });
}

/** A small panel of the losses against another axis. */
export function lossSvg(data: FigureData): string {
  return inReport(SMALL, aboutRace(data), smallPanel(panelOf(data), data.axis, data.axis));
}

/** Accuracy of both families on a task against epochs, as a small panel. */
export function accuracySvg(records: readonly MetricRecord[], task: string, way: TaskWay): string {
  const panel = accuracyPanel(records, task, way, 'epoch');
  const ends = panel.curves.map(({ family, across }) => `${FAMILY_NAMES[family]} ${across.at(-1)?.median.toFixed(3)}`);
  const about = `Accuracy of both models on ${task} against epochs. At the end: ${ends.join(', ')}.`;
  return inReport(SMALL, about, smallPanel(panel, 'epoch', `${task}-${way}`));
}

function smallPanel(panel: ReturnType<typeof lossPanel>, axis: FigureAxis, id: string) {
  return drawPanel(panel, { ...SMALL, axis, palette: REPORT, id, titled: true, labelled: true });
}

function panelOf({ records, crossings, axis, trueLoss }: FigureData) {
  return lossPanel(records, crossings, axis, trueLoss);
}

function inReport(size: Size, about: string, drawing: Parameters<typeof svgOf>[2][number]): string {
  return toText(svgOf(size, { class: 'figure', 'aria-label': about }, [drawing]));
}

/** The figure in words, for those who cannot see it. */
function aboutRace({ records, crossings, axis }: FigureData): string {
  const bests = FAMILIES.flatMap((family) => {
    const best = improvementsOf(evaluationsOf(records.filter((record) => record.family === family))).at(-1);
    return best ? [`${FAMILY_NAMES[family]}: best ${formatLoss(best.value)} at epoch ${best.epoch.toFixed(1)}`] : [];
  });
  const marks = crossings.flatMap(({ kind, at }) => (at ? [`${kind} crossing at epoch ${at.epoch.toFixed(1)}`] : []));
  return `Validation loss of both models against ${AXIS_TITLES[axis]}. ${[...bests, ...marks].join('; ')}.`;
}
