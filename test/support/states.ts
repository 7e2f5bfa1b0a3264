import type { Page } from 'playwright-core';
import type { LabEvent } from '../../src/lab/protocol.ts';
import { measuredCurves } from '../hosts/raceFixture.ts';
import { button, linkTo, state, TINY } from './page.ts';
import { faulty, type Script, scripted } from './scripted.ts';
import { apart, contentUntil, device, keptRace, RACE, raceEnds, raceUntil } from './scriptedRace.ts';

/**
 * Every state of the page: what the tests look at with axe and on a phone, and what `npm run screenshots` takes pictures
 * of. A new state goes into this list.
 */
export interface ShownState {
  /** Of its pictures. */
  name: string;
  /** What follows the page's address. */
  address?: string;
  /** What is done to the page before it loads anything. */
  before?: (page: Page) => Promise<unknown>;
  /** Brings the open page there. */
  reach: (page: Page) => Promise<unknown>;
}

const ready = (page: Page) =>
  page
    .locator('button:enabled', { hasText: /^Train/ })
    .first()
    .waitFor();
const train = (page: Page) =>
  page
    .locator('button:enabled', { hasText: /^Train/ })
    .first()
    .click();
const chart = (page: Page) => page.locator('.recharts-line').first().waitFor();
const alert = (page: Page) => page.getByRole('alert').waitFor();

/** A lab that answers a click on "Train both" with these events. */
const lab = (start: readonly LabEvent[], script: Script = {}) => ({
  before: (page: Page) => scripted(page, { inspect: device, start, ...script }, ANSWERS),
});
/** Questions to the models: a text to hide words in; what else is asked has no answer here. */
const ANSWERS = `
  addEventListener('message', ({ data: { type, ask, question } }) => {
    if (type !== 'ask') return;
    const subject = { race: '${RACE.id}', spec: ${JSON.stringify(RACE.spec)}, text: 'Moby Dick' };
    const answer = { kind: 'excerpt', text: 'Call me Ishmael. Some years ago, never mind how long precisely,', number: 0, of: 64 };
    if (question.kind === 'excerpt') postMessage({ type: 'answer', ask, subject, answer });
    else postMessage({ type: 'noAnswer', ask, why: 'no-model', message: 'Train both models first.' });
  });`;

/** A race as the lab tells it, shown when it has come so far. */
const race = (name: string, start: readonly LabEvent[], told: string): ShownState => ({
  name,
  ...lab(start),
  reach: async (page) => {
    await train(page);
    await state(page, told).waitFor();
    await chart(page);
  },
});

/** What came to an end by an error. */
const failed = (name: string, error: Omit<Extract<LabEvent, { type: 'error' }>, 'type'>): ShownState => ({
  name,
  ...lab([...raceUntil(300), { type: 'error', ...error }, { type: 'state', state: 'failed' }]),
  reach: async (page) => {
    await train(page);
    await alert(page);
    await chart(page);
  },
});

const calmer = { ...RACE.spec, train: { ...RACE.spec.train, learningRate: RACE.spec.train.learningRate / 2 } };

const withoutGpu = (name: string, code: string, heading: string): ShownState => ({
  name: `no-webgpu-${name}`,
  before: (page) => faulty(page, code),
  reach: async (page) => {
    await ready(page);
    await page.getByLabel('Computed by').selectOption('gpu');
    await page.getByRole('heading', { name: heading }).waitFor();
  },
});

const FIRST_VISIT: ShownState[] = [
  {
    name: 'first-visit',
    reach: async (page) => {
      await ready(page);
      await chart(page);
    },
  },
  {
    name: 'first-visit-unrecorded',
    address: linkTo({ 'data.corpus': 'python', 'data.uniqueTokens': 7000 }),
    reach: ready,
  },
  {
    name: 'wrong-link',
    address: linkTo({ 'data.uniqueTokens': 3000, 'train.moonPhase': 3 }),
    reach: (page) => page.getByText('train.moonPhase=3').waitFor(),
  },
  {
    name: 'own-text',
    address: linkTo({ 'data.corpus': 'own', 'data.uniqueTokens': 1024 }),
    reach: (page) => page.getByLabel('Your text').fill('the quick brown fox jumps over the lazy dog; '.repeat(60)),
  },
  {
    name: 'advanced',
    reach: async (page) => {
      await page.getByText('Advanced', { exact: true }).click();
      await page.getByLabel('Learning rate').fill('7');
    },
  },
  {
    name: 'help',
    reach: async (page) => {
      await ready(page);
      await button(page, 'Help').click();
      await page.getByRole('dialog').waitFor();
    },
  },
];

