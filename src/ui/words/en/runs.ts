import type { CrossingKind } from '../../../analysis/crossing.ts';
import type { KeptRace } from '../../../lab/protocol.ts';
import type { LossBound } from '../../../spec/bound.ts';
import type { SortKey } from '../../runs/list.ts';

const races = (count: number, text: string) => `${text} ${count === 1 ? 'race' : 'races'}`;
const seeds = (count: number) => `${count} ${count === 1 ? 'seed' : 'seeds'}`;

/** The sentences of the view “Runs”. */
export const runs = {
  title: 'Runs',
  where: 'Every race that you train is kept in this browser, on this device. Nothing leaves it.',
  loading: 'Looking for what is kept…',

  empty: {
    title: 'Nothing is kept yet.',
    what: 'Train a race, and it will stand here: its setup, every measurement, the texts that both models wrote, and the models themselves, so that it can go on where it stopped.',
    where:
      'It is kept in this browser, on this device; nothing leaves it. To take a race elsewhere, export it as a .zip, which the terminal reads, too.',
    train: 'Set up a race',
  },
  visitOnly: {
    title: 'Runs are kept for this visit only.',
    why: 'This browser keeps no data for this page, as in a private window.',
    todo: 'What you train can be shown, compared and exported until you close this page. Export what you want to keep.',
  },
  full: {
    title: 'The storage is full.',
    todo: 'Delete races that you no longer need, and free their space.',
  },
  setAside: (count: number) =>
    count === 1
      ? 'One more race was written by another version of Crossover. It is kept as it is, unread, until a version that understands it is opened.'
      : `${count} more races were written by another version of Crossover. They are kept as they are, unread, until a version that understands them is opened.`,

  list: {
    label: 'Kept races',
    filter: 'Filter',
    filterHint: 'name, text, state…',
    count: (shown: number, of: number) =>
      shown === of ? races(of, String(of)) : `${shown} of ${races(of, String(of))}`,
    none: 'No race matches this filter.',
    showAll: 'Show all',
    sort: 'Sort by',
    order: { up: 'ascending', down: 'descending' },
    turn: 'Turn the order',
    keys: {
      begun: 'date',
      name: 'name',
      text: 'text and U',
      size: 'size',
      steps: 'steps',
      ar: 'best AR',
      diffusion: 'best diffusion',
      live: 'live crossing',
      strict: 'strict crossing',
      bytes: 'storage',
    } satisfies Record<SortKey, string>,
    columns: {
      race: 'Race',
      setup: 'Setup',
      progress: 'Progress',
      best: 'Best loss',
      crossing: 'Crossing',
      kept: 'Kept',
    },
  },

  row: {
    compare: (name: string) => `Compare ${name}`,
    tooMany: (most: number) => `At most ${most} races are compared at once.`,
    compareThis: 'Compare',
    rename: 'Rename',
    renameOne: (name: string) => `Rename ${name}`,
    nameHint: 'Enter saves, Escape leaves it as it was.',
    nameOf: (name: string) => `Name of ${name}`,
    nameEmpty: 'A race needs a name.',
    nameLong: (most: number) => `A name has at most ${most} characters.`,
    branch: (name: string, step: string) => `branched off “${name}” at step ${step}`,
    origin: { here: '', imported: 'imported', recorded: 'recorded' } satisfies Record<KeptRace['origin'], string>,
    text: (text: string, tokens: string) => `${text}, ${tokens} tokens`,
    size: (size: string, shape: string) => `${size}: ${shape}`,
    seed: (seed: string) => `seed ${seed}`,
    flag: { true: 'yes', false: 'no' },
    experts: (count: string) => `${count} experts`,
    state: {
      unfinished: 'unfinished',
      finished: 'finished',
      stopped: 'stopped',
      diverged: 'diverged',
      failed: 'failed',
    } satisfies Record<KeptRace['state'], string>,
    steps: (done: string, total: string) => `${done} of ${total} steps`,
    crossing: (kind: CrossingKind, epoch: string) =>
      `${kind === 'live' ? 'Live' : 'Strict'} crossing at epoch ${epoch}`,
    epoch: (epoch: string) => `epoch ${epoch}`,
    noCrossing: 'none',
    unknown: 'not ended',
    alone: 'one model only',
    show: 'Show',
    showOne: (name: string) => `Show ${name} on the chart`,
    goOn: 'Go on',
    goOnWith: (name: string) => `Go on with ${name}`,
    more: (name: string) => `More about ${name}`,
  },

  details: {
    show: 'Show on the chart',
    goOn: 'Go on',
    goOnFrom: (step: string) => `Goes on from step ${step}, bit for bit on the same device.`,
    halve: 'Go on at half the learning rate',
    inside: 'Look inside',
    pin: 'Pin as ghost',
    unpin: 'Unpin the ghost',
    pinned: (name: string) => `“${name}” stays on the chart as a ghost, behind the race.`,
    unpinned: (name: string) => `“${name}” is no longer on the chart as a ghost.`,
    use: 'Use this setup',
    used: (name: string) => `The setup is that of “${name}”.`,
    usedOwn: (name: string, text: string) =>
      `The setup is that of “${name}”. Its own text (${text}) is not part of it: paste or choose it again.`,
    link: 'Copy link',
    linkOwn: 'The link holds the setup, not your own text.',
    export: 'Export .zip',
    exportSmall: 'Export without the models',
    exportSmallHint: 'Smaller; it can be shown and compared, but cannot go on.',
    exporting: 'Packing…',
    remove: 'Delete',
    busy: 'A race is running; stop it first.',
    elsewhere: 'Another tab is training; end that first.',
    begun: 'Begun',
    changed: 'Last written',
    checkpoint: 'Last checkpoint',
    checkpoints: (ar: string, diffusion: string) => (ar === diffusion ? ar : `AR ${ar}, diffusion ${diffusion}`),
    step: (step: string) => `step ${step}`,
    noCheckpoint: 'none: it cannot go on',
    executor: 'Computed by',
    ownText: 'Text',
    parent: 'Branched off',
    test: 'Test loss',
    crossings: 'Crossings',
    settings: 'Settings that are not the default',
    setting: (label: string) => `${label}:`,
    noSettings: 'All settings are the default ones.',
    bytes: 'Storage',
  },

  removed: {
    done: (name: string) => `“${name}” is deleted.`,
    undo: 'Undo',
    dismiss: 'Dismiss',
    fold: (count: number) => `Deleted in this visit: ${races(count, String(count))}`,
    note: 'They can be brought back until this page is closed; their space is freed when it is opened the next time.',
    restore: (name: string) => `Bring back ${name}`,
    purge: 'Free their space now',
  },

  imports: {
    button: 'Import .zip…',
    drop: 'Drop run folders (.zip) here',
    running: (done: number, of: number) => (of === 1 ? 'Reading the file…' : `Reading file ${done} of ${of}…`),
    done: (list: string, count: number) =>
      count === 1 ? `Imported: ${list}.` : `${count} races were imported: ${list}.`,
    nothing: 'Nothing was imported.',
    refused: (count: number) => (count === 1 ? 'One file was refused' : `${count} files were refused`),
    kept: 'What was kept before is as it was.',
    ignored: (list: string) => `Passed over, as no part of a run: ${list}.`,
    unreadable: (name: string) => `${name} could not be read.`,
    lost: (files: number) =>
      `The worker that read it ended. ${files === 1 ? 'The file was not taken; import it again.' : `${files} files were not taken; import them again.`}`,
    already: (list: string, count: number) =>
      count === 1 ? `There already, and left as it was: ${list}.` : `There already, and left as they were: ${list}.`,
    dismiss: 'Dismiss',
  },

  storage: {
    title: 'Storage',
    used: (used: string) => `${used} in use`,
    of: (used: string, quota: string) => `${used} of ${quota} that this browser grants`,
    persisted: 'The browser has promised to keep it until you delete it.',
    notPersisted: 'The browser may clear it when the disk is full, or when the page was not opened for long.',
    ask: 'Ask the browser to keep this',
    asking: 'Asking…',
    granted: 'The browser keeps it until you delete it.',
    denied:
      'The browser did not promise it. It may, once you use this page more often; export what you want to be sure of.',
  },

  compare: {
    title: 'Compare',
    hint: (most: number) => `Tick up to ${most} races to compare them: on one chart, setting by setting, seed by seed.`,
    ticked: (count: number) => `${races(count, String(count))} ticked`,
    show: 'Show the comparison',
    oneMore: 'tick one more',
    heading: (count: number) => `Comparison of ${races(count, String(count))}`,
    clear: 'Compare none',
    reading: 'Reading the races…',
    empty: (name: string) => `“${name}” has no evaluation yet.`,
    unit: 'validation loss, nats per token; lower is better',
    axisLabel: 'Horizontal axis',
    logX: 'log x',
    logY: 'log y',
    group: (text: string, list: string) => `${text}, seeds ${list}`,
    standOut: (letter: string) => `Let ${letter} stand out`,
    otherTexts: 'These races are not about the same text: each loss is measured on its own, so they do not compare.',
    legend: {
      ar: (several: boolean) => (several ? 'AR (exact), median' : 'AR (exact)'),
      diffusion: (bounds: readonly LossBound[], several: boolean) =>
        `diffusion (${bounds.map((bound) => ({ upper: 'upper bound', exact: 'exact chain rule' })[bound]).join('; ')})${several ? ', median' : ''}`,
      band: (several: boolean, single: boolean) =>
        [several && 'least and greatest of the seeds', single && 'one seed: ± 1 standard error']
          .filter(Boolean)
          .join('; '),
      dot: 'each evaluation',
      best: 'best so far',
      live: 'live crossing',
      strict: 'strict crossing',
      doubtful: 'not confirmed',
    },
    chart: (letters: string) => `Validation losses of ${letters}.`,

    settings: 'What differs in their setups',
    settingColumn: 'setting',
    same: 'Their setups are the same.',
    ownText: 'Text',
    parent: 'Branched off',
    executor: 'Computed by',
    none: '–',

    results: 'Results',
    resultColumns: ['race', 'model', 'best', 'at the end', 'test', '◆ live', '◇ strict'],
    bound: { exact: 'exact', upper: 'upper bound' } satisfies Record<LossBound, string>,
    range: (lo: string, hi: string) => `${lo} … ${hi}`,
    confirmed: (epoch: string, confirmed: number, of: number) =>
      of === 1 ? `epoch ${epoch}` : `epoch ${epoch} (${confirmed} of ${of})`,
    notConfirmed: 'not confirmed',

    differences: 'Differences, paired by seed',
    differencesNote:
      'In nats per token, with the 95 % interval. Negative: lower, so better. Of one seed, the interval is over its windows and says nothing about other seeds.',
    differenceColumns: ['difference', 'model', 'best', 'test', 'seeds'],
    minus: (a: string, b: string) => `${a} − ${b}`,
    gap: (letter: string) => `AR − diffusion in ${letter}`,
    interval: (lo: string, hi: string) => `${lo} … ${hi}`,
    noInterval: 'how sure is not known',
    noPair: 'no seed pairs',

    summary: {
      best: (letter: string, ar: string, diffusion: string, of: number) =>
        of === 1
          ? `${letter}: AR’s best is ${ar}, diffusion’s ${diffusion}.`
          : `${letter}: the median of AR’s bests is ${ar}, of diffusion’s ${diffusion}.`,
      only: (letter: string, family: string, best: string) => `${letter}: the best of ${family} is ${best}.`,
      crossing: (kind: CrossingKind, epoch: string) =>
        kind === 'strict' ? `Diffusion beats AR’s best at epoch ${epoch}` : `Diffusion passes AR at epoch ${epoch}`,
      inSeeds: (text: string, confirmed: number, of: number) =>
        of === 1 ? `${text}.` : `${text}, in ${confirmed} of ${seeds(of)}.`,
      noCrossing: 'No crossing is confirmed.',
    },

    save: (format: string) => `Save as ${format}`,
    formats: { svg: 'SVG', png: 'PNG', csv: 'CSV' },
    noPng: 'This browser could not make a PNG of it.',
    file: 'crossover-comparison',
  },
};
