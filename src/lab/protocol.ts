import type { Crossing } from '../analysis/crossing.ts';
import type { MetricRecord } from '../analysis/record.ts';
import type { ErrorCode } from '../core/errors.ts';
import type { DatasetReport } from '../data/dataset.ts';
import type { Cell, CellResult } from '../experiments/cell.ts';
import type { SweepOptions } from '../experiments/cells.ts';
import type { Scale } from '../experiments/experiment.ts';
import type { ExecutorChoice, ExecutorInfo, ExecutorKind } from '../graph/executor.ts';
import type { NoGpu } from '../graph/noGpu.ts';
import type { MemoryUse, NodeTime, OpTime, TuningRow } from '../graph/profile.ts';
import type { FamilyId, RaceSpec } from '../spec/schema.ts';
import type { TrainerCosts } from '../train/trainer.ts';
import type { Answer, Question, Subject, Weights, WhyNoAnswer } from './asking.ts';

export type * from './asking.ts';

/** What a host (page, terminal) tells the lab. Plain data: it crosses a worker boundary as it is. */
export type Command =
  /** Opens the executor that the next race will use; without a choice, the one chosen before or `auto`. */
  | { type: 'inspect'; executor?: ExecutorChoice }
  | { type: 'start'; spec: RaceSpec; ownText?: { name: string; text: string } }
  /** Goes on with a kept race from its last checkpoints, bit for bit on the same device. */
  | { type: 'continueRace'; id: string }
  /** A new race from the last checkpoints of a kept one, under another spec (rates, steps): what came before is its own. */
  | { type: 'branchRace'; id: string; spec: RaceSpec }
  /** `by`: who asks, where that is not the page of this lab. */
  | { type: 'pause'; by?: string }
  | { type: 'resume' }
  /** While paused: one optimizer step of each family. */
  | { type: 'step' }
  /**
   * Has the next step of each family timed, node by node: a step like any other, only slower. Answered by 'profile', or
   * by 'noProfile' where no race is on or it ends before that step; while paused, when the race goes on.
   */
  | { type: 'profile' }
  /** Asks what the executor that was opened holds and has measured. Not answered before there is one. */
  | { type: 'deviceReport' }
  /** Asks what a race on a prepared text would take on this device. Answered by 'estimate', unless something else begins. */
  | { type: 'estimate'; spec: RaceSpec }
  /**
   * Asks the models of the race that is on, between two turns, or of the one that ran last: 'answer' or 'noAnswer' has the
   * same number. What is asked while a race is prepared is answered when it runs. No number of the race depends on it.
   * `weights`: the last ones without it.
   */
  | { type: 'ask'; ask: number; question: Question; weights?: Weights }
  /** Has the models of a kept race answer from now on, until a race is begun. Answered by 'lookedInto', or by an error. */
  | { type: 'lookInto'; id: string }
  /** Ends the race (or the sweep) after the step in flight; what was trained stays. */
  | { type: 'stop' }
  /** Tells what is kept of a sweep. Answered by 'sweepCells'. */
  | ({ type: 'openSweep' } & SweepChoice)
  /** Measures what is left of a sweep on this device. Answered by 'sweepCost'. */
  | ({ type: 'planSweep' } & SweepChoice)
  /** Runs what was planned last; 'pause', 'resume' and 'stop' then mean the sweep. */
  | { type: 'runSweep' }
  | TabCommand
  | ShelfCommand;

/** Of hosts that know of others of their kind on the same device. */
export type TabCommand =
  /** Shows the race that another tab trains, from its beginning; 'pause', 'resume', 'step' and 'stop' then go there. */
  { type: 'watch' };

/** What a host that keeps races is told about them. Answered by 'races', and by what is said below. */
export type ShelfCommand =
  | { type: 'listRaces' }
  /** Answered by 'raceContent'. */
  | { type: 'readRace'; id: string }
  /** Reads a race that is shipped with the page, by its path under `public/`. Answered by 'raceContent'. */
  | { type: 'readRecording'; path: string }
  | { type: 'renameRace'; id: string; name: string }
  /** Hides a race; 'restoreRace' brings it back while this page is open. */
  | { type: 'removeRace'; id: string }
  | { type: 'restoreRace'; id: string }
  /** Gives up the races that were removed, and their space. Else that is done when the page is opened the next time. */
  | { type: 'purgeRaces' }
  /** Answered by 'raceFile'. `withoutWeights`: to be looked at only. */
  | { type: 'exportRace'; id: string; withoutWeights?: boolean }
  /** Answered by 'imported', or by an error that names what is wrong with the file. */
  | { type: 'importRaces'; name: string; bytes: Uint8Array };

