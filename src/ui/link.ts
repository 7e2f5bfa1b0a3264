import { AXES, type Axis } from '../analysis/record.ts';
import { specFromHash, specToHash } from '../spec/hash.ts';
import { type RaceSpec, SCHEMA_VERSION } from '../spec/schema.ts';
import { type ChartView, FIRST_CHART, getPage, type PageStore, SMOOTHINGS } from './store.ts';

/**
 * The page's link: the setup and how the chart is drawn, as a hash that holds only what differs from the defaults:
 * `#v=1&data.uniqueTokens=3000&chart.axis=flops&chart.logX=true`. A person's own text is never in it.
 */

const PREFIX = 'chart.';

const bool = (text: string): boolean | undefined => ({ true: true, false: false })[text];

/** What each part of the chart's view is in words of a link; undefined where a link's word is none. */
const READ: { readonly [Part in keyof ChartView]: (text: string) => ChartView[Part] | undefined } = {
  axis: (text): Axis | undefined => AXES.find((axis) => axis === text),
  logX: bool,
  logY: bool,
  training: bool,
  smoothing: (text) => SMOOTHINGS.find((share) => String(share) === text),
};

const PARTS = Object.keys(READ) as (keyof ChartView)[];

export function hashOf(spec: RaceSpec, chart: ChartView): string {
  const query = new URLSearchParams(specToHash(spec).slice(1));
  for (const part of PARTS) if (chart[part] !== FIRST_CHART[part]) query.set(PREFIX + part, String(chart[part]));
  return `#${query}`;
}

/** What a hash says. It may come from anywhere: what is not understood is left out and named. Never throws. */
export function readHash(hash: string): { spec: RaceSpec; chart: ChartView; ignored: string[] } {
  const query = [...new URLSearchParams(hash.replace(/^#/, ''))];
  const known = query.every(([name, value]) => name !== 'v' || value === String(SCHEMA_VERSION));
  const ours = known ? query.filter(([name]) => name.startsWith(PREFIX)) : [];
  const { spec, ignored } = specFromHash(`${new URLSearchParams(query.filter((each) => !ours.includes(each)))}`);
  const chart: Partial<Record<keyof ChartView, unknown>> = {};
  for (const [name, text] of ours) {
    const part = PARTS.find((each) => PREFIX + each === name);
    const value = part && READ[part](text);
    if (part && value !== undefined && !(part in chart)) chart[part] = value;
    else ignored.push(`${name}=${text}`);
  }
  return { spec, chart: { ...FIRST_CHART, ...(chart as Partial<ChartView>) }, ignored };
}

/** The whole address of a setup, drawn as the chart is now; the view in it is that of the race. */
export function addressOf(spec: RaceSpec): string {
  const { origin, pathname } = window.location;
  return `${origin}${pathname}${hashOf(spec, getPage().chart)}`;
}

/** Writes the setup and the chart's view into the address. */
export function writeLink(): void {
  const { draft, chart } = getPage();
  const hash = hashOf(draft.spec, chart);
  if (hash !== window.location.hash) window.history.replaceState(null, '', hash);
}

/** Keeps the address up to date with how the chart is drawn, whoever changes it. */
export function keepLink(store: PageStore): void {
  store.subscribe((state, before) => {
    if (state.chart !== before.chart) writeLink();
  });
}
