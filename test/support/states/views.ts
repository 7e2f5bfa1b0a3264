import { button, linkTo, state, TINY } from '../page.ts';
import { scripted } from '../scripted.ts';
import { contentUntil, crossing, device, keptRace, RACE, raceEnds, raceUntil } from '../scriptedRace.ts';
import { alert, chart, lab, ready, type ShownState, train } from './shown.ts';

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
  {
    name: 'new-version',
    before: (page) =>
      page.addInitScript(() => {
        const waiting = { postMessage: () => {} };
        const registration = { waiting, addEventListener: () => {} };
        const value = { controller: {}, addEventListener: () => {}, register: async () => registration };
        Object.defineProperty(navigator, 'serviceWorker', { value });
      }),
    reach: async (page) => {
      await button(page, 'Reload').waitFor();
      await chart(page);
    },
  },
  {
    name: 'bet-offered',
    reach: async (page) => {
      await chart(page);
      await button(page, 'Place a bet').click();
      await page.getByLabel('Where will they cross?').waitFor();
    },
  },
  {
    name: 'bet-settled',
    ...lab([...raceUntil(1000), ...raceEnds()]),
    reach: async (page) => {
      await ready(page);
      await button(page, 'Place a bet').click();
      await page.getByLabel('Where will they cross?').fill('60');
      await page.keyboard.press('Enter');
      await train(page);
      await state(page, 'finished').waitFor();
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
  {
    name: 'experiment-cut-off',
    address: '?experiment=data-budget',
    ...lab([], {
      planSweep: [
        {
          type: 'sweepCost',
          cost: { cells: 4, done: 8, trainingFlops: 4e12, evaluationFlops: 1e12, seconds: 240, bytes: 2 ** 23 },
        },
      ],
      runSweep: [
        { type: 'sweepState', state: 'running' },
        { type: 'error', code: 'device-lost', message: 'The device was lost: the driver has reset it.' },
        { type: 'sweepState', state: 'failed' },
      ],
    }),
    reach: async (page) => {
      await button(page, 'Measure what it costs here').click();
      await button(page, 'Run 4 cells').click();
      await button(page, 'Reconnect and go on').waitFor();
      await button(page, 'Go on').waitFor();
    },
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
      await page.getByRole('listbox').first().waitFor();
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
  {
    name: 'learn',
    address: '?view=learn',
    reach: (page) => page.locator('.learn').waitFor(),
  },
  {
    name: 'guided',
    address: '?learn=5',
    reach: async (page) => {
      await chart(page);
      await page.locator('.guide-here').waitFor();
    },
  },
  {
    name: 'teaching',
    address: '?teach=1&hide=setup,log,reports,duel&learn=7',
    reach: async (page) => {
      await chart(page);
      await page.locator('.guide-here').waitFor();
    },
  },
  {
    name: 'handout',
    address: '?view=learn&print=1',
    reach: (page) => page.locator('.handout svg').waitFor(),
  },
];

/** Three races on the shelf, two of which are compared. */
const shelf = [1, 2, 3].map((seed) =>
  keptRace({ id: `race-${seed}`, name: `Moby Dick, 5,000 tokens, seed ${seed}`, spec: { ...RACE.spec, seed } }),
);
const contents = Object.fromEntries(
  shelf.map((kept, i) => {
    const curves = crossing().map((each) => ({ ...each, value: each.value + 0.02 * i }));
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
    if (name !== 'compare') return;
    for (const box of await page.getByRole('checkbox', { name: /^Compare/ }).all()) await box.check();
    await page.locator('.compare-chart svg').waitFor();
  },
}));

const FILES: ShownState[] = [
  {
    name: 'refused-file',
    address: '?view=runs',
    reach: async (page) => {
      await page.getByText('Nothing is kept yet.').waitFor();
      const file = { name: 'holiday.zip', mimeType: 'application/zip', buffer: Buffer.from('no zip at all') };
      await page.locator('input[type=file]').first().setInputFiles([file]);
      await alert(page);
    },
  },
];

export const VIEW_STATES: readonly ShownState[] = [...FIRST_VISIT, ...VIEWS, ...RUNS, ...FILES];