/** A race that a host keeps. */
export interface KeptRace {
  id: string;
  /** Given by a person; at first what it is about: "Moby Dick, 5,000 tokens, seed 1". */
  name: string;
  spec: RaceSpec;
  /** Of the text, where it is the person's own. */
  ownText?: string;
  /** ISO 8601. */
  begun: string;
  changed: string;
  /** 'unfinished': neither ended nor given up; it can go on. Diverged and failed ones can go on from their checkpoint. */
  state: 'unfinished' | 'finished' | 'stopped' | 'diverged' | 'failed';
  /** Optimizer steps that each family has behind it, and those of its last checkpoint. */
  steps: Partial<Record<FamilyId, number>>;
  checkpoints: Partial<Record<FamilyId, number>>;
  executor: ExecutorInfo;
  /** Of a race that ended by itself or was stopped. */
  summary?: RaceSummary;
  /** Of a race of one family, of which there is no summary: its best validation loss, once it has ended. */
  bests?: Partial<Record<FamilyId, number>>;
  /** 'recorded': shipped with the page. */
  origin: 'here' | 'imported' | 'recorded';
  /** The race that it branched off, and the step at which. */
  parent?: { id: string; name: string; step: number };
  bytes: number;
}

/** All that a race has measured and written. */
export interface RaceContent {
  records: MetricRecord[];
  samples: SampleRecord[];
  events: { step: number; text: string }[];
  /** Absent where the race never came to its first step, or an earlier version made it. */
  plan?: RacePlan;
}

/**
 * Bytes. `lasting`: what is kept outlives the session, else it is held in memory. `persisted`: the browser has promised not to
 * clear it by itself.
 */
export interface StorageUse {
  used: number;
  quota: number | null;
  lasting: boolean;
  persisted: boolean;
}

export type { ExecutorChoice, ExecutorInfo, ExecutorKind, MemoryUse, NodeTime, NoGpu, OpTime, TuningRow };

export type LabState = 'idle' | 'preparing' | 'compiling' | 'running' | 'paused' | 'finished' | 'stopped' | 'failed';

/** Counts and costs of the race that is about to run, known before its first step. */
export interface RacePlan {
  /** Of each model; and those that one token passes through, fewer where there are experts that it does not use. */
  parameters: number;
  activeParameters: number;
  /** Model FLOPs of one training step of each family. */
  flopsPerStep: Record<FamilyId, number>;
  /** Bytes of device memory that both families together will use. */
  bytes: number;
  dispatches: Record<FamilyId, number>;
  tokensPerStep: number;
  vocabulary: number;
  /** Kernel variants in use, by op and shape: `matmulNT [1024, 64] [192, 64]`. */
  variants: Record<string, string>;
  dataset: DatasetReport;
}

/** One training step of a family, node by node. */
export interface StepProfile {
  family: FamilyId;
  /** The step that was timed; the first is 1. */
  step: number;
  /** The longest first. */
  ops: OpTime[];
  /** Bytes that its arenas and programs take by plan. */
  bytes: number;
  /** What all steps of this session before it have cost the host, in milliseconds. */
  host: TrainerCosts;
}

export interface SampleRecord {
  family: FamilyId;
  step: number;
  text: string;
  /** Forward passes it took (NFE). */
  forwards: number;
  /** Shannon entropy of the sample's character distribution, nats. */
  entropy: number;
  /**
   * The order in which positions were filled: order[i] is the 0-based forward at which position i was revealed;
   * confidence[i] the probability that the model gave to the token it chose.
   */
  order: number[];
  confidence: number[];
}

export interface FamilySummary {
  family: FamilyId;
  bound: 'exact' | 'upper';
  steps: number;
  /** Why it ended: budget reached, patience exhausted, stopped by the user. */
  ended: 'budget' | 'patience' | 'stopped';
  best: { value: number; se: number | null; step: number; epoch: number; tokens: number; flops: number };
  last: { value: number; se: number | null; step: number };
  /** Loss on the test split of the weights that were best on validation. Absent when the race was stopped. */
  test?: { value: number; se: number | null; windows: number; draws: number };
  seconds: number;
}

export interface RaceSummary {
  id: string;
  families: Record<FamilyId, FamilySummary>;
  crossings: { live: Crossing; strict: Crossing };
  wallSeconds: number;
  executor: ExecutorInfo;
}

