import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Command, RaceContent, RacePlan } from '../../src/lab/protocol.ts';
import { DEFAULT_SPEC } from '../../src/spec/presets.ts';
import { bindClient } from '../../src/ui/actions.ts';
import { readView, showView } from '../../src/ui/figure/actions.ts';
import {
  changeLearn,
  lessonAddress,
  openStep,
  queryWith,
  readLearn,
  readQuery,
  teach,
  watchHandout,
} from '../../src/ui/learn/address.ts';
import { CHAPTER_IDS, firstOf, STEPS, type StepId } from '../../src/ui/learn/chapters.ts';
import { type Facts, factsOf } from '../../src/ui/learn/facts.ts';
import { observationsOf } from '../../src/ui/learn/Handout.tsx';
import { LESSONS } from '../../src/ui/learn/lessons.ts';
import { getLearn, LEFT_OUT, NOT_LEARNING, PARTS } from '../../src/ui/learn/state.ts';
import { lessText, type Told, targetsOf, tell } from '../../src/ui/learn/steps.ts';
import { draftOf, edit } from '../../src/ui/settings.ts';
import { onChart } from '../../src/ui/shown/onChart.ts';
import { showContent, shownLog } from '../../src/ui/shown/show.ts';
import { getPage, openPage, type PageStore, setPage } from '../../src/ui/store.ts';
import { words } from '../../src/ui/words.ts';
import { record } from './records.ts';

/** A browser’s address bar. */
const location = { hash: '', search: '', pathname: '/lab/', origin: 'https://example.org' };
let store: PageStore;
let sent: Command[];

beforeEach(() => {
  Object.assign(location, { hash: '', search: '' });
  const replaceState = (_: unknown, __: string, address: string) => {
    const { hash, search } = new URL(address, 'https://example.org/lab/');
    Object.assign(location, { hash, search });
  };
  vi.stubGlobal('window', { location, history: { replaceState } });
  vi.stubGlobal('cancelAnimationFrame', () => {});
  sent = [];
  bindClient({ send: (command: Command) => sent.push(command) } as never);
  store = openPage(draftOf(DEFAULT_SPEC)).store;
  watchHandout(store);
  readLearn();
});

/** AR is best at step 20, over-fits while its training loss falls, and stops at 40; diffusion passes it at step 30. */
const CURVES: [step: number, ar: number | null, diffusion: number][] = [
  [10, 3, 3.5],
  [20, 2.5, 3],
  [30, 3, 2.8],
  [40, 3.5, 2.6],
  [50, null, 2.4],
];
/** AR goes on falling, diffusion stays behind. */
const APART: typeof CURVES = [10, 20, 30, 40].map((step) => [step, 3 - step / 50, 3.5 - step / 50]);

function show(curves = CURVES): void {
  const plan = { flopsPerStep: { ar: 10, diffusion: 11 } } as RacePlan;
  const content: RaceContent = {
    records: curves.flatMap(([step, ar, diffusion]) => [
      ...(ar === null ? [] : [record(step, ar), record(step, 4 - step / 20, { split: 'train', se: null })]),
      record(step, diffusion, { family: 'diffusion', bound: 'upper' }),
    ]),
    samples: [],
    events: [],
    plan,
  };
  const race = { id: 'kept', name: 'A race', spec: DEFAULT_SPEC, state: 'finished' } as const;
  showContent({ kind: 'kept', id: 'kept', name: 'A race' }, race, content);
}

const facts = (): Facts => factsOf(onChart(getPage())!, shownLog())!;
const told = (id: StepId, canAsk = false): Told => {
  const chart = onChart(getPage());
  return tell(id, { page: getPage(), chart, canAsk }, chart && factsOf(chart, shownLog()));
};
const device = () => setPage({ executor: { kind: 'cpu', adapter: 'CPU', software: true } as never });
const visit = (search: string) => {
  location.search = search;
  readView();
  readLearn();
};

