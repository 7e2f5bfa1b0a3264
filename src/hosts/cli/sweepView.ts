import { formatBytes, formatDuration, formatLoss, formatNumber, formatPower } from '../../analysis/format.ts';
import type { CellResult, FamilyResult } from '../../experiments/cell.ts';
import type { SweepCost, SweepEvent } from '../../lab/protocol.ts';
import { cellWords } from '../../lab/sweepPlan.ts';
import { FAMILIES, FAMILY_NAMES, type FamilyId } from '../../spec/schema.ts';
import { LiveRegion, type Style, styleFor, type Terminal } from './terminal.ts';

type Progress = Extract<SweepEvent, { type: 'sweepProgress' }>;

/** How often the place is redrawn on a terminal, and a line is written elsewhere. */
const REDRAW_MS = 250;
const LINE_MS = 10_000;

/** A sweep as it goes, on stderr: a line for every cell that is finished, and below them what is under way. */
export class SweepView {
  readonly #terminal: Terminal;
  readonly #now: () => number;
  readonly #style: Style;
  readonly #region: LiveRegion;
  readonly #inPlace: boolean;
  #done = 0;
  #total = 0;
  #last: number;

  constructor(terminal: Terminal, now: () => number) {
    const { stderr, env } = terminal;
    this.#terminal = terminal;
    this.#now = now;
    this.#last = now();
    this.#style = styleFor(stderr, env);
    this.#region = new LiveRegion(stderr);
    this.#inPlace = stderr.isTTY === true && env.TERM !== 'dumb';
  }

  hear(event: SweepEvent): void {
    switch (event.type) {
      case 'sweepState':
        if (event.state === 'preparing') this.print('Building the data of every cell …');
        if (event.state === 'measuring') this.print('Measuring the pace of this device …');
        break;
      case 'sweepCost':
        this.#done = event.cost.done;
        this.#total = event.cost.done + event.cost.cells;
        this.print(costWords(event.cost));
        break;
      case 'sweepProgress':
        this.#show(event);
        break;
      case 'cellDone':
        this.#done++;
        this.print(`${this.#style('bold', `${this.#done}/${this.#total}`)}  ${resultWords(event.result)}`);
        break;
      case 'cellRace':
        if (event.event.type === 'note')
          this.print(this.#style('dim', `${cellWords(event.cell)}: ${event.event.text}`));
        break;
    }
  }

  /** A line that stays. */
  print(line: string): void {
    this.#region.print(line);
  }

  end(): void {
    this.#region.draw([]);
    this.#region.release();
  }

  #show({ cells, share, etaSeconds, running }: Progress): void {
    const time = this.#now();
    if (time - this.#last < (this.#inPlace ? REDRAW_MS : LINE_MS)) return;
    this.#last = time;
    const lines = [
      ...running.map(
        ({ cell, family, step, total }) =>
          `  ${cellWords(cell)}: ${FAMILY_NAMES[family]} step ${formatNumber(step)} of ${formatNumber(total)}`,
      ),
      `${cells.done} of ${cells.total} cells · ${Math.floor(100 * share)} % · ETA ${formatDuration(etaSeconds)}`,
    ];
    const width = (this.#terminal.stderr.columns ?? 80) - 1;
    if (this.#inPlace) this.#region.draw(lines.map((line) => [...line].slice(0, width).join('')));
    else this.#region.print(lines.at(-1)!);
  }
}

/** What is about to be run, and what it takes. */
export function costWords({ cells, done, trainingFlops, evaluationFlops, seconds, bytes }: SweepCost): string {
  const finished = done > 0 ? `; ${formatNumber(done)} are finished` : '';
  if (cells === 0) return `No cell is left to run${finished}.`;
  const flops = `${formatPower(trainingFlops)} FLOPs of training and ${formatPower(evaluationFlops)} of evaluation`;
  return `${formatNumber(cells)} ${cells === 1 ? 'cell' : 'cells'} to run${finished}. ${flops}: at most ${formatDuration(seconds)} here, and ${formatBytes(bytes)} a model.`;
}

/** A finished cell in a line. */
export function resultWords(result: CellResult): string {
  const families = FAMILIES.flatMap((family) => {
    const own = result.results[family];
    return own ? [familyWords(family, own)] : [];
  });
  return `${cellWords(result)}: ${families.join(', ')} (${formatDuration(result.wallSeconds)})`;
}

function familyWords(family: FamilyId, { ended, records, problem }: FamilyResult): string {
  if (ended === 'diverged') return `${FAMILY_NAMES[family]} diverged (${problem})`;
  const losses = records.filter(({ split, metric }) => split === 'validation' && metric === 'loss');
  const best = losses.reduce((least, each) => (each.value < least.value ? each : least));
  const last = losses[losses.length - 1];
  const bound = best.bound === 'upper' ? '≤ ' : '';
  return `${FAMILY_NAMES[family]} best ${bound}${formatLoss(best.value)} @ ${formatNumber(best.step)}, end ${formatLoss(last.value)}`;
}
