import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { MetricRecord } from '../../src/analysis/record.ts';
import type { Command, RaceContent, RacePlan } from '../../src/lab/protocol.ts';
import { applySettings } from '../../src/spec/parse.ts';
import { DEFAULT_SPEC } from '../../src/spec/presets.ts';
import { bindClient } from '../../src/ui/actions.ts';
import { ghostLabel } from '../../src/ui/chart/Ghosts.tsx';
import { draftOf } from '../../src/ui/settings.ts';
import { betInWords, canBet, placeBet } from '../../src/ui/shown/bet.ts';
import { differences } from '../../src/ui/shown/difference.ts';
import { estimate, readEstimates, receiveEstimate } from '../../src/ui/shown/estimate.ts';
import { clearGhosts, ghostLines, MOST_GHOSTS, pinGhost, unpinGhost } from '../../src/ui/shown/ghosts.ts';
import { evaluatedBy, lossAtStep, momentsOf, stepAtPlace } from '../../src/ui/shown/moment.ts';
import { onChart } from '../../src/ui/shown/onChart.ts';
import { endOfBudget, epochAtPlace, placeOfEpoch } from '../../src/ui/shown/places.ts';
import { showStep } from '../../src/ui/shown/play.ts';
import { offerRecording, readRecordings, receiveRecording } from '../../src/ui/shown/recordings.ts';
import { crossingsOf, showContent, showLive, shownLog } from '../../src/ui/shown/show.ts';
import { getPage, getRace, openPage, setPage } from '../../src/ui/store.ts';
import { record } from './records.ts';

const plan = { flopsPerStep: { ar: 9, diffusion: 10 } } as RacePlan;
const diffusion = (step: number, value: number): MetricRecord =>
  record(step, value, { family: 'diffusion', bound: 'upper', se: 0.01 });

/** AR is ahead, over-fits from step 20 on and stops at step 40; diffusion passes it at step 30. */
const CURVES: [step: number, ar: number | null, diffusion: number][] = [
  [10, 3, 3.5],
  [20, 2.5, 3],
  [30, 3, 2.8],
  [40, 3.5, 2.6],
  [50, null, 2.4],
];
const content: RaceContent = {
  records: CURVES.flatMap(([step, ar, other]) => [...(ar === null ? [] : [record(step, ar)]), diffusion(step, other)]),
  samples: [],
  events: [],
  plan,
};
const race = { id: 'kept', name: 'A race', spec: DEFAULT_SPEC };
const show = () => showContent({ kind: 'kept', id: 'kept', name: 'A race' }, race, content);

let sent: Command[];

beforeEach(() => {
  openPage(draftOf(DEFAULT_SPEC));
  sent = [];
  bindClient({ send: (command: Command) => sent.push(command) } as never);
  clearGhosts();
  vi.stubGlobal('cancelAnimationFrame', () => {});
  vi.stubGlobal('requestAnimationFrame', () => 0);
});

afterEach(() => {
  vi.unstubAllGlobals();
});

describe('a race that is shown', () => {
  it('takes the chart, and leaves the one that is trained alone', () => {
    setPage({ race: { id: 'live', spec: DEFAULT_SPEC, plan } });
    getRace().append([record(10, 9)]);
    show();
    expect(onChart(getPage())).toMatchObject({ id: 'kept', source: { kind: 'kept' }, lab: 'stopped', summary: null });
    expect(shownLog().evaluations()).toHaveLength(5);
    getRace().append([record(20, 8)]);
    showLive();
    expect(onChart(getPage())).toMatchObject({ id: 'live', source: { kind: 'live' } });
    expect(shownLog().evaluations()).toHaveLength(2);
  });

  it('has its crossings found anew, and says which family ended first', () => {
    show();
    const { crossings, ended } = getPage().shown!;
    expect(crossings.live).toMatchObject({ at: { step: 30 } });
    expect(crossings.strict).toMatchObject({ at: { step: 50 } });
    expect(ended).toEqual({ ar: 40 });
  });

  it('is one object as long as nothing of it changes', () => {
    show();
    const before = onChart(getPage());
    setPage({ lab: 'running', progress: null, shownStep: 5 });
    expect(onChart(getPage())).toBe(before);
  });

  it('is nothing before there is one', () => {
    expect(onChart(getPage())).toBeNull();
  });
});

