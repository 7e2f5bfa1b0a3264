import fc from 'fast-check';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { AXES } from '../../src/analysis/record.ts';
import { DEFAULT_SPEC } from '../../src/spec/presets.ts';
import * as actions from '../../src/ui/actions.ts';
import { readView, showView } from '../../src/ui/figure/actions.ts';
import { hashOf, keepLink, readHash } from '../../src/ui/link.ts';
import { draftOf, edit } from '../../src/ui/settings.ts';
import { type ChartView, FIRST_CHART, getPage, openPage, SMOOTHINGS, setPage } from '../../src/ui/store.ts';
import { VIEWS } from '../../src/ui/views.ts';
import { anySpec } from '../spec/arbitrary.ts';

const anyChart: fc.Arbitrary<ChartView> = fc.record({
  axis: fc.constantFrom(...AXES),
  logX: fc.boolean(),
  logY: fc.boolean(),
  training: fc.boolean(),
  smoothing: fc.constantFrom(...SMOOTHINGS),
});

/** A browser’s address bar. */
const location = { hash: '', search: '', pathname: '/lab/', origin: 'https://example.org' };

beforeEach(() => {
  Object.assign(location, { hash: '', search: '' });
  const replaceState = (_: unknown, __: string, address: string) => {
    const { hash, search } = new URL(address, `https://example.org/lab/${location.search}`);
    Object.assign(location, { hash, search });
  };
  vi.stubGlobal('window', { location, history: { replaceState } });
  actions.bindClient({ send: () => {}, replaceWorker: () => {} });
  keepLink(openPage(draftOf(DEFAULT_SPEC)).store);
});

describe('a link', () => {
  it('gives back every setting and how the chart was drawn', () => {
    fc.assert(
      fc.property(anySpec, anyChart, (spec, chart) => {
        expect(readHash(hashOf(spec, chart))).toEqual({ spec, chart, ignored: [] });
      }),
    );
  });

  it('holds only what differs from the defaults', () => {
    expect(hashOf(DEFAULT_SPEC, FIRST_CHART)).toBe('#v=1');
    expect(hashOf(DEFAULT_SPEC, { ...FIRST_CHART, axis: 'flops', logX: true })).toBe(
      '#v=1&chart.axis=flops&chart.logX=true',
    );
  });

  it.each([
    ['#v=1&seed=4&chart.axis=miles', ['chart.axis=miles']],
    ['#v=1&seed=4&chart.logX=maybe&chart.colour=blue', ['chart.logX=maybe', 'chart.colour=blue']],
    ['#v=1&seed=4&chart.axis=step&chart.axis=flops', ['chart.axis=flops']],
    ['#v=1&seed=4&chart.smoothing=0.5', ['chart.smoothing=0.5']],
    ['#v=1&seed=4&chart.__proto__=1&chart.constructor=1', ['chart.__proto__=1', 'chart.constructor=1']],
  ])('names what it ignores and keeps the rest: %s', (hash, ignored) => {
    const read = readHash(hash);
    expect(read.ignored).toEqual(ignored);
    expect(read.spec.seed).toBe(4);
    expect(read.chart).toEqual({ ...FIRST_CHART, ...(hash.includes('axis=step') && { axis: 'step' }) });
  });

  it('of another version is ignored as a whole', () => {
    const { spec, chart, ignored } = readHash('#v=99&seed=4&chart.logX=true');
    expect({ spec, chart }).toEqual({ spec: DEFAULT_SPEC, chart: FIRST_CHART });
    expect(ignored).toEqual(['v=99', 'seed=4', 'chart.logX=true']);
  });

  it('is read whatever it holds', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        readHash(`#v=1&chart.${text}`);
        readHash(text);
      }),
    );
  });
});

describe('the address of the page', () => {
  it('follows the setup and the chart, and leads back to both', () => {
    actions.changeDraft(edit(getPage().draft, 'train.steps', '321'));
    setPage({ chart: { ...FIRST_CHART, axis: 'tokens', logY: true } });
    expect(location.hash).toBe('#v=1&train.steps=321&chart.axis=tokens&chart.logY=true');
    const { hash } = location;
    keepLink(openPage(draftOf(DEFAULT_SPEC)).store);
    location.hash = hash;
    actions.readLink();
    expect(getPage().draft.spec.train.steps).toBe(321);
    expect(getPage().chart).toEqual({ ...FIRST_CHART, axis: 'tokens', logY: true });
    expect(getPage().notices).toEqual([]);
  });

  it.each(VIEWS.filter((view) => view !== 'figure'))('holds the view %s', (view) => {
    location.hash = '#v=1&seed=4';
    showView(view);
    expect(location.hash).toBe('#v=1&seed=4');
    setPage({ view: 'race' });
    readView();
    expect(getPage().view).toBe(view);
    expect(getPage().notices).toEqual([]);
  });

  it('names a view, an experiment and a size that are not known, and shows the race', () => {
    location.search = '?view=kitchen&experiment=soup&scale=tiny';
    readView();
    expect(getPage().view).toBe('race');
    expect(getPage().notices.join()).toContain('view=kitchen, experiment=soup, scale=tiny');
  });

  it.each([
    ['?view=runs&veiw=gap', ['veiw=gap']],
    ['?view=runs&scale=minutes&seeds=2', ['scale=minutes, seeds=2']],
    ['?experiment=data-budget&scale=minutes&seeds=0&set=a=b&x=1', ['x=1', 'seeds=0, set=a=b (seeds=0 is no whole']],
    [`?view=runs&x=${'y'.repeat(500)}`, [`x=${'y'.repeat(78)}….`]],
    ['?view=runs&lang=en&learn=1&teach=1&hide=log&open=a.zip', []],
  ])('names each part of %s that it leaves out', (search, named) => {
    location.search = search;
    readView();
    expect(getPage().notices).toEqual(named.map((part) => expect.stringContaining(part)));
  });
});
