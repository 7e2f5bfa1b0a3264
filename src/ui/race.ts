import { AXES, type Axis, type MetricRecord } from '../analysis/record.ts';
import type { SampleRecord } from '../lab/protocol.ts';
import { FAMILIES, type FamilyId } from '../spec/schema.ts';

/**
 * All that a race has measured so far, in typed columns outside React. The store only knows a version number;
 * whoever draws reads from here.
 */

const FIRST_CAPACITY = 256;

/** A growing column of numbers. */
export class Column {
  #data = new Float64Array(FIRST_CAPACITY);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(value: number): void {
    if (this.#length === this.#data.length) {
      const larger = new Float64Array(this.#data.length * 2);
      larger.set(this.#data);
      this.#data = larger;
    }
    this.#data[this.#length++] = value;
  }

  at(index: number): number {
    return this.#data[index];
  }

  /** A view, not a copy: valid until the next push. */
  values(): Float64Array {
    return this.#data.subarray(0, this.#length);
  }
}

type Split = MetricRecord['split'];
type Metric = MetricRecord['metric'];

/** One metric of one family on one split; of what was asked, under one scoring. `se` is NaN where there is none. */
export class Track {
  readonly axes: Record<Axis, Column>;
  readonly value = new Column();
  readonly se = new Column();
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
    this.bound = record.bound;
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
  /** Every accuracy that was measured on questions. */
  readonly accuracies: MetricRecord[] = [];

  append(records: readonly MetricRecord[]): void {
    for (const record of records) {
      this.#open(record).push(record);
      if (record.split === 'questions' && record.metric === 'accuracy') this.accuracies.push(record);
    }
  }

  appendSample(sample: SampleRecord): void {
    this.samples[sample.family].push(sample);
  }

  track(family: FamilyId, split: Split, metric: Metric = 'loss'): Track | undefined {
    return this.#tracks.get(`${family}/${split}/${metric}`);
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

  /** Every record as it was measured: nothing smoothed, nothing left out. */
  toCsv(): string {
    const lines = ['step,tokens,epoch,flops,seconds,split,family,metric,value,bound,se,task,category,scoring'];
    for (const series of this.#tracks.values()) {
      const { axes, value, se } = series;
      for (let index = 0; index < series.length; index++) {
        const se_ = se.at(index);
        lines.push(
          [
            axes.step.at(index),
            axes.tokens.at(index),
            axes.epoch.at(index),
            axes.flops.at(index),
            axes.seconds.at(index),
            series.split,
            series.family,
            series.metric,
            value.at(index),
            series.bound,
            Number.isNaN(se_) ? '' : se_,
            series.asked?.task ?? '',
            series.asked?.category ?? '',
            series.asked?.scoring ?? '',
          ].join(','),
        );
      }
    }
    return `${lines.join('\n')}\n`;
  }

  clear(): void {
    this.#tracks.clear();
    this.accuracies.length = 0;
    for (const family of FAMILIES) this.samples[family] = [];
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