describe('the address of a lesson', () => {
  it('opens a step, teaching, and what is left out', () => {
    visit('?teach=1&hide=log,setup&learn=3');
    expect(getLearn()).toEqual({ ...NOT_LEARNING, step: 3, teaching: true, hidden: ['setup', 'log'] });
    expect(getPage().notices).toEqual([]);
  });

  it('leaves the setup out where it does not say, and nothing where it says so', () => {
    visit('?teach=1');
    expect(getLearn()).toMatchObject({ teaching: true, hidden: LEFT_OUT, step: null });
    visit('?teach=1&hide=');
    expect(getLearn().hidden).toEqual([]);
  });

  it('names what it does not understand, or what has no effect, and opens the rest', () => {
    const read = (query: string) => readQuery(new URLSearchParams(query), false);
    expect(read('teach=1&hide=setup,moon,log,sun')).toMatchObject({
      state: { teaching: true, hidden: ['setup', 'log'] },
      ignored: ['hide=moon', 'hide=sun'],
    });
    expect(read('learn=99&teach=yes').ignored).toEqual(['teach=yes', 'learn=99']);
    expect(read('learn=0').ignored).toEqual(['learn=0']);
    expect(read('learn=2.5').ignored).toEqual(['learn=2.5']);
    expect(read('hide=log').ignored).toEqual(['hide=log']);
    expect(read('print=1').ignored).toEqual(['print=1']);
    visit('?teach=1&hide=moon');
    expect(getPage().notices).toEqual([words.notices.ignored('hide=moon')]);
  });

  it('gives back every choice that can be made', () => {
    for (const hidden of [[], ['setup'], ['log', 'duel'], PARTS] as const) {
      for (const step of [null, 1, STEPS.length]) {
        const state = { teaching: true, hidden: [...hidden], step, handout: false };
        const query = new URLSearchParams(queryWith(new URLSearchParams('scale=hours'), state));
        expect(query.get('scale')).toBe('hours');
        expect(readQuery(query, false)).toEqual({ state, ignored: [] });
      }
    }
  });

  it('holds the setup, and opens it exactly', () => {
    const { spec } = edit(getPage().draft, 'data.uniqueTokens', '3000');
    const address = lessonAddress(spec, ['setup', 'nav'], 5);
    expect(address).toBe('https://example.org/lab/?teach=1&hide=setup,nav&learn=5#v=1&data.uniqueTokens=3000');
    expect(lessonAddress(spec, LEFT_OUT, null, 'fr')).toBe(
      'https://example.org/lab/?lang=fr&teach=1#v=1&data.uniqueTokens=3000',
    );
  });

  it('follows what a person does, and keeps the rest of the address', () => {
    visit('?view=learn&print=1');
    expect(getLearn().handout).toBe(true);
    teach(['log']);
    openStep(4);
    expect(getPage().view).toBe('race');
    expect(getLearn()).toMatchObject({ step: 4, entered: true, handout: false });
    expect(location.search).toBe('?teach=1&hide=log&learn=4');
    changeLearn({ step: null });
    showView('runs');
    expect(location.search).toBe('?teach=1&hide=log&view=runs');
  });

  it('opens a step on the race, whatever view it names, but for the step that leads elsewhere', () => {
    visit('?view=device&learn=2');
    expect(getPage().view).toBe('race');
    visit('?view=gap&learn=15');
    expect(getPage().view).toBe('gap');
  });

  it('is ready for lessons that begin where a chapter does, with a recorded setup', () => {
    const starts = CHAPTER_IDS.map(firstOf);
    for (const { step } of LESSONS) expect(starts).toContain(step);
    expect(new Set(LESSONS.map(({ id }) => id)).size).toBe(LESSONS.length);
  });
});

