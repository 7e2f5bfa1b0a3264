import type { EvidenceEntry } from '../../experiments/evidence.ts';
import type { FigureAxis } from '../../figure/curves.ts';
import type { SweepChoice, SweepCost, SweepEvent } from '../../lab/protocol.ts';

export type { SweepChoice };

export type SweepProgress = Omit<Extract<SweepEvent, { type: 'sweepProgress' }>, 'type'>;

/** Where the sweep stands that was asked for last. `planned`: its cost is known, and it waits for a click. */
export type SweepPhase =
  | 'none'
  | 'preparing'
  | 'measuring'
  | 'planned'
  | 'starting'
  | 'running'
  | 'paused'
  | 'stopping'
  | 'stopped'
  | 'finished'
  | 'failed';

export interface SweepState {
  choice: SweepChoice;
  phase: SweepPhase;
  cost: SweepCost | null;
  /** Runs without a further click once its cost is known: it goes on with one that was cut off. */
  goesOn?: true;
  progress: SweepProgress | null;
}

/** The view of experiments; results live in `results.ts`, and `version` says when to look again. */
export interface FigureState {
  choice: SweepChoice;
  axis: FigureAxis;
  /** What is shown where both are there; null: what this device has, else what is recorded. */
  source: 'recorded' | 'own' | null;
  sweep: SweepState | null;
  /** The index of recorded results: null while it loads, a message where it cannot be. */
  evidence: EvidenceEntry[] | { problem: string } | null;
  version: number;
}

export const FIRST_CHOICE: SweepChoice = { experiment: 'data-budget', scale: 'minutes' };

export function figureState(choice: SweepChoice = FIRST_CHOICE): FigureState {
  return { choice, axis: 'epoch', source: null, sweep: null, evidence: null, version: 0 };
}

export function isSame(a: SweepChoice, b: SweepChoice): boolean {
  const text = ({ experiment, scale, seeds, settings = {} }: SweepChoice) =>
    JSON.stringify([experiment, scale, seeds ?? null, Object.entries(settings).sort()]);
  return text(a) === text(b);
}

/** Whether a choice is the plan as it is written, but for the number of seeds. */
export function isAsWritten({ settings = {} }: SweepChoice): boolean {
  return Object.keys(settings).length === 0;
}

const BUSY: ReadonlySet<SweepPhase> = new Set<SweepPhase>([
  'preparing',
  'measuring',
  'starting',
  'running',
  'paused',
  'stopping',
]);

/** Whether a sweep was cut off while it ran. */
export function wasCutOff({ sweep }: Pick<FigureState, 'sweep'>): boolean {
  return sweep?.phase === 'failed' && sweep.cost !== null;
}

/** Whether a sweep has the device. */
export function sweepIsBusy({ sweep }: Pick<FigureState, 'sweep'>): boolean {
  return sweep !== null && BUSY.has(sweep.phase);
}

/** The state after the worker has ended: its sweep can be begun again, the finished cells are kept; a plan has gone. */
export function afterLoss({ sweep }: Pick<FigureState, 'sweep'>): Partial<FigureState> {
  if (!sweep || sweep.phase === 'finished' || sweep.phase === 'stopped') return {};
  const plan = { choice: sweep.choice, phase: 'none', cost: null, progress: null } as const;
  return { sweep: sweep.phase === 'planned' ? plan : { ...sweep, phase: 'failed', progress: null } };
}

/** The state after an event of the sweep; results and records are not its business. */
export function afterEvent(state: FigureState, event: SweepEvent): Partial<FigureState> {
  const { sweep } = state;
  if (!sweep) return {};
  switch (event.type) {
    case 'sweepState':
      return { sweep: { ...sweep, phase: event.state, progress: event.state === 'failed' ? null : sweep.progress } };
    case 'sweepCost':
      return { sweep: { ...sweep, phase: 'planned', cost: event.cost } };
    case 'sweepProgress': {
      const { type: _, ...progress } = event;
      return { sweep: { ...sweep, progress } };
    }
    default:
      return {};
  }
}
