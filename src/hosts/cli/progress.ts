import { evaluationsOf } from '../../analysis/compare.ts';
import type { Crossing, CrossingKind } from '../../analysis/crossing.ts';
import {
  formatBytes,
  formatCount,
  formatDuration,
  formatLoss,
  formatNumber,
  formatParameters,
  formatRate,
} from '../../analysis/format.ts';
import type { MetricRecord } from '../../analysis/record.ts';
import type { LabEvent, MemoryUse } from '../../lab/protocol.ts';
import { denseLike, isRouted } from '../../spec/experts.ts';
import { FAMILIES, FAMILY_NAMES, type FamilyId, type RaceSpec } from '../../spec/schema.ts';
import { isTask } from '../../spec/tasks.ts';
import { terminalPlot } from './plot.ts';
import { hasUnicode, LiveRegion, type Style, styleFor, type Terminal } from './terminal.ts';

type Progress = Extract<LabEvent, { type: 'progress' }>;

/** How often the place is redrawn on a terminal, and a line is written elsewhere. */
const REDRAW_MS = 250;
const LINE_MS = 5000;
const PLOT_HEIGHT = 14;
const MAX_WIDTH = 100;

/**
 * A race as it goes, on stderr: rewritten in place on a terminal (with a plot where there is room), a line every few
 * seconds elsewhere. Crossings, notes and the device are lines that stay.
 */
export class ProgressView {
  readonly #terminal: Terminal;
  readonly #now: () => number;
  readonly #style: Style;
  readonly #region: LiveRegion;
  readonly #inPlace: boolean;
  readonly #series: Record<FamilyId, MetricRecord[]> = { ar: [], diffusion: [] };
  readonly #crossings = new Map<CrossingKind, Crossing>();
  #progress: Progress | undefined;
  /** Bytes that the race was planned to take. */
  #planned: number | undefined;
  /** Whether a family may end before its budget, by patience. */
  #sooner = false;
  #doing = 'preparing the data';
  #last = Number.NEGATIVE_INFINITY;

  constructor(terminal: Terminal, now: () => number) {
    const { stderr, env } = terminal;
    this.#terminal = terminal;
    this.#now = now;
    this.#style = styleFor(stderr, env);
    this.#region = new LiveRegion(stderr);
    this.#inPlace = stderr.isTTY === true && env.TERM !== 'dumb';
  }

