import type { MetricRecord } from '../analysis/record.ts';
import type { DatasetReport } from '../data/dataset.ts';
import type { Cell, CellResult } from '../experiments/cell.ts';
import type { FamilyId, RunSpec } from '../spec/schema.ts';
import type { ExecutorInfo, FamilySummary, RacePlan, SampleRecord } from './protocol.ts';

/**
 * Everything needed to go on bit for bit: the arenas of the optimizer and the weights, and where the run was.
 * Keys of `arenas`: params, m, v, ema, best (the EMA weights at the best evaluation).
 */
export interface Checkpoint {
  step: number;
  /** Training seconds so far. */
  seconds: number;
  arenas: Record<'params' | 'm' | 'v' | 'ema' | 'best', Float32Array>;
  /** Kernel variants the run began with; a resume uses the same. */
  variants: Record<string, string>;
}

/** What a run folder records beside the spec. */
export interface RunAbout {
  /** The vocabulary, without the extra token. */
  symbols: readonly string[];
  executor: ExecutorInfo;
  dataset: DatasetReport;
}

/** What the lab needs of a place to keep runs; a host provides it (files, IndexedDB, memory). */
export interface RunStore {
  /** Begins a run, or opens it for resuming: returns its last checkpoint and records when there are any. */
  open(runId: string, spec: RunSpec, about: RunAbout): Promise<StoredRun>;
  /** What a race of both families costs, when both are open and compiled. */
  planned?(plan: RacePlan): Promise<void>;
}

export interface StoredRun {
  /** Where the run is kept, in words; absent when nothing outlives the lab. */
  readonly place?: string;
  /** Where a begun run stands. Its records end at the checkpoint, without test and samples: these are measured again. */
  resumed?: { checkpoint: Checkpoint; records: MetricRecord[] };
  appendRecords(records: readonly MetricRecord[]): Promise<void>;
  appendSample(sample: SampleRecord): Promise<void>;
  appendEvent(event: { step: number; text: string }): Promise<void>;
  saveCheckpoint(checkpoint: Checkpoint): Promise<void>;
  finish(summary: FamilySummary): Promise<void>;
}

/** What a sweep needs of a place to keep its cells. */
export interface SweepStore {
  /** Ids of the cells whose results are kept: they are never run again. */
  finished(): Promise<ReadonlySet<string>>;
  /** Where the unfinished races of a cell are kept, to go on with. */
  runsOf(cell: Cell): RunStore;
  /** Keeps the result of a cell, whole or not at all, and gives up what is kept of its races. */
  save(result: CellResult): Promise<void>;
  /** Gives up what is kept of the race of a family, which is then begun anew. */
  discard(cell: Cell, family: FamilyId): Promise<void>;
}
