import { AXES, type Axis, type MetricRecord } from '../analysis/record.ts';
import type { SampleRecord } from '../lab/protocol.ts';
import { FAMILIES, type FamilyId } from '../spec/schema.ts';
import { Column, Envelope } from './columns.ts';

/**
 * All that a race has measured so far, in typed columns outside React. The store only knows a version number;
 * whoever draws reads from here.
 */

type Split = MetricRecord['split'];
type Metric = MetricRecord['metric'];

/** One metric of one family on one split; of what was asked, under one scoring. `se` is NaN where there is none. */
export class Track {
  readonly axes: Record<Axis, Column>;
  readonly value = new Column();
  readonly se = new Column();
  /** The values in so few stretches that drawing them costs the same however long the race is. */
  readonly envelope = new Envelope();
  bound: MetricRecord['bound'] = 'exact';

  constructor(
    readonly family: FamilyId,
    readonly split: Split,
    readonly metric: Metric,
    readonly asked?: MetricRecord['asked'],
  ) {
    this.axes = Object.fromEntries(AXES.map((axis) => [axis, new Column()])) as Record<Axis, Column>;
  }

  get length(): number {
    return this.value.length;
  }

  push(record: MetricRecord): void {
    this.axes.step.push(record.step);
    this.axes.tokens.push(record.tokens);
    this.axes.epoch.push(record.epoch);
    this.axes.flops.push(record.flops);
    this.axes.seconds.push(record.seconds);
    this.value.push(record.value);
    this.se.push(record.se ?? Number.NaN);
    this.envelope.push(record.value);
    this.bound = record.bound;
  }

  /** The record that was pushed at `index`, but for the losses of single windows. */
  record(index: number): MetricRecord {
    const { family, split, metric, asked, bound } = this;
    const se = this.se.at(index);
    return {
      step: this.axes.step.at(index),
      tokens: this.axes.tokens.at(index),
      epoch: this.axes.epoch.at(index),
      flops: this.axes.flops.at(index),
      seconds: this.axes.seconds.at(index),
      family,
      split,
      metric,
      value: this.value.at(index),
      bound,
      se: Number.isNaN(se) ? null : se,
      ...(asked && { asked }),
    };
  }
}

/** An evaluation that both families made at the same step, or one of them where the other has ended. */
export interface EvaluationRow {
  step: number;
  epoch: number;
  values: Partial<Record<FamilyId, { value: number; se: number | null }>>;
}

export class RaceLog {
  readonly #tracks = new Map<string, Track>();
  readonly samples: Record<FamilyId, SampleRecord[]> = { ar: [], diffusion: [] };
  /** Every accuracy that was measured on questions, and every ΔNLL. */
  readonly accuracies: MetricRecord[] = [];
  readonly deltas: MetricRecord[] = [];
  /** Validation losses with those of their windows: what crossings are found from. */
  readonly validation: Record<FamilyId, MetricRecord[]> = { ar: [], diffusion: [] };

  append(records: readonly MetricRecord[]): void {
    for (const record of records) {
      this.#open(record).push(record);
      if (record.split === 'validation' && record.metric === 'loss') this.validation[record.family].push(record);
      if (record.split !== 'questions') continue;
      if (record.metric === 'accuracy') this.accuracies.push(record);
      if (record.metric === 'deltaNll') this.deltas.push(record);
    }
  }

  appendSample(sample: SampleRecord): void {
    this.samples[sample.family].push(sample);
  }

  track(family: FamilyId, split: Split, metric: Metric = 'loss'): Track | undefined {
    return this.#tracks.get(`${family}/${split}/${metric}`);
  }

  /** The step of the last evaluation; 0 before the first. */
  get lastEvaluated(): number {
    return Math.max(...FAMILIES.map((family) => this.validation[family].at(-1)?.step ?? 0));
  }

  /** Validation losses by step, newest first. */
  evaluations(): EvaluationRow[] {
    const rows = new Map<number, EvaluationRow>();
    for (const family of FAMILIES) {
      const series = this.track(family, 'validation');
      for (let index = 0; index < (series?.length ?? 0); index++) {
        const step = series!.axes.step.at(index);
        const row = rows.get(step) ?? { step, epoch: series!.axes.epoch.at(index), values: {} };
        const se = series!.se.at(index);
        row.values[family] = { value: series!.value.at(index), se: Number.isNaN(se) ? null : se };
        rows.set(step, row);
      }
    }
    return [...rows.values()].sort((a, b) => b.step - a.step);
  }

  /** Every record as it was measured, but for the losses of single windows: nothing smoothed, nothing left out. */
  *records(): Generator<MetricRecord> {
    for (const track of this.#tracks.values()) {
      for (let index = 0; index < track.length; index++) yield track.record(index);
    }
  }

  toCsv(): string {
    const lines = ['step,tokens,epoch,flops,seconds,split,family,metric,value,bound,se,task,category,scoring'];
    for (const {
      step,
      tokens,
      epoch,
      flops,
      seconds,
      split,
      family,
      metric,
      value,
      bound,
      se,
      asked,
    } of this.records()) {
      const about = [asked?.task ?? '', asked?.category ?? '', asked?.scoring ?? ''];
      const place = [step, tokens, epoch, flops, seconds];
      lines.push([...place, split, family, metric, value, bound, se ?? '', ...about].join(','));
    }
    return `${lines.join('\n')}\n`;
  }

  /** As `metrics.jsonl` holds them: a value that is not finite stands by its name. */
  toJsonLines(): string {
    const named = (_: string, value: unknown) =>
      typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;
    return [...this.records()].map((record) => `${JSON.stringify(record, named)}\n`).join('');
  }

  clear(): void {
    this.#tracks.clear();
    this.accuracies.length = 0;
    this.deltas.length = 0;
    for (const family of FAMILIES) {
      this.samples[family] = [];
      this.validation[family] = [];
    }
  }

  #open({ family, split, metric, asked }: MetricRecord): Track {
    const parts = asked ? [asked.task, asked.scoring, asked.category ?? ''] : [];
    const key = [family, split, metric, ...parts].join('/');
    let series = this.#tracks.get(key);
    if (!series) {
      series = new Track(family, split, metric, asked);
      this.#tracks.set(key, series);
    }
    return series;
  }
}