  hear(event: LabEvent): void {
    switch (event.type) {
      case 'device': {
        const { adapter, why } = event.executor;
        this.print(`${this.#style('bold', adapter)} – ${why}`);
        break;
      }
      case 'plan': {
        const { vocabulary, dataset, bytes } = event.plan;
        this.#planned = bytes;
        this.#sooner = event.spec.train.patience > 0;
        this.print(
          `${dataset.corpus.title}, ${formatNumber(dataset.uniqueTokens)} unique tokens; two models of ` +
            `${formatParameters(event.plan)}; ${formatNumber(vocabulary - 1)} ${isTask(dataset.corpus.id) ? 'symbols' : 'characters'}`,
        );
        for (const line of matchedWords(event.spec.model)) this.print(line);
        for (const warning of dataWarnings(event.plan.dataset)) this.print(warning);
        break;
      }
      case 'deviceReport':
        this.print(memoryWords(event.memory, this.#planned));
        break;
      case 'state':
        this.#doing = event.state === 'preparing' ? 'preparing the data' : (event.detail ?? '');
        if (this.#doing || this.#inPlace) this.#show(true);
        break;
      case 'progress':
        this.#progress = event;
        this.#show(false);
        break;
      case 'records':
        this.#take(event.records);
        break;
      case 'crossing': {
        const known = this.#crossings.get(event.crossing.kind)?.status ?? 'none';
        this.#crossings.set(event.crossing.kind, event.crossing);
        if (event.crossing.status !== known) this.print(this.#style('bold', `${event.words}.`));
        break;
      }
      case 'note':
        this.print(event.text);
        break;
    }
  }

  /** A line that stays. */
  print(line: string): void {
    this.#region.print(line);
  }

  /** Draws the end state, where it then stays. */
  end(): void {
    this.#show(true);
    this.#region.release();
  }

  #take(records: readonly MetricRecord[]): void {
    for (const family of FAMILIES) {
      const fresh = evaluationsOf(records.filter((record) => record.family === family));
      if (fresh.length > 0) this.#series[family] = evaluationsOf([...this.#series[family], ...fresh]);
    }
  }

  #show(now: boolean): void {
    const time = this.#now();
    if (!now && time - this.#last < (this.#inPlace ? REDRAW_MS : LINE_MS)) return;
    this.#last = time;
    if (this.#inPlace) this.#region.draw([...this.#plot(), ...this.#status()]);
    else if (this.#status().length > 0) this.#region.print(this.#status().join(' · '));
  }

  #plot(): string[] {
    const { stderr, env } = this.#terminal;
    const width = Math.min(MAX_WIDTH, (stderr.columns ?? 80) - 1);
    if (width < 60 || (stderr.rows ?? 24) < PLOT_HEIGHT + 6) return [];
    if (this.#series.ar.length + this.#series.diffusion.length < 4) return [];
    const options = { width, height: PLOT_HEIGHT, style: this.#style, unicode: hasUnicode(env) };
    return terminalPlot(this.#series, [...this.#crossings.values()], options);
  }

  #status(): string[] {
    if (!this.#progress) return this.#doing ? [`${this.#doing} …`] : [];
    const { steps, total, stepsPerSecond, etaSeconds } = this.#progress;
    const losses = FAMILIES.map((family) => lossWords(family, this.#series[family])).filter(Boolean);
    const step = Math.min(...Object.values(steps));
    const furthest = Math.max(...Object.values(steps));
    const counts =
      step === furthest || furthest - step < 2
        ? formatNumber(furthest)
        : FAMILIES.map((family) => `${FAMILY_NAMES[family]} ${formatNumber(steps[family] ?? 0)}`).join(', ');
    const pace = [
      `step ${counts} of ${formatNumber(total)}`,
      `${formatRate(stepsPerSecond)} steps/s`,
      etaSeconds === null ? '' : `${this.#sooner ? 'at most' : 'about'} ${formatDuration(etaSeconds)} left`,
    ];
    const width = (this.#terminal.stderr.columns ?? 80) - 1;
    const lines = [losses.join(' · '), pace.filter(Boolean).join(' · ')].filter(Boolean);
    return this.#inPlace ? lines.map((line) => [...line].slice(0, width).join('')) : lines;
  }
}

/** What the race takes up, and what it was to take up. */
function memoryWords({ used, held }: MemoryUse, planned: number | undefined): string {
  const ofPlan = planned === undefined ? '' : ` of ${formatBytes(planned)} planned`;
  const ofSystem = held === undefined ? '' : `; WebAssembly holds ${formatBytes(held)}`;
  return `Device memory: ${formatBytes(used)} in use${ofPlan}${ofSystem}`;
}

function lossWords(family: FamilyId, evaluations: readonly MetricRecord[]): string {
  const last = evaluations.at(-1);
  if (!last) return '';
  const best = evaluations.reduce((least, each) => (each.value < least.value ? each : least));
  const bound = last.bound === 'upper' ? '≤ ' : '';
  return `${FAMILY_NAMES[family]} ${bound}${formatLoss(last.value)} (best ${formatLoss(best.value)} @ ${formatCount(best.step)})`;
}

/** Which dense models a mixture of experts is to be held against. */
function matchedWords(model: RaceSpec['model']): string[] {
  if (!isRouted(model)) return [];
  const [flops, parameters] = (['flops', 'parameters'] as const).map(
    (matched) => denseLike(model, matched).feedForward,
  );
  return [
    `Dense models to compare with (model.experts=0): model.feedForward=${flops} has equal FLOPs, model.feedForward=${parameters} as many parameters`,
  ];
}

/** What a reader of the numbers has to know about the data, said before the race rather than after it. */
function dataWarnings({ validation, test }: Extract<LabEvent, { type: 'plan' }>['plan']['dataset']): string[] {
  return Object.entries({ validation, test }).flatMap(([split, { windows, nearDuplicates, unknown }]) => {
    const strangers = Object.values(unknown).reduce((n, count) => n + count, 0);
    return [
      ...(nearDuplicates > 0
        ? [
            `${formatNumber(nearDuplicates)} of ${formatNumber(windows)} ${split} windows nearly repeat a training window`,
          ]
        : []),
      ...(strangers > 0
        ? [`${formatNumber(strangers)} characters of the ${split} text are unknown to the training text and left out`]
        : []),
    ];
  });
}
