import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ExecutorInfo, LabEvent, RacePlan, StepProfile } from '../../src/lab/protocol.ts';
import { DEFAULT_SPEC } from '../../src/spec/presets.ts';
import { browserFacts } from '../../src/ui/browser.ts';
import { clockOf, diagnosticsText, hostCost, rateOf, variantRows } from '../../src/ui/device/report.ts';
import { createReceiver } from '../../src/ui/receive.ts';
import { draftOf } from '../../src/ui/settings.ts';
import { openPage, type PageStore } from '../../src/ui/store.ts';

const node = (op: string, ms: number, flops = 0) => ({
  op,
  scope: 'layer 0',
  shapes: '[4, 8] → [4, 8]',
  variant: '',
  ms,
  flops,
});

const profile: StepProfile = {
  family: 'ar',
  step: 21,
  ops: [
    { op: 'matmulNT', ms: 3, flops: 6e6, nodes: [node('matmulNT', 2, 4e6), node('matmulNT', 1, 2e6)] },
    { op: 'add', ms: 1, flops: 0, nodes: [node('add', 1)] },
  ],
  bytes: 2_000_000,
  host: { steps: 20, submissions: 5, prepare: 2, write: 1, encode: 0.6, submit: 0.4 },
};

const executor: ExecutorInfo = {
  kind: 'gpu',
  adapter: 'A card',
  vendor: 'maker',
  architecture: 'kind',
  software: false,
  limits: { maxBufferSize: 1024 },
  features: ['timestamp-query'],
  why: 'It is the only one.',
};

const plan = {
  bytes: 4_000_000,
  parameters: 99,
  activeParameters: 66,
  tokensPerStep: 64,
  vocabulary: 40,
  flopsPerStep: { ar: 1, diffusion: 2 },
  dispatches: { ar: 3, diffusion: 4 },
  variants: { 'matmulNT [4, 8] [8, 8]': 'tile64' },
  dataset: { corpus: { title: 'my-secret-diary.txt' } },
} as unknown as RacePlan;

describe('the figures of a step', () => {
  it('are rates where work is counted and the clock can see it', () => {
    expect(rateOf({ flops: 6e6, ms: 3 })).toBe(2);
    expect(rateOf({ flops: 0, ms: 3 })).toBeNull();
    expect(rateOf({ flops: 6e6, ms: 0 })).toBeNull();
  });

  it('hold what a step costs the host, in microseconds, once there was one', () => {
    expect(hostCost(profile)).toEqual({
      parts: { prepare: 100, write: 50, encode: 30, submit: 20 },
      sum: 200,
      together: 4,
    });
    expect(hostCost({ ...profile, host: { ...profile.host, steps: 0, submissions: 0 } })).toBeNull();
  });

  it('say by which clock they were taken', () => {
    expect(clockOf(executor)).toMatch(/device’s own clock/);
    expect(clockOf({ ...executor, features: [] })).toMatch(/no timestamp queries/);
    expect(clockOf({ ...executor, kind: 'cpu' })).toMatch(/^Timed by wall clock, each/);
  });

  it('take the keys of variants apart', () => {
    expect(variantRows(plan.variants)).toEqual([{ op: 'matmulNT', shape: '[4, 8] [8, 8]', variant: 'tile64' }]);
  });
});

describe('the diagnostics', () => {
  const about = {
    version: '1.2.3',
    time: '2026-01-31T12:00:00Z',
    browser: { browser: 'Some Browser 9' },
    lab: 'running',
    executor,
    race: { id: 'abc', spec: DEFAULT_SPEC, plan },
    memory: { used: 3_900_000, held: 5_000_000 },
    profile: [profile],
    tuning: [
      { op: 'matmulNT', shape: '[4, 8] [8, 8]', variant: 'tile64', ms: 0.5, gflops: 12, chosen: true },
      { op: 'matmulNT', shape: '[4, 8] [8, 8]', variant: 'tile32', ms: null, gflops: null, chosen: false },
    ],
  };

  it('are all that the view shows, as text', () => {
    const text = diagnosticsText(about);
    for (const part of [
      'Crossover 1.2.3',
      'Some Browser 9',
      'A card',
      'It is the only one.',
      'maxBufferSize: 1024',
      '4000000 bytes',
      '3900000 bytes',
      '5000000 bytes',
      'AR, step 21',
      '"uniqueTokens":5000',
    ])
      expect(text).toContain(part);
    expect(text).toMatch(/matmulNT +2 +3\.000 +75\.0 % +2\n/);
    expect(text).toMatch(/matmulNT +2\.000 +50\.0 % +2 +\[4, 8\] → \[4, 8\] {2}layer 0\n/);
    expect(text).toMatch(/tile32 +does not compile +–\n/);
    expect(text).toMatch(/tile64 +0\.500 +12 +\*\n/);
  });

  it('hold nothing of one’s own text, its name included', () => {
    expect(diagnosticsText(about)).not.toContain('diary');
  });

  it('can be had without a device, a race or a profile', () => {
    const text = diagnosticsText({ ...about, executor: null, race: null, memory: null, profile: [], tuning: [] });
    expect(text).toContain('No device is open.');
    expect(text).not.toContain('variants');
  });
});

describe('what the worker says of the device', () => {
  let store: PageStore;
  let receive: (event: LabEvent) => void;
  const device = () => store.getState().device;

  beforeEach(() => {
    const page = openPage(draftOf(DEFAULT_SPEC));
    store = page.store;
    receive = createReceiver(store, page.race, () => {});
    store.setState({ device: { ...device(), asked: true } });
  });

  it('ends the waiting for a profile, whether there is one or not', () => {
    receive({ type: 'noProfile', why: 'Too late.' });
    expect(device()).toMatchObject({ asked: false, refusal: 'Too late.', profile: null });
    store.setState({ device: { ...device(), asked: true } });
    receive({ type: 'profile', steps: [profile] });
    expect(device()).toMatchObject({ asked: false, refusal: null, profile: [profile] });
  });

  it('keeps a profile until the next race, and what was measured until the next device', () => {
    receive({ type: 'profile', steps: [profile] });
    receive({ type: 'deviceReport', memory: { used: 7 }, tuning: [] });
    receive({ type: 'plan', id: 'next', spec: DEFAULT_SPEC, plan });
    expect(device()).toMatchObject({ profile: null, memory: { used: 7 } });
    receive({ type: 'device', executor });
    expect(device().memory).toBeNull();
  });

  it('leaves a profile that was asked for before the race was compiled on its way', () => {
    receive({ type: 'plan', id: 'next', spec: DEFAULT_SPEC, plan });
    expect(device().asked).toBe(true);
  });
});

describe('what is told of the browser', () => {
  afterEach(() => void vi.unstubAllGlobals());

  it('says when tabs cannot know of each other, and what is missing for it', () => {
    const browser = { userAgent: 'A browser', hardwareConcurrency: 2 };
    vi.stubGlobal('navigator', { ...browser, locks: {} });
    expect(browserFacts()).toMatchObject({ browser: 'A browser', webgpu: false });
    expect(browserFacts()).not.toHaveProperty('tabs');
    vi.stubGlobal('navigator', browser);
    expect(browserFacts().tabs).toBe('This browser has no Web Locks: tabs cannot know of each other.');
  });
});
