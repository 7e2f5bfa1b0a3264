import type { TaskWay } from '../../analysis/accuracy.ts';
import type { MetricRecord } from '../../analysis/record.ts';
import type { FigureAxis } from '../../figure/curves.ts';
import { type Size, svgOf, toText } from '../../figure/markup.ts';
import type { Palette } from '../../figure/palette.ts';
import { drawPanel } from '../../figure/panel.ts';
import { accuracyPanel, lossPanel } from '../../figure/race.ts';
import { aboutRace, type FigureData, RACE_SIZE, raceDrawing } from '../../figure/raceFile.ts';
import { FAMILY_NAMES } from '../../spec/schema.ts';

export { type FigureData, raceFile } from '../../figure/raceFile.ts';

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

const SMALL = { width: 370, height: 240 } as const;

/** The large figure of the report. */
export function raceSvg(data: FigureData): string {
  return inReport(RACE_SIZE, aboutRace(data), raceDrawing(data, REPORT));
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
