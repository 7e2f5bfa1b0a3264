import type { Scale } from '../../../experiments/experiment.ts';
import type { Status } from '../../../experiments/verdict.ts';
import type { FigureAxis } from '../../../figure/curves.ts';

/** Every sentence of the view of experiments. */
export const figure = {
  loading: 'Loading the experiments…',

  picker: {
    title: 'Experiments',
    label: 'Experiment',
    scale: 'Size',
    scales: { minutes: 'minutes', coffee: 'coffee', night: 'night' } satisfies Record<Scale, string>,
    scalesLong: {
      minutes: 'two cores without a GPU',
      coffee: 'a laptop’s GPU, a quarter of an hour',
      night: 'a workstation’s GPU',
    } satisfies Record<Scale, string>,
    cells: (cells: string, seeds: number) =>
      `${cells} ${cells === '1' ? 'cell' : 'cells'}, ${seeds} ${seeds === 1 ? 'seed' : 'seeds'} each`,
    seeds: 'Seeds',
    seedsNote: 'As planned.',
    seedsPlanned: (planned: number) => `The plan has ${planned}. Cells that are finished are kept.`,
    badSeeds: (found: string, most: number) => `seeds=${found} is no whole number from 1 to ${most}`,
    settings: 'Other settings',
    settingsNote: 'One a line, as the terminal takes them with --set. What an axis varies cannot be set.',
    none: 'not run yet',
  },

  run: {
    measure: 'Measure what it costs here',
    measureNote: 'Times a few steps on this device. Nothing is run before you say so.',
    start: (cells: string) => `Run ${cells}`,
    cells: (count: string) => (count === '1' ? '1 cell' : `${count} cells`),
    cost: (flops: string, time: string, bytes: string) =>
      `${flops} FLOPs, at most ${time} here, ${bytes} for each model`,
    kept: (done: string) => `${done} finished on this device; they are not run again.`,
    allKept: 'All cells are finished on this device.',
    preparing: 'Building the data of every cell…',
    measuring: 'Timing a few steps…',
    starting: 'Starting…',
    pause: 'Pause',
    resume: 'Resume',
    stop: 'Stop',
    stopping: 'Stopping…',
    progress: (done: string, total: string) => `${done} of ${total} cells`,
    eta: (time: string) => `about ${time} left`,
    paused: 'paused',
    stopped: 'Stopped. Finished cells are kept; those under way begin anew.',
    failed: 'It could not go on; see the message above. Finished cells are kept.',
    cutOff: 'It was cut off; see the message above. Finished cells are kept; those under way begin anew.',
    goOn: 'Go on',
    goOnNote: 'Times a few steps on the device as it is now, then runs what is left.',
    elsewhere: (title: string) => `“${title}” is running.`,
    show: 'Show it',
    race: 'A race is running; stop it first.',
    device: 'Looking for a device that can train…',
    noDevice: 'Nothing can train here: see the message above.',
    step: (what: string, family: string, step: string, total: string) => `${what}: ${family}, step ${step} of ${total}`,
    reload: 'Stays until you close the page; finished cells stay longer, in this browser.',
  },

  races: {
    open: (count: number) => (count === 1 ? 'Open its race' : `Open a race (${count})`),
    openLong: (count: number, row: string) =>
      count === 1 ? `Open its race: ${row}` : `Open a race (${count}): ${row}`,
    title: (row: string) => `Races: ${row}`,
    note: 'A race opens on the chart with its curves, thinned where they were recorded. Where a cell trains one model alone, the other is its reference.',
    list: 'Races',
    columns: ['race', 'best AR', 'best diffusion', ''],
    race: (levels: string, seed: number) => [levels, `seed ${seed}`].filter(Boolean).join(', '),
    show: 'Open',
    showLong: (race: string) => `Open ${race}`,
    use: 'Use this setup',
    takeLong: (race: string) => `Use this setup: ${race}`,
    recorded: (date: string, device: string) => `from the sweep recorded on ${date}, on ${device}.`,
    own: 'run in this browser.',
    reference: (family: string) => `The curve of ${family} is that of its reference.`,
    ranOn: (host: string) => `It is what the sweep was run on: ${host}.`,
  },

  beside: {
    titles: { laws: 'Laws of this sweep', sampling: 'Writing: quality against its cost' },
  },

  source: {
    label: 'Results',
    recorded: 'recorded',
    own: 'this device',
    banner: (day: string, where: string) => `Recorded on ${day}, on ${where}.`,
    thinned: 'Its verdict was computed from the whole results; the curves here are thinned.',
    ownBanner: 'Run on this device.',
    nothing: 'Nothing has been run at this size yet. Measure and run it at the left, or choose another size.',
    nothingRecorded: 'No recorded results come with this copy of Crossover for this size.',
    broken: (message: string) => `The recorded results could not be loaded: ${message}`,
  },

  grid: {
    title: 'Figure',
    axis: 'Horizontal axis',
    axes: { epoch: 'epochs', tokens: 'tokens', step: 'steps', flops: 'FLOPs' } satisfies Record<FigureAxis, string>,
    summary: 'The figure as a table',
    columns: ['panel', 'curve', 'best median', 'range', 'at the end', 'range'],
    ends: (curve: string, value: string) => `${curve} ends at ${value}`,
    about: (what: string, axis: string, ends: string) => `${what}, against ${axis}. ${ends}.`,
    save: 'Save as',
    formats: { svg: 'SVG', png: 'PNG', csv: 'CSV' },
    noPng: 'This browser could not make a PNG of it.',
  },

  verdict: {
    title: 'Verdict',
    status: {
      reproduced: 'reproduced',
      'not reproduced at this scale': 'not reproduced at this scale',
      inconclusive: 'inconclusive',
    } satisfies Record<Status, string>,
    unfinished: (done: string, planned: string) =>
      `${done} of ${planned} cells are there; a verdict needs all of them.`,
    beside: 'beside the claim',
    effect: 'Effect',
    parts: 'What was judged, and how',
    criterion: (words: string) => `Had to hold: ${words}.`,
    found: (words: string) => `Found: ${words}.`,
    interval: (lo: string, hi: string) => `95 % interval ${lo} … ${hi}`,
    seeds: 'Seeds',
    ranOn: 'Ran on',
    again: 'To run it again',
    crossings: 'Crossings',
    crossingColumns: ['levels', 'metric', 'crossing', 'confirmed', 'epoch', 'step', 'FLOPs'],
    of: (confirmed: number, seeds: number) => `${confirmed} of ${seeds} seeds`,
    metrics: { loss: 'loss', accuracy: 'accuracy' },
    toDecide: 'What would decide it:',
    effort: (flops: string, time: string) => `${flops} FLOPs of training, at most ${time} where these were run.`,
    chooseDeciding: 'Choose that',
    diverged: (count: number) => `${count} cells diverged.`,
  },

  claims: {
    title: 'All claims and their recorded verdicts',
    /** `machine`: where all of them were recorded; null where each line names its own. */
    note: (machine: string | null) =>
      `Recorded with Crossover itself, on ${machine ?? 'the machine that each line names'}. A claim that does not hold here is shown as plainly as one that does.`,
    columns: ['claim', 'experiment', 'verdict', 'effect', 'size', 'recorded'],
    notRecorded: 'not recorded',
    size: (scale: string, seeds: number) => `${scale}, ${seeds} ${seeds === 1 ? 'seed' : 'seeds'}`,
    missing: 'No recorded results come with this copy of Crossover.',
    command: 'In a terminal',
  },
};