describe('a moment of the training', () => {
  beforeEach(show);

  it('knows nothing of what came later', () => {
    expect(crossingsOf(shownLog(), 20).live?.at).toBeUndefined();
    expect(crossingsOf(shownLog(), 30).live?.status).toBe('possible');
  });

  it('lies between evaluations, of which the last one counts', () => {
    expect(evaluatedBy(shownLog(), 35)).toBe(30);
    expect(evaluatedBy(shownLog(), 5)).toBeUndefined();
    expect(lossAtStep(shownLog(), 'ar', 15)).toBeCloseTo(2.75);
    expect(lossAtStep(shownLog(), 'ar', 45)).toBeUndefined();
    expect(momentsOf(shownLog())).toEqual([10, 20, 30, 40, 50]);
  });

  it('is found on any axis, within what was measured', () => {
    expect(stepAtPlace(shownLog(), 2.5, 'epoch')).toBe(25);
    expect(stepAtPlace(shownLog(), 99, 'epoch')).toBe(50);
    expect(stepAtPlace(shownLog(), 0, 'seconds')).toBe(10);
  });

  it('at the end is the newest, which more may follow', () => {
    showStep(20);
    expect(getPage().shownStep).toBe(20);
    showStep(50);
    expect(getPage().shownStep).toBeNull();
  });
});

describe('a place on an axis', () => {
  const spec = applySettings(DEFAULT_SPEC, ['data.uniqueTokens=2048', 'model.context=64', 'train.batch=16']);

  it('follows from the epoch, and the epoch from it', () => {
    for (const [axis, place] of [
      ['epoch', 3],
      ['step', 6],
      ['tokens', 6144],
      ['flops', 60],
    ] as const) {
      expect(placeOfEpoch({ spec, plan }, shownLog(), 3, axis)).toBe(place);
      expect(epochAtPlace({ spec, plan }, shownLog(), place, axis)).toBe(3);
    }
  });

  it('is not known in seconds before it was reached', () => {
    expect(placeOfEpoch({ spec, plan }, shownLog(), 3, 'seconds')).toBeUndefined();
    expect(endOfBudget({ spec, plan }, shownLog(), 'step')).toBe(spec.train.steps);
  });
});

describe('ghosts', () => {
  it('keep their lines and their crossing, and go one by one or all', () => {
    pinGhost(race, content);
    expect(getPage().ghosts).toMatchObject([{ id: 'kept', pinned: true, live: { at: { step: 30 } } }]);
    expect(Array.from(ghostLines('kept').ar!.value)).toEqual([3, 2.5, 3, 3.5]);
    unpinGhost('kept');
    expect(getPage().ghosts).toEqual([]);
    expect(ghostLines('kept')).toEqual({});
  });

  it('are never more than can be told apart', () => {
    for (let index = 0; index < MOST_GHOSTS + 2; index++) pinGhost({ ...race, id: String(index) }, content);
    expect(getPage().ghosts.map(({ id }) => id)).toEqual(['2', '3', '4', '5', '6', '7']);
  });

  it('are called by what is different, or as a person named them', () => {
    const other = applySettings(DEFAULT_SPEC, ['data.uniqueTokens=2000', 'seed=7']);
    expect(differences(other, DEFAULT_SPEC)).toEqual(['Seed 7', 'Unique tokens U 2,000']);
    const ghost = { id: 'g', name: 'earlier run', spec: other, pinned: false };
    expect(ghostLabel(ghost, DEFAULT_SPEC)).toBe('Seed 7, Unique tokens U 2,000');
    expect(ghostLabel(ghost, other)).toBe('earlier run');
    expect(ghostLabel({ ...ghost, name: 'Mine', pinned: true }, DEFAULT_SPEC)).toBe('Mine');
  });
});

