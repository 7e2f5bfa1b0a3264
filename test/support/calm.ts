import type { Page } from 'playwright-core';
import type { LabEvent } from '../../src/lab/protocol.ts';
import { raceReport } from '../hosts/raceFixture.ts';
import { state } from './page.ts';
import { scripted } from './scripted.ts';

/** Milliseconds between two steps of the stream, and records of each: 50 a second. */
const STEP_MS = 80;
const TOTAL = 1_000_000;

/**
 * A lab that says 50 records a second without end: loss and gradient norm of both families at each step, evaluations with
 * the losses of their windows, and now and then a text.
 */
export function stream(page: Page): Promise<void> {
  const { plan, spec, summary } = raceReport();
  const device: LabEvent[] = [
    { type: 'device', executor: summary.executor },
    { type: 'state', state: 'idle' },
  ];
  const start: LabEvent[] = [
    { type: 'state', state: 'preparing' },
    { type: 'plan', id: summary.id, spec: { ...spec, train: { ...spec.train, steps: TOTAL } }, plan },
    { type: 'state', state: 'running' },
  ];
  return scripted(page, { inspect: device, start }, `(${speak})(${STEP_MS}, ${TOTAL})`);
}

/** In the worker. */
function speak(stepMs: number, total: number): void {
  const families = ['ar', 'diffusion'];
  const record = (family: string, step: number, split: string, metric: string, value: number, more = {}) => ({
    step,
    tokens: step * 1024,
    epoch: (step * 1024) / 5000,
    flops: step * 6e8,
    seconds: (step * stepMs) / 1000,
    family,
    split,
    metric,
    value,
    bound: family === 'ar' ? 'exact' : 'upper',
    se: null,
    ...more,
  });
  const loss = (family: string, step: number) => 2.4 + Math.exp(-step / (family === 'ar' ? 200 : 500));
  const say = (step: number) => {
    const trained = families.flatMap((family) => [
      record(family, step, 'train', 'loss', loss(family, step) + 0.1 * Math.random()),
      record(family, step, 'train', 'gradNorm', 1 + Math.random()),
    ]);
    postMessage({ type: 'records', records: trained });
    postMessage({
      type: 'progress',
      steps: { ar: step, diffusion: step },
      total,
      stepsPerSecond: 1000 / stepMs,
      etaSeconds: ((total - step) * stepMs) / 1000,
    });
    if (step % 50 === 1) {
      const measured = families.map((family) => {
        const value = loss(family, step);
        return record(family, step, 'validation', 'loss', value, {
          se: 0.01,
          windows: Array.from({ length: 64 }, (_, i) => value + 0.01 * (i - 32)),
        });
      });
      postMessage({ type: 'records', records: measured });
    }
    if (step % 250 === 1) {
      for (const family of families) {
        const text = 'the whale was the say of the ship and the strange sea of the men'.slice(0, 64);
        const order = [...text].map((_, i) => i % 32);
        const confidence = [...text].map(() => Math.random());
        postMessage({ type: 'sample', sample: { family, step, text, forwards: 64, entropy: 2.6, order, confidence } });
      }
    }
  };
  addEventListener('message', ({ data }) => {
    if (data.type !== 'start') return;
    let step = 0;
    setInterval(() => say(++step), stepMs);
  });
}

export interface Look {
  /** Since the stream began. */
  seconds: number;
  /** MB of live objects after a collection, and of all that they hold outside the heap. */
  heap: number;
  nodes: number;
}

export interface Calm {
  seconds: number;
  /** Records a second that reached the page. */
  records: number;
  /** Times a second that the chart that changed most often was drawn anew, and in the busiest second. */
  commits: number;
  mostInASecond: number;
  /** Milliseconds of the tasks that held the page's thread for more than 50, the collections of `looks` among them. */
  longTasks: number[];
  /** Of our own scripts that ran for more than 50 ms at a stretch. */
  longScripts: { source: string; ms: number }[];
  looks: Look[];
}

/** What the page counts while it is watched. */
interface Counted {
  commits: Map<Element, number[]>;
  tasks: number[];
  scripts: { source: string; ms: number }[];
}

