import { useStore } from 'zustand';
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Crossing, CrossingKind } from '../analysis/crossing.ts';
import type { Axis } from '../analysis/record.ts';
import type {
  ExecutorChoice,
  ExecutorInfo,
  LabEvent,
  LabState,
  MemoryUse,
  RacePlan,
  RaceSummary,
  StepProfile,
  TuningRow,
} from '../lab/protocol.ts';
import type { FamilyId, RaceSpec } from '../spec/schema.ts';
import { CellResults } from './figure/results.ts';
import { type FigureState, figureState } from './figure/state.ts';
import { type KeepingState, keepingState } from './keeping/state.ts';
import type { LanguageId } from './language.ts';
import { RaceLog } from './race.ts';
import { type RunsState, runsState } from './runs/state.ts';
import type { Draft } from './settings.ts';
import type { Bet } from './shown/bet.ts';
import type { Estimate } from './shown/estimate.ts';
import type { Ghost } from './shown/ghosts.ts';
import type { Recording } from './shown/recordings.ts';
import type { ShownRace } from './shown/source.ts';
import type { View } from './views.ts';

/** `name` is a file's, or empty for a text that was pasted. */
export interface OwnText {
  name: string;
  text: string;
}

export interface ChartView {
  axis: Axis;
  logX: boolean;
  logY: boolean;
  /** Whether the smoothed training loss is drawn behind the evaluations. */
  training: boolean;
  /** Share of the steps drawn so far over which the training loss is averaged; 0: not at all. */
  smoothing: number;
}

/** Shares of the steps over which the training loss can be averaged. */
export const SMOOTHINGS = [0, 0.01, 0.02, 0.06] as const;

/** How the chart is drawn before anybody chooses. */
export const FIRST_CHART: ChartView = { axis: 'epoch', logX: false, logY: false, training: false, smoothing: 0.02 };

type EventOf<T extends LabEvent['type']> = Extract<LabEvent, { type: T }>;

/** `lang`: in which the page itself said it; absent for what the lab said, in English. */
export type LabError = Omit<EventOf<'error'>, 'type'> & { lang?: LanguageId };
export type Progress = Omit<EventOf<'progress'>, 'type'>;

/** A request that was sent and whose effect has not been reported yet. */
export type Pending = 'start' | 'pause' | 'resume' | 'step' | 'stop';

/** What is known of the device beside its name. */
export interface DeviceState {
  memory: MemoryUse | null;
  tuning: readonly TuningRow[];
  /** The last step that was timed in the race on the chart. */
  profile: readonly StepProfile[] | null;
  /** Whether a step is to be timed and has not been. */
  asked: boolean;
  /** Why none was, in words. */
  refusal: string | null;
}

export const NO_DEVICE: DeviceState = { memory: null, tuning: [], profile: null, asked: false, refusal: null };

export interface LogLine {
  id: number;
  text: string;
  /** In which the page said it; absent for what the lab said, in English. */
  lang?: LanguageId;
}

/** All that the page shows, but for the measured series: they live in `race`, and `version` says when to look again. */
export interface PageState {
  language: LanguageId;
  draft: Draft;
  ownText: OwnText | null;
  /** What is wrong with the file that was to be one's own text. */
  ownProblem: string | null;
  notices: string[];
  /** A newer version of the page: there, or unable to take over because other pages of the lab are open. */
  newVersion: 'ready' | 'waits' | null;
  lab: LabState;
  /** What the lab is doing within its state: "compiling kernels, model 1 of 2". */
  detail: string | null;
  pending: Pending | null;
  executor: ExecutorInfo | null;
  /** What was asked for; `executor` is what was found. */
  executorChoice: ExecutorChoice;
  /** The race that is, or was, trained here: its setup and costs. It is on the chart unless another is `shown`. */
  race: { id: string; spec: RaceSpec; plan: RacePlan } | null;
  progress: Progress | null;
  crossings: Partial<Record<CrossingKind, Crossing>>;
  ended: Partial<Record<FamilyId, number>>;
  summary: RaceSummary | null;
  error: LabError | null;
  log: LogLine[];
  version: number;
  chart: ChartView;
  /** The race on the chart instead of the one that is trained here. */
  shown: ShownRace | null;
  /** Earlier races behind the one on the chart. */
  ghosts: readonly Ghost[];
  /** Races that are shipped with the page; empty while their list loads. */
  recordings: readonly Recording[];
  /** How long setups take here. */
  estimates: readonly Estimate[];
  bet: Bet | null;
  /** Whether a click on the chart places the bet. */
  betting: boolean;
  /** The moment of the training that is shown, in steps, not always whole; null follows the newest. */
  shownStep: number | null;
  /** Whether the time slider runs by itself. */
  playing: boolean;
  shortcuts: boolean;
  view: View;
  device: DeviceState;
  figure: FigureState;
  runs: RunsState;
  keeping: KeepingState;
}

export type PageStore = StoreApi<PageState>;

export function createPageStore(draft: Draft): PageStore {
  return createStore<PageState>(() => ({
    language: 'en',
    draft,
    ownText: null,
    ownProblem: null,
    notices: [],
    newVersion: null,
    lab: 'idle',
    detail: null,
    pending: null,
    executor: null,
    executorChoice: 'auto',
    race: null,
    progress: null,
    crossings: {},
    ended: {},
    summary: null,
    error: null,
    log: [],
    version: 0,
    chart: FIRST_CHART,
    shown: null,
    ghosts: [],
    recordings: [],
    estimates: [],
    bet: null,
    betting: false,
    shownStep: null,
    playing: false,
    shortcuts: true,
    view: 'race',
    device: NO_DEVICE,
    figure: figureState(),
    runs: runsState(),
    keeping: keepingState(),
  }));
}

const ACTIVE: ReadonlySet<LabState> = new Set<LabState>(['preparing', 'compiling', 'running', 'paused']);

/** Whether a race is on, from the click on. */
export function isBusy(state: Pick<PageState, 'lab' | 'pending'>): boolean {
  return ACTIVE.has(state.lab) || state.pending === 'start';
}

interface Opened {
  store: PageStore;
  race: RaceLog;
  cells: CellResults;
}

let page: Opened | null = null;

/** The page's one store, one race log and one collection of cells; made by main.tsx before anything is drawn. */
export function openPage(draft: Draft): Opened {
  page = { store: createPageStore(draft), race: new RaceLog(), cells: new CellResults() };
  return page;
}

function opened(): Opened {
  if (!page) throw new Error('openPage must be called before the page is drawn');
  return page;
}

export function usePage<T>(selector: (state: PageState) => T): T {
  return useStore(opened().store, selector);
}

export const getPage = (): PageState => opened().store.getState();
export const setPage = (change: Partial<PageState> | ((state: PageState) => Partial<PageState>)): void =>
  opened().store.setState(change);
export const subscribePage = (listen: (state: PageState) => void): (() => void) => opened().store.subscribe(listen);
export const getRace = (): RaceLog => opened().race;
export const getCells = (): CellResults => opened().cells;
