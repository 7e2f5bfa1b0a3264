import type { LabEvent } from '../../../src/lab/protocol.ts';
import { button, linkTo, state, TINY } from '../page.ts';
import { faulty, scripted } from '../scripted.ts';
import { apart, device, keptRace, RACE, raceEnds, raceUntil } from '../scriptedRace.ts';
import { ANSWERS, alert, chart, lab, ready, type ShownState, train } from './shown.ts';

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

export const RACE_STATES: readonly ShownState[] = [...NO_GPU, ...RACES, ...FAILURES, ...TABS];