const NO_GPU: ShownState[] = [
  withoutGpu(
    'missing',
    "Object.defineProperty(WorkerNavigator.prototype, 'gpu', { get: () => undefined });",
    'This browser has no WebGPU',
  ),
  withoutGpu(
    'insecure',
    "Object.defineProperty(self, 'isSecureContext', { get: () => false });",
    'WebGPU needs a secure address',
  ),
  withoutGpu('no-adapter', 'GPU.prototype.requestAdapter = async () => null;', 'The browser found no graphics adapter'),
  withoutGpu(
    'refused',
    "GPUAdapter.prototype.requestDevice = async () => { throw new Error('too many'); };",
    'The graphics adapter gave no device',
  ),
];

const RACES: ShownState[] = [
  {
    name: 'compiling',
    ...lab([
      { type: 'state', state: 'preparing' },
      { type: 'state', state: 'compiling', detail: 'compiling kernels 14/31' },
    ]),
    reach: async (page) => {
      await train(page);
      await state(page, 'compiling kernels 14/31').waitFor();
    },
  },
  race('running', raceUntil(130), 'running'),
  race('paused', [...raceUntil(130), { type: 'state', state: 'paused' }], 'paused'),
  race('crossing-found', raceUntil(240), 'running'),
  race('finished-with-crossing', [...raceUntil(1000), ...raceEnds()], 'finished'),
  race('finished-without-crossing', [...raceUntil(1000, apart()), ...raceEnds(apart())], 'finished'),
  race('paused-elsewhere', [...raceUntil(130), { type: 'state', state: 'paused', by: 'another tab' }], 'paused in'),
  race(
    'recovered',
    [...raceUntil(200), { type: 'recovered', message: 'The GPU was reset.', steps: { ar: 180, diffusion: 180 } }],
    'running',
  ),
  race(
    'storage-full',
    [...raceUntil(300), { type: 'notKept', why: 'storage-full', message: 'The storage of this browser is full.' }],
    'running',
  ),
  race(
    'no-storage',
    [...raceUntil(300), { type: 'notKept', why: 'no-storage', message: 'This browser keeps nothing.' }],
    'running',
  ),
];
const FAILURES: ShownState[] = [
  failed('diverged', {
    code: 'diverged',
    message: 'AR diverged at step 301: the loss is NaN, first in swiglu (layer 2).',
    saved: 'Both models at step 280.',
    offers: [
      { type: 'branch', id: RACE.id, step: 280, spec: calmer },
      { type: 'start', spec: calmer },
    ],
  }),
  failed('device-lost', {
    code: 'device-lost',
    message: 'The device was lost: the driver has reset it.',
    saved: 'Both models at step 280.',
    offers: [{ type: 'continue', id: RACE.id, step: 280 }],
  }),
  {
    name: 'worker-ended',
    before: (page) =>
      scripted(
        page,
        { inspect: device, start: raceUntil(300) },
        `${ANSWERS} addEventListener('message', ({ data }) => {
          if (data.type === 'start') setTimeout(() => { throw new Error('out of memory'); }, 300);
        });`,
      ),
    reach: async (page) => {
      // An error in a worker is one of the page, too: this one is meant.
      await train(page);
      await alert(page);
    },
  },
  {
    name: 'out-of-memory',
    address: linkTo({
      ...TINY,
      'model.layers': 24,
      'model.channels': 2048,
      'model.heads': 16,
      'model.context': 512,
      'data.uniqueTokens': 20_000,
    }),
    reach: async (page) => {
      await train(page);
      await alert(page);
    },
  },
  {
    name: 'interrupted',
    ...lab([], {
      listRaces: [
        {
          type: 'races',
          races: [
            keptRace({
              state: 'unfinished',
              steps: { ar: 412, diffusion: 412 },
              checkpoints: { ar: 400, diffusion: 400 },
            }),
          ],
          setAside: 0,
          storage: { used: 3_400_000, quota: 1e9, lasting: true, persisted: false },
        },
      ],
    }),
    reach: (page) => page.getByRole('region', { name: 'A race was interrupted' }).waitFor(),
  },
];