/** What the lab tells its host. */
export type LabEvent =
  | { type: 'device'; executor: ExecutorInfo }
  /**
   * `detail` says what is being done within the state, in words: "compiling kernels, model 1 of 2". `by`: who has paused
   * it, where that was not the page of this lab.
   */
  | { type: 'state'; state: LabState; detail?: string; by?: string }
  | { type: 'plan'; id: string; spec: RaceSpec; plan: RacePlan }
  /** At most ten times a second. */
  | {
      type: 'progress';
      /** Of those that are trained. */
      steps: Partial<Record<FamilyId, number>>;
      total: number;
      stepsPerSecond: number;
      /** At most, as far as can be foreseen: who stops by patience ends the race sooner. Null before the first step. */
      etaSeconds: number | null;
    }
  /** Training records are batched; an evaluation is posted at once. */
  | { type: 'records'; records: MetricRecord[] }
  | { type: 'sample'; sample: SampleRecord }
  | { type: 'crossing'; crossing: Crossing; words: string }
  /** A family has ended before the other: patience. */
  | { type: 'familyEnded'; family: FamilyId; step: number; why: 'budget' | 'patience' }
  /** Of the families that were still training. */
  | { type: 'profile'; steps: StepProfile[] }
  | { type: 'noProfile'; why: string }
  /** `tuning` is empty where no kernels were timed. */
  | { type: 'deviceReport'; memory: MemoryUse; tuning: TuningRow[] }
  | { type: 'answer'; ask: number; subject: Subject; answer: Answer }
  | { type: 'noAnswer'; ask: number; why: WhyNoAnswer; message: string }
  /** The models of a kept race answer now; its subject is the race by this id. `step`: of the last checkpoint. */
  | { type: 'lookedInto'; id: string; step: number }
  /** Wall seconds at most, from a few measured steps. */
  | { type: 'estimate'; spec: RaceSpec; seconds: number }
  /** A sentence for the event log. */
  | { type: 'note'; text: string }
  | {
      type: 'error';
      code: ErrorCode | 'internal';
      message: string;
      hint?: string;
      saved?: string;
      /** What one click can do about it; the first loses least. */
      offers?: Offer[];
      /** Why there is no WebGPU, where that is the trouble. */
      noGpu?: NoGpu;
    }
  /** The device was lost and opened again: the race goes on from these steps. `message` says how it was lost. */
  | { type: 'recovered'; message: string; steps: Partial<Record<FamilyId, number>> }
  | { type: 'summary'; summary: RaceSummary }
  | TabEvent
  | ShelfEvent;

/** What can be done after an error, with all that it needs. */
export type Offer =
  /** Go on with a kept race from its last checkpoints, at `step` as far as is known. */
  | { type: 'continue'; id: string; step: number }
  /** A new race from the checkpoints of a kept one, at `step`, under this spec. */
  | { type: 'branch'; id: string; step: number; spec: RaceSpec }
  /** Begin again under this spec. */
  | { type: 'start'; spec: RaceSpec }
  /** A setup that would work. */
  | { type: 'use'; spec: RaceSpec };

/** What is known of other tabs that use the same device. */
export type TabEvent = {
  type: 'elsewhere';
  /** What another tab trains now; null when none does. */
  training: 'race' | 'experiment' | null;
  /** Whether its race is what this lab tells of. */
  watching: boolean;
};

/** What a host that keeps races tells of them. */
export type ShelfEvent =
  /** The newest first. `setAside`: how many were written by another version of the schema, and are kept unread. */
  | { type: 'races'; races: KeptRace[]; setAside: number; storage: StorageUse }
  /** The race that is being trained is kept under this id. */
  | { type: 'raceKept'; id: string }
  | { type: 'raceContent'; race: KeptRace; content: RaceContent }
  | { type: 'raceFile'; id: string; name: string; bytes: Uint8Array }
  /** `already`: races that were kept before and are in the .zip; `ignored`: its files that are none of a run, which were passed over. */
  | { type: 'imported'; races: KeptRace[]; already: KeptRace[]; ignored: string[] }
  /** Nothing more of the race on is kept; it goes on all the same. */
  | { type: 'notKept'; why: 'storage-full' | 'no-storage'; message: string };

/** An experiment at one of its sizes, with a person's changes. */
export interface SweepChoice extends SweepOptions {
  experiment: string;
  scale: Scale;
}

/** What a sweep is about to cost on this device. */
export interface SweepCost {
  /** Cells that are left, and those that are finished already and are not run again. */
  cells: number;
  done: number;
  /** Of what is left, in model FLOPs: training, and evaluation with the texts that are written, without questions. */
  trainingFlops: number;
  evaluationFlops: number;
  /** Wall time at most, from a few measured steps; a family that stops by patience ends sooner. */
  seconds: number;
  /** The most device memory that is in use at once. */
  bytes: number;
}

/** What a sweep tells its host. */
export type SweepEvent =
  | { type: 'sweepState'; state: 'preparing' | 'measuring' | 'running' | 'paused' | 'stopped' | 'finished' | 'failed' }
  | { type: 'sweepCost'; cost: SweepCost }
  /** The kept results of a sweep's cells, where a host asks for them. */
  | { type: 'sweepCells'; experiment: string; scale: Scale; results: CellResult[] }
  /** An event of the race of one family of a cell: its records, notes and state. */
  | { type: 'cellRace'; cell: Cell; family: FamilyId; event: LabEvent }
  /** At most ten times a second. */
  | {
      type: 'sweepProgress';
      /** Finished cells, the earlier ones included, of all. */
      cells: { done: number; total: number };
      /** Share of the expected work of this session that is done. */
      share: number;
      etaSeconds: number;
      running: { cell: Cell; family: FamilyId; step: number; total: number }[];
    }
  /** A cell is finished and kept. */
  | { type: 'cellDone'; result: CellResult };