/**
 * Starts the stream of a page that was opened with it and watches it for so long, looking at its memory every so often.
 * What comes before `settle` seconds (the chart's own code being loaded and compiled) is not counted.
 */
export async function watchCalm(page: Page, times: { seconds: number; settle: number; every: number }): Promise<Calm> {
  const { seconds, settle, every } = times;
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Performance.enable');
  await page.locator('button:enabled', { hasText: 'Train both' }).first().click();
  await state(page, 'running').waitFor();
  await page.locator('.recharts-surface').first().waitFor();
  await page.waitForTimeout(settle * 1000);
  const began = await page.evaluate(startCounting);
  const firstStep = await stepOf(page);
  const looks: Look[] = [];
  const look = async () => {
    await devtools.send('HeapProfiler.collectGarbage');
    const { metrics } = await devtools.send('Performance.getMetrics');
    const metric = (name: string) => metrics.find((each) => each.name === name)!.value;
    const now = await page.evaluate(() => performance.now());
    const rounded = (value: number) => Math.round(value * 100) / 100;
    looks.push({
      seconds: Math.round(settle + (now - began) / 1000),
      heap: rounded(metric('JSHeapUsedSize') / 1e6),
      nodes: metric('Nodes'),
    });
  };
  await look();
  for (let passed = 0; passed < seconds; passed += every) {
    await page.waitForTimeout(Math.min(every, seconds - passed) * 1000);
    await look();
  }
  const counted = await page.evaluate(stopCounting);
  const lasted = (counted.now - began) / 1000;
  const perSecond = (times: number[]) => {
    const buckets = new Map<number, number>();
    for (const at of times) buckets.set(Math.floor(at / 1000), (buckets.get(Math.floor(at / 1000)) ?? 0) + 1);
    return Math.max(0, ...buckets.values());
  };
  const busiest = counted.commits.reduce((most, each) => (each.length > most.length ? each : most), []);
  return {
    seconds: Math.round(lasted),
    records: (((await stepOf(page)) - firstStep) * 4) / lasted,
    commits: busiest.length / lasted,
    mostInASecond: perSecond(busiest),
    longTasks: counted.tasks,
    longScripts: counted.scripts,
    looks,
  };
}

async function stepOf(page: Page): Promise<number> {
  const words = await page.locator('.figures').innerText();
  return Number(/([\d,]+)\s*\//.exec(words)![1].replaceAll(',', ''));
}

/** In the page: a commit is a frame in which anything inside a chart's drawing has changed. */
function startCounting(): number {
  const counted: Counted = { commits: new Map(), tasks: [], scripts: [] };
  const drawings = new MutationObserver((changes) => {
    const changed = new Set<Element>();
    for (const { target } of changes) {
      const element = target instanceof Element ? target : target.parentElement;
      const chart = element?.closest('.recharts-wrapper');
      if (chart) changed.add(chart);
    }
    const now = performance.now();
    for (const chart of changed) {
      const times = counted.commits.get(chart) ?? [];
      // One commit may reach the document in several parts of the same frame.
      if (times.length === 0 || now - times[times.length - 1] > 16) times.push(now);
      counted.commits.set(chart, times);
    }
  });
  drawings.observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true });
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) counted.tasks.push(Math.round(duration));
  }).observe({ type: 'longtask' });
  new PerformanceObserver((list) => {
    const frames = list.getEntries() as unknown as { scripts: { sourceURL: string; duration: number }[] }[];
    for (const { sourceURL, duration } of frames.flatMap(({ scripts }) => scripts)) {
      if (duration > 50) counted.scripts.push({ source: sourceURL, ms: Math.round(duration) });
    }
  }).observe({ type: 'long-animation-frame' });
  Object.assign(window, { counted });
  return performance.now();
}

function stopCounting() {
  const { counted } = window as unknown as { counted: Counted };
  const { commits, tasks, scripts } = counted;
  return { now: performance.now(), commits: [...commits.values()], tasks, scripts };
}