describe('a bet', () => {
  const live = { race: { id: 'live', spec: DEFAULT_SPEC, plan }, lab: 'running' } as const;
  const crossed = crossingsOf({ validation: { ar: [], diffusion: [] } });

  it('is on the next race, or on the one that is on', () => {
    placeBet(40);
    expect(getPage().bet).toEqual({ epoch: 40, race: null });
    setPage(live);
    placeBet(30);
    expect(getPage().bet).toEqual({ epoch: 30, race: 'live' });
    placeBet(Number.NaN);
    placeBet(-1);
    expect(getPage().bet?.epoch).toBe(30);
  });

  it('is no longer taken when the curves have crossed', () => {
    show();
    const { crossings } = getPage().shown!;
    const confirmed = { live: { ...crossings.live!, status: 'confirmed' as const } };
    expect(canBet({ ...live, crossings: { live: { ...crossings.live!, status: 'possible' } } })).toBe(true);
    expect(canBet({ ...live, crossings: confirmed })).toBe(false);
    expect(canBet({ ...live, lab: 'finished', crossings: confirmed })).toBe(true);
  });

  it('is judged by the live crossing, of the race it is on only', () => {
    show();
    const { live: found } = getPage().shown!.crossings;
    const judge = (epoch: number, over: object = {}) =>
      betInWords(
        { epoch, race: 'live' },
        { id: 'live', crossings: { live: { ...found!, status: 'confirmed' } }, lab: 'running', ...over },
      );
    expect(judge(40)).toBe('You bet epoch 40; it was 3: 37 late.');
    expect(judge(1)).toBe('You bet epoch 1; it was 3: 2 early.');
    expect(judge(3)).toBe('You bet epoch 3, and that is where it was.');
    expect(judge(3, { crossings: crossed })).toBeNull();
    expect(judge(3, { crossings: crossed, lab: 'finished' })).toBe(
      'You bet epoch 3; they did not cross within the budget.',
    );
    expect(judge(3, { id: 'other' })).toBeNull();
  });
});

describe('a recording', () => {
  const recording = { hash: '#v=1', file: 'default.zip', title: 'T', command: 'crossover race', seconds: 60 };
  const kept = { ...race, origin: 'recorded', begun: '2026-01-02T00:00:00Z' } as never;

  it('is listed in an index, which is refused when it is something else', async () => {
    const answer = (body: unknown, status = 200) =>
      (async () => new Response(JSON.stringify(body), { status })) as typeof fetch;
    expect(await readRecordings(answer({ recordings: [recording] }))).toEqual([recording]);
    await expect(readRecordings(answer('', 404))).rejects.toThrow('404');
    await expect(readRecordings(answer({ recordings: [{ ...recording, file: '../x.zip' }] }))).rejects.toThrow();
  });

  it('is shown for its own setup only, and plays unless the reader wants no motion', () => {
    vi.stubGlobal('window', { matchMedia: () => ({ matches: true }) });
    setPage({ recordings: [recording], draft: draftOf(applySettings(DEFAULT_SPEC, ['seed=2'])) });
    offerRecording();
    expect(sent).toEqual([]);
    setPage({ draft: draftOf(DEFAULT_SPEC) });
    offerRecording();
    expect(sent).toEqual([{ type: 'readRecording', path: 'recordings/default.zip' }]);
    expect(receiveRecording({ type: 'raceContent', race: kept, content })).toBe(true);
    expect(getPage()).toMatchObject({
      playing: false,
      shownStep: null,
      shown: { name: 'T', source: { kind: 'recorded' } },
    });

    showLive();
    vi.stubGlobal('window', { matchMedia: () => ({ matches: false }) });
    receiveRecording({ type: 'raceContent', race: kept, content });
    expect(getPage()).toMatchObject({ playing: true, shownStep: 0 });
  });

  it('never takes the place of what was trained or chosen', () => {
    vi.stubGlobal('window', { matchMedia: () => ({ matches: true }) });
    setPage({ recordings: [recording] });
    show();
    offerRecording();
    expect(sent).toEqual([]);
    showLive();
    setPage({ race: { id: 'live', spec: DEFAULT_SPEC, plan } });
    offerRecording();
    expect(sent).toEqual([]);
    receiveRecording({ type: 'raceContent', race: kept, content });
    expect(getPage().shown).toBeNull();
  });

  it('comes with how long the race takes here, once that was measured on this device', () => {
    vi.stubGlobal('localStorage', memoryStorage());
    const executor = { adapter: 'A' } as never;
    setPage({ executor });
    showContent({ kind: 'recorded', command: 'c' }, race, content);
    expect(estimate(getPage())).toBeUndefined();
    receiveEstimate({ spec: DEFAULT_SPEC, seconds: 70 });
    expect(estimate(getPage())).toBe(70);
    expect(readEstimates()).toEqual([{ hash: '#v=1', adapter: 'A', seconds: 70 }]);
    setPage({ executor: { adapter: 'B' } as never });
    expect(estimate(getPage())).toBeUndefined();
  });
});

function memoryStorage() {
  const items = new Map<string, string>();
  return {
    getItem: (key: string) => items.get(key) ?? null,
    setItem: (key: string, text: string) => items.set(key, text),
  };
}