describe('what is said of a race', () => {
  it('is what was measured in it', () => {
    show();
    expect(facts()).toMatchObject({
      over: true,
      turned: true,
      families: { ar: { best: { step: 20 }, last: { step: 40 } }, diffusion: { best: { step: 50 } } },
      training: { atBest: (3.5 + 3) / 2, last: (3.5 + 3 + 2.5 + 2) / 4 },
      aboveAtBest: 0.5,
      costOfStep: 1.1,
      crossings: { live: { at: { step: 30 } }, strict: { at: { step: 50 } } },
    });
    expect(told('turn').here).toBe('Here AR is best at step 20, epoch 2, with 2.500. At step 40 it is at 3.500.');
    expect(told('feeds').here).toContain('at step 30');
    expect(told('strict').here).toContain('at step 50');
    expect(told('above').here).toContain('0.500 nats above');
    expect(told('cost').here).toContain('1.1 times');
  });

  it('claims no turn and no crossing where there is none', () => {
    show(APART);
    expect(facts()).toMatchObject({ turned: false, crossings: { live: { status: 'none' } } });
    expect(told('turn').here).toContain('not clearly turned up');
    expect(told('feeds').here).toContain('No live crossing within the budget');
    expect(told('feeds').act?.label).toBe(words.learn.acts.toEnd);
    expect(observationsOf(facts())).toEqual([
      words.learn.handout.observations.fall,
      words.learn.handout.observations.notTurned,
      words.learn.handout.observations.notPassed,
    ]);
  });

  it('calls no rise a turn that lies within the error, and passes over what is not finite', () => {
    show([
      [10, 3, 3.5],
      [20, 2.5, 3],
      [30, 2.51, 2.9],
      [40, Number.NaN, 2.8],
    ]);
    expect(facts()).toMatchObject({ turned: false, families: { ar: { last: { step: 30 } } } });
  });

  it('is nothing before both were evaluated: the way to a race is shown', () => {
    expect(told('turn')).toEqual({ here: null, act: null });
    setPage({ recordings: [{ hash: '#v=1', file: 'default.zip', title: 'Moby Dick', command: 'race', seconds: 1 }] });
    expect(told('turn')).toEqual({ here: null, act: null });
    setPage({ draft: draftOf({ ...DEFAULT_SPEC, seed: 9 }) });
    expect(told('turn')).toMatchObject({
      here: words.learn.guide.nothing,
      act: { label: words.learn.guide.recording },
    });
    told('turn').act!.run!();
    expect(getPage().draft.spec).toEqual(DEFAULT_SPEC);
    setPage({ lab: 'compiling' });
    expect(told('turn')).toEqual({ here: words.learn.guide.first, act: null });
  });
});

describe('a step', () => {
  it('has words, something to point at, and an act or a reason', () => {
    show();
    for (const { id } of STEPS) {
      const { here, act } = told(id);
      expect(words.learn.text[id].idea.length, id).toBeGreaterThan(80);
      expect(targetsOf(id).length, id).toBeGreaterThan(0);
      expect(here !== null || act?.run !== undefined, id).toBe(true);
    }
  });

  it('goes to where AR is best, and on from there', () => {
    show();
    expect(told('turn').act!.label).toBe(words.learn.acts.toBest);
    told('turn').act!.run!();
    expect(getPage().shownStep).toBe(20);
    expect(told('turn').act!.label).toBe(words.learn.acts.playOn);
  });

  it('halves the text, then trains it with the page’s own command', () => {
    show();
    device();
    told('less').act!.run!();
    expect(getPage().draft.spec.data.uniqueTokens).toBe(lessText(DEFAULT_SPEC));
    expect(location.hash).toContain(`data.uniqueTokens=${lessText(DEFAULT_SPEC)}`);
    expect(told('less').act!.label).toBe(words.learn.acts.trainBoth);
    told('less').act!.run!();
    expect(sent).toEqual([{ type: 'start', spec: getPage().draft.spec }]);
    setPage({ lab: 'running' });
    expect(told('less')).toEqual({ here: words.learn.here.busy, act: null });
  });

  it('never leaves less text than a batch needs', () => {
    const small = edit(draftOf(DEFAULT_SPEC), 'data.uniqueTokens', '1500').spec;
    expect(lessText(small)).toBe(3000);
    expect(lessText(DEFAULT_SPEC)).toBe(2500);
  });

  it('takes another seed, and asks for a bet with the page’s own form', () => {
    show();
    device();
    told('seed').act!.run!();
    expect(getPage().draft.spec.seed).toBe(DEFAULT_SPEC.seed + 1);
    told('bet').act!.run!();
    expect(getPage().betting).toBe(true);
  });

  it('draws the chart otherwise, and back', () => {
    show();
    told('cost').act!.run!();
    expect(getPage().chart.axis).toBe('flops');
    told('cost').act!.run!();
    expect(getPage().chart.axis).toBe('epoch');
    told('heart').act!.run!();
    expect(getPage().chart.training).toBe(true);
  });

  it('says why nothing can be trained or asked', () => {
    show();
    expect(told('duel')).toMatchObject({ here: words.transport.why.device });
    expect(told('duel').act!.run).toBeUndefined();
    device();
    expect(told('duel')).toMatchObject({ here: words.learn.here.noModels });
    expect(told('duel', true).act!.label).toBe(words.learn.acts.hide);
  });

  it('leads back to the race from another view', () => {
    show();
    told('fair').act!.run!();
    expect(getPage().view).toBe('gap');
    expect(told('turn').act!.label).toBe(words.learn.acts.race);
    expect(told('fair').act!.label).toBe(words.learn.acts.race);
    told('fair').act!.run!();
    expect(getPage().view).toBe('race');
  });
});