const TABS: ShownState[] = [
  {
    name: 'another-tab-trains',
    before: (page) =>
      scripted(page, { inspect: [...device, { type: 'elsewhere', training: 'race', watching: false }] }, ANSWERS),
    reach: (page) => page.getByText('Another tab is training a race').waitFor(),
  },
  {
    name: 'watching-another-tab',
    before: (page) =>
      scripted(
        page,
        {
          inspect: [...device, { type: 'elsewhere', training: 'race', watching: false }],
          watch: [{ type: 'elsewhere', training: 'race', watching: true }, ...raceUntil(200)],
        },
        ANSWERS,
      ),
    reach: async (page) => {
      await button(page, 'Watch it here').click();
      await page.getByText('You are watching what another tab trains').waitFor();
      await chart(page);
    },
  },
];

const VIEWS: ShownState[] = [
  {
    name: 'experiments',
    address: '?experiment=data-budget',
    reach: (page) => page.locator('.plate-grid svg').first().waitFor(),
  },
  { name: 'close-the-gap', address: '?view=gap', reach: (page) => page.locator('main h2').first().waitFor() },
  {
    name: 'inside-empty',
    address: '?view=inside',
    reach: (page) => page.getByRole('heading', { name: 'There is no model to look into yet.' }).waitFor(),
  },
  {
    name: 'inside',
    address: linkTo(TINY),
    reach: async (page) => {
      await train(page);
      await state(page, 'finished').waitFor();
      await button(page, 'Inside').click();
      await page.getByRole('listbox', { name: /^AR/ }).first().waitFor();
    },
  },
  {
    name: 'runs-empty',
    address: '?view=runs',
    reach: (page) => page.getByText('Nothing is kept yet.').waitFor(),
  },
  {
    name: 'device',
    ...lab(raceUntil(300)),
    reach: async (page) => {
      await train(page);
      await button(page, 'Device').click();
      await page.getByRole('heading', { name: 'Device' }).first().waitFor();
    },
  },
  { name: 'learn', address: '?view=learn', reach: (page) => page.locator('main').first().waitFor() },
];

/** Three races on the shelf, two of which are compared. */
const shelf = [1, 2, 3].map((seed) =>
  keptRace({ id: `race-${seed}`, name: `Moby Dick, 5,000 tokens, seed ${seed}`, spec: { ...RACE.spec, seed } }),
);
const contents = Object.fromEntries(
  shelf.map((kept, i) => {
    const curves = measuredCurves().map((each) => ({ ...each, value: each.value + 0.02 * i }));
    return [kept.id, { race: kept, content: contentUntil(1000, curves) }];
  }),
);
const RUNS: ShownState[] = ['runs', 'compare'].map((name) => ({
  name,
  address: '?view=runs',
  before: (page) =>
    scripted(
      page,
      {
        inspect: device,
        listRaces: [
          {
            type: 'races',
            races: shelf,
            setAside: 1,
            storage: { used: 10_200_000, quota: 1e9, lasting: true, persisted: true },
          },
        ],
      },
      `const contents = ${JSON.stringify(contents)};
      addEventListener('message', ({ data }) => {
        if (data.type === 'readRace') postMessage({ type: 'raceContent', ...contents[data.id] });
      });`,
    ),
  reach: async (page) => {
    await page.locator('.run').nth(2).waitFor();
    if (name === 'compare')
      for (const box of await page.getByRole('checkbox', { name: /^Compare/ }).all()) await box.check();
  },
}));

/** Still to come, from those who build them: teaching, the printable page, an imported file that is refused, a bet. */
export const STATES: readonly ShownState[] = [
  ...FIRST_VISIT,
  ...NO_GPU,
  ...RACES,
  ...FAILURES,
  ...TABS,
  ...VIEWS,
  ...RUNS,
];
