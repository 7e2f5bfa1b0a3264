import { formatLoss, formatNumber } from '../analysis/format.ts';
import type { MetricRecord } from '../analysis/record.ts';
import type { LabEvent } from '../lab/protocol.ts';
import { FAMILIES, type FamilyId } from '../spec/schema.ts';
import type { RaceLog } from './race.ts';
import { betOn } from './shown/bet.ts';
import { receiveEstimate } from './shown/estimate.ts';
import { leaveGhost } from './shown/ghosts.ts';
import { receiveRecording } from './shown/recordings.ts';
import { showLive, shownLog } from './shown/show.ts';
import { type DeviceState, type LogLine, NO_DEVICE, type PageState, type PageStore } from './store.ts';
import { words } from './words.ts';

const LOG_LINES = 200;
/** A screen reader must be able to finish a sentence: evaluations are told no more often than this. */
const TELL_EVERY_MS = 8000;

/**
 * Turns what the worker says into the page's state. `changed` is called whenever the race log has grown; the
 * caller decides when to redraw.
 */
export function createReceiver(
  store: PageStore,
  race: RaceLog,
  changed: () => void,
  now: () => number = () => performance.now(),
): (event: LabEvent) => void {
  let nextLine = 0;
  let told = Number.NEGATIVE_INFINITY;
  /** The latest evaluation in words, until it is told. */
  let untold: string | null = null;
  const latest = new Map<FamilyId, MetricRecord>();

  const set = (change: Partial<PageState>) => store.setState(change);
  const setDevice = (change: Partial<DeviceState>) =>
    store.setState((state) => ({ device: { ...state.device, ...change } }));
  const note = (line: Omit<LogLine, 'id'>) =>
    store.setState((state) => ({ log: [...state.log, { id: nextLine++, ...line }].slice(-LOG_LINES) }));
  const tell = (text: string) => note({ text, lang: store.getState().language });
  /** What the lab says, in English. */
  const hear = (text: string) => note({ text });

  /** The race on the chart stays there as a ghost when another one begins. */
  const makeRoom = (next: string) => {
    const { shown, race: before, bet } = store.getState();
    const recorded = shown?.source.kind === 'recorded';
    const name = recorded ? words.shown.recorded : (shown?.name ?? words.ghosts.earlier);
    const leaving = shown ?? before;
    if (leaving && leaving.id !== next) leaveGhost({ ...leaving, name }, shownLog());
    showLive();
    set({ bet: betOn(bet, next), betting: false });
  };

  const tellLatest = () => {
    if (untold === null) return;
    tell(untold);
    untold = null;
    told = now();
  };

  const tellEvaluation = (record: MetricRecord) => {
    latest.set(record.family, record);
    const { ended } = store.getState();
    const racing = FAMILIES.filter((family) => ended[family] === undefined);
    const complete = racing.every((family) => latest.get(family)?.step === record.step);
    if (!complete) return;
    const parts = racing.map((family) => `${words.families[family].inText} ${formatLoss(latest.get(family)!.value)}`);
    untold = words.log.evaluation(formatNumber(record.step, 9), parts.join(', '));
    if (now() - told >= TELL_EVERY_MS) tellLatest();
  };

  return (event) => {
    switch (event.type) {
      case 'device':
        return set({ executor: event.executor, device: NO_DEVICE });
      case 'state': {
        const before = store.getState().lab;
        set({ lab: event.state, detail: event.detail ?? null, pending: null });
        const sentence = before === event.state ? undefined : words.log.state[event.state];
        if (sentence && event.state !== 'running') tellLatest();
        if (sentence) tell(sentence);
        return;
      }
      case 'plan':
        makeRoom(event.id);
        race.clear();
        latest.clear();
        told = Number.NEGATIVE_INFINITY;
        untold = null;
        setDevice({ profile: null, refusal: null });
        set({
          race: { id: event.id, spec: event.spec, plan: event.plan },
          progress: null,
          crossings: {},
          ended: {},
          summary: null,
          shownStep: null,
          playing: false,
        });
        return changed();
      case 'progress': {
        const { type: _, ...progress } = event;
        const { pending } = store.getState();
        return set({ progress, pending: pending === 'step' ? null : pending });
      }
      case 'records':
        race.append(event.records);
        for (const record of event.records) {
          if (record.split === 'validation' && record.metric === 'loss') tellEvaluation(record);
        }
        return changed();
      case 'sample':
        race.appendSample(event.sample);
        return changed();
      case 'crossing': {
        const { crossing } = event;
        const before = store.getState().crossings[crossing.kind]?.status ?? 'none';
        store.setState((state) => ({ crossings: { ...state.crossings, [crossing.kind]: crossing } }));
        if (crossing.status !== before) hear(event.words);
        return;
      }
      case 'familyEnded':
        return store.setState((state) => ({ ended: { ...state.ended, [event.family]: event.step } }));
      case 'profile':
        return setDevice({ profile: event.steps, asked: false, refusal: null });
      case 'noProfile':
        return setDevice({ asked: false, refusal: event.why });
      case 'deviceReport':
        return setDevice({ memory: event.memory, tuning: event.tuning });
      case 'note':
        return hear(event.text);
      case 'error': {
        const { type: _, ...error } = event;
        return set({ error, pending: null });
      }
      case 'estimate':
        return receiveEstimate(event);
      case 'raceContent':
        receiveRecording(event);
        return;
      case 'summary':
        set({ summary: event.summary, crossings: event.summary.crossings });
        return changed();
    }
  };
}
