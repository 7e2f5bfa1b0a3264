import type { CrossingKind, CrossingStatus } from '../../../analysis/crossing.ts';
import type { ExecutorChoice, LabEvent, LabState } from '../../../lab/protocol.ts';
import type { LossBound } from '../../../spec/bound.ts';
import type { CorpusId, FamilyId } from '../../../spec/schema.ts';
import type { View } from '../../views.ts';
import { chart } from './chart.ts';
import { shown } from './shown.ts';

type ErrorCode = Extract<LabEvent, { type: 'error' }>['code'];

/** The sentences of the page itself and of the race. */

const draws = (count: number) => `${count} ${count === 1 ? 'draw' : 'draws'}`;

export const page = {
  name: 'Crossover',
  tagline: 'Two language models, one text: which learns more from little data?',
  loading: 'Loading the chart…',
  views: {
    label: 'View',
    names: {
      race: 'Race',
      figure: 'Experiments',
      gap: 'Close the gap',
      inside: 'Inside',
      runs: 'Runs',
      device: 'Device',
      learn: 'Learn',
    } satisfies Record<View, string>,
    loading: 'Loading this view…',
  },
  header: {
    setup: 'Preset',
    custom: 'Your own setting',
    share: 'Share',
    shareLong: 'Copy a link to this setup',
    shared: 'Link copied',
    notShared: (link: string) => `The link could not be copied. It is: ${link}`,
    ownText: 'The link holds the setup, not your own text.',
    export: 'Export',
    exports: {
      csv: 'Records as CSV',
      jsonl: 'Records as JSONL',
      svg: 'Figure as SVG',
      png: 'Figure as PNG',
      zip: 'The race as .zip',
    },
    zipNote: 'Setup, records, texts and models, as the terminal reads them.',
    zipMissing: 'A race is kept as soon as it is trained here.',
    nothing: 'Nothing is on the chart yet.',
    noPng: 'This browser could not make a PNG; the SVG holds the same figure.',
  },
  broken: (message: string) => `This part of the page could not be drawn: ${message}`,
  tryAgain: 'Try again',
  reports: 'Reports',

  states: {
    idle: 'ready',
    preparing: 'preparing the data',
    compiling: 'compiling kernels',
    running: 'running',
    paused: 'paused',
    finished: 'finished',
    stopped: 'stopped',
    failed: 'failed',
  } satisfies Record<LabState, string>,
  experiment: 'running an experiment',
  noDevice: 'looking for a device',
  noAdapter: 'no device',
  software: 'software, on the CPU',
  /** `sooner`: it may end before its budget, by patience. */
  eta: (time: string, sooner: boolean) => (sooner ? `at most ${time} left` : `about ${time} left`),
  stepsPerSecond: (rate: string) => `${rate} steps/s`,
  stepOf: (step: string, total: string) => `${step} / ${total}`,

  families: {
    ar: {
      name: 'AR',
      inText: 'AR',
      long: 'Autoregressive',
      writes: 'writes left to right',
      what: 'Predicts the next character from those to its left.',
    },
    diffusion: {
      name: 'Diffusion',
      inText: 'diffusion',
      long: 'Masked diffusion',
      writes: 'fills masks in any order',
      what: 'Predicts masked characters from those that are visible.',
    },
  } satisfies Record<FamilyId, { name: string; inText: string; long: string; writes: string; what: string }>,
  bounds: { exact: 'exact', upper: 'upper bound' } satisfies Record<LossBound, string>,
  lossIs: { exact: 'Its loss is exact.', upper: 'Its loss is an upper bound.' } satisfies Record<LossBound, string>,

  transport: {
    train: 'Train both',
    live: 'Train it live here',
    about: (time: string, sooner: boolean) => `${sooner ? 'at most' : 'about'} ${time} on this device`,
    again: 'Train both again',
    pause: 'Pause',
    resume: 'Resume',
    step: 'Step',
    stop: 'Stop',
    pausing: 'Pausing…',
    resuming: 'Resuming…',
    stepping: 'Stepping…',
    stopping: 'Stopping…',
    starting: 'Starting…',
    why: {
      device: 'Looking for a device that can train…',
      noDevice: 'Nothing can train here: see the message above.',
      experiment: 'An experiment is running; stop it first.',
      issues: 'A setting is out of range: see the red text in the setup.',
      ownText: 'Paste a text or choose a file first.',
    },
  },

  setup: {
    title: 'Setup',
    locked: 'Stop the race to change its setup.',
    preset: 'Preset',
    custom: 'Your own setting',
    corpus: 'Text',
    corpora: {
      'moby-dick': 'Moby Dick',
      sotu: 'State of the Union',
      python: 'Python',
      synthetic: 'Synthetic',
      own: 'Own text',
      brackets: 'Brackets',
      world: 'World of facts',
      reversal: 'Reversal',
      sudoku: 'Sudoku',
    } satisfies Record<CorpusId, string>,
    unique: 'Unique tokens U',
    uniqueHelp: 'The less text, the sooner it is seen again.',
    size: 'Model size',
    customSize: 'Your own size: see Advanced.',
    describeSize: (layers: number, channels: number, heads: number) =>
      `${layers} ${layers === 1 ? 'layer' : 'layers'}, ${channels} channels, ${heads} ${heads === 1 ? 'head' : 'heads'}`,
    steps: 'Steps',
    epochs: (count: string) => `${count} epochs: each character is seen about ${count} times.`,
    executor: 'Computed by',
    executors: {
      auto: 'the fastest there is',
      gpu: 'GPU (WebGPU)',
      'gpu-f16': 'GPU, 16-bit products',
      cpu: 'CPU (WebAssembly)',
      interpret: 'f64 reference: exact, very slow',
    } satisfies Record<ExecutorChoice, string>,
    advanced: 'Advanced',
    sections: {
      '': 'General',
      data: 'Data',
      model: 'Model',
      train: 'Training',
      ar: 'Autoregressive objective',
      diffusion: 'Diffusion objective',
      evaluation: 'Evaluation',
      sampling: 'Samples',
    } as Record<string, string>,
    range: (min: string, max: string) => `${min} … ${max}`,
    notANumber: (found: string) => `“${found}” is not a number.`,
    outside: (found: string, kind: string, min: string, max: string) =>
      `${found} is not ${kind} from ${min} to ${max}.`,
    noEffect: (why: string) => `Without effect here: ${why}.`,
    whole: 'a whole number',
    real: 'a number',
  },

  own: {
    placeholder: 'Paste a text of some thousand characters…',
    label: 'Your text',
    file: 'Choose a file…',
    drop: 'Drop a text file anywhere on this page.',
    dropping: 'Drop the text to train on it',
    binary: (name: string) => `${name} is not a text: it holds bytes that no UTF-8 text has.`,
    empty: (name: string) => `${name} is empty.`,
    large: (name: string, size: string, most: string) => `${name} has ${size}; a text may have at most ${most}.`,
    promise: 'Your text never leaves this tab.',
    link: 'It is not part of the link either.',
    size: (characters: string) => `${characters} characters.`,
    fromFile: (name: string) => `Your text: ${name}`,
    clear: 'Clear',
    pasted: 'pasted text',
    unreadable: (name: string) => `${name} could not be read.`,
  },

  chart,
  ...shown,

  crossing: {
    kinds: { live: 'Live', strict: 'Strict' } satisfies Record<CrossingKind, string>,
    meaning: {
      live: 'When diffusion’s current loss falls below AR’s.',
      strict: 'When diffusion’s best loss falls below the best that AR ever reached.',
    } satisfies Record<CrossingKind, string>,
    status: {
      none: 'not yet',
      possible: 'possible',
      confirmed: 'confirmed',
      reverted: 'reverted',
    } satisfies Record<CrossingStatus, string>,
    never: 'not within the budget',
    mark: (kind: string, epoch: string) => `${kind}, epoch ${epoch}`,
  },

  verdict: {
    title: 'Verdict',
    waiting: 'No evaluation yet.',
    arAhead: (gap: string, bound: LossBound) =>
      bound === 'upper'
        ? `AR is ${gap} nats below diffusion’s upper bound.`
        : `AR is ahead of diffusion by ${gap} nats.`,
    diffusionAhead: (gap: string) => `Diffusion is ahead of AR by ${gap} nats.`,
    level: 'The two are level within the error.',
    beaten: (step: string, epoch: string) => `Diffusion beat the best of AR at step ${step}, epoch ${epoch}.`,
    passed: (step: string, epoch: string) => `Diffusion passed AR at step ${step}, epoch ${epoch}.`,
    possible: (step: string, epoch: string) => `Diffusion may have passed AR at step ${step}, epoch ${epoch}.`,
    reverted: (step: string, epoch: string) =>
      `Diffusion passed AR at step ${step}, epoch ${epoch}, then AR was ahead again.`,
    noCrossing: (steps: string) => `No crossing within the budget of ${steps} steps.`,
    noCrossingStopped: 'Stopped before any crossing.',
    model: 'model',
    best: 'best',
    now: 'now',
    test: 'test',
    at: (epoch: string, step: string) => `epoch ${epoch}, step ${step}`,
    gap: 'AR − diffusion',
    gapNote: '± error, paired over windows',
    testNote: 'Test: text that nobody watched, scored once on the weights that were best on validation.',
    boundNote: (bound: LossBound, count: number) =>
      `Validation loss in nats per token ± standard error. ${
        bound === 'upper'
          ? `AR’s is exact; diffusion’s is an upper bound (${draws(count)} of masks per window).`
          : `Both are exact; diffusion’s is estimated from ${draws(count)} of the chain rule per window.`
      }`,
  },

  samples: {
    title: 'What they write',
    waiting: 'Its first text appears here while it learns.',
    off: 'Writing is off (Write text every: 0 steps).',
    about: (step: string, forwards: string) => `after step ${step}, in ${forwards} passes`,
    pass: (pass: number, of: number) => `pass ${pass} of ${of}`,
    rewind: 'Back to the first pass',
    back: 'One pass back',
    play: 'Play the order of writing',
    halt: 'Pause the playback',
    forward: 'One pass on',
    speed: 'Speed of the playback',
    times: (factor: string) => `${factor}×`,
    shade: 'shade: confidence of the model in each character',
    spoken: (text: string) => `Text: ${text}`,
  },

  evaluations: {
    title: 'Every evaluation',
    caption: 'Validation loss in nats per token, newest first',
    step: 'step',
    epoch: 'epoch',
    gap: 'AR − diffusion',
    csv: 'Download CSV',
    csvNote: 'Raw records: training, validation, test and questions of both models.',
    rest: (count: string) => `${count} earlier rows are in the CSV.`,
    none: 'Nothing has been evaluated yet.',
    file: 'crossover-records.csv',
  },

  answers: {
    title: 'What they answer',
    none: 'Nothing has been asked yet.',
    caption: (task: string) => `Share of the questions answered rightly: ${task}`,
    columns: ['model', 'now', 'best', 'at step', 'guessing'],
    almostNever: 'almost 0',
  },

  data: {
    title: 'About the data',
    source: 'Source',
    licence: 'Licence',
    symbols: 'Distinct characters',
    characters: 'Characters in all',
    unique: 'Unique tokens U',
    used: 'used by whole windows',
    spoilt: 'Spoilt on purpose',
    spoiltBy: (kind: string, rate: number, changed: string) =>
      `${kind}, rate ${rate}: ${changed} % of the training tokens differ`,
    questions: 'Questions',
    windows: 'Training windows',
    split: { validation: 'Validation', test: 'Test' },
    tokens: (tokens: string, windows: string) => `${tokens} tokens, ${windows} windows`,
    duplicates: (count: string) => `${count} windows nearly repeat a training window`,
    noDuplicates: 'no window nearly repeats a training window',
    unknown: (list: string) => `characters unknown to the training text, left out: ${list}`,
    noUnknown: 'no unknown characters',
    trueLoss: 'True entropy',
    checksum: 'SHA-256',
  },

  plan: {
    title: 'Model and device',
    parameters: 'Parameters of each model',
    vocabulary: 'Vocabulary with the extra token',
    flops: 'FLOPs per training step',
    memory: 'Device memory for both',
    dispatches: 'GPU dispatches per step',
    tokens: 'Tokens per step',
    variants: 'Matmul kernels',
    device: 'Device',
    why: 'Why this one',
    both: (ar: string, diffusion: string) => (ar === diffusion ? ar : `AR ${ar}, diffusion ${diffusion}`),
  },

  log: {
    title: 'Event log',
    empty: 'What happens is written here.',
    evaluation: (step: string, parts: string) => `Step ${step}: ${parts}`,
    atStep: (step: string, text: string) => `Step ${step}: ${text}`,
    state: { running: 'Training.', paused: 'Paused.', finished: 'Finished.', stopped: 'Stopped.' } as Partial<
      Record<LabState, string>
    >,
  },

  error: {
    titles: {
      'bad-input': 'This setup cannot run',
      'no-adapter': 'No device that can train',
      'device-limit': 'The device is too small for this',
      'device-lost': 'The device was lost',
      diverged: 'The training diverged',
      io: 'Something could not be read or stored',
      'storage-full': 'The storage is full',
      internal: 'Something went wrong',
    } satisfies Record<ErrorCode, string>,
    saved: 'Saved',
    todo: 'What to do',
    /** Shown when the lab gives no hint of its own. */
    hints: {
      'bad-input': 'Change the setting that is named and train again.',
      'no-adapter': 'Choose another way to compute in the setup, or run `npm run race` in a terminal.',
      'device-limit': 'Choose a smaller model, batch or context.',
      'device-lost': 'Reload the page and train again.',
      diverged: 'Halve the learning rate and train again.',
      io: 'Try again; if it stays so, reload the page.',
      'storage-full': 'Free some space, or export and delete kept runs.',
      internal: 'Reload the page. If it happens again, copy the diagnostics into a bug report.',
    } satisfies Record<ErrorCode, string>,
    details: 'Details',
    copy: 'Copy diagnostics',
    copied: 'Copied',
    notCopied: 'Could not copy: select the text instead',
    dismiss: 'Dismiss',
    worker: (message: string) => `The training worker stopped: ${message}`,
    unreadableMessage: 'a message of the training worker could not be read',
  },

  notices: {
    ignored: (list: string) => `The link holds what this version does not understand; it was ignored: ${list}.`,
    busy: 'The address changed while a race was on; the setup was left as it is.',
    dismiss: 'Dismiss this message',
  },

  help: {
    open: 'Help',
    title: 'How to read this',
    close: 'Close',
    paragraphs: [
      'Two models with the same parameters, the same text and the same steps learn to predict characters. AR reads left to right. Masked diffusion learns to fill in masked characters in any order.',
      'The chart shows each model’s loss on text that it has not been trained on. When the unique text is small, AR starts to memorise it and its validation loss turns up, while diffusion goes on improving.',
      '◆ marks the live crossing, ◇ the strict one. A crossing is possible when it is seen once, and confirmed when several evaluations in a row hold it with a gap above two standard errors. Nothing that is judged is smoothed.',
    ],
    keys: 'Keyboard',
    keysOn: 'Keyboard shortcuts are on',
    shortcuts: [
      ['Space', 'pause and resume'],
      ['.', 'one step, while paused'],
      ['R', 'train; while training, from the beginning again'],
      ['L', 'logarithmic loss'],
      ['X', 'next horizontal axis'],
      ['?', 'this help'],
    ] as const,
    slider: 'On the time slider, ← and → go from one evaluation to the next, Home and End to the first and the newest.',
  },

  sources: {
    title: 'Sources and licences',
    synthetic: 'The synthetic language is made by Crossover itself, under its own licence (MIT).',
    unavailable: 'The list of texts could not be loaded. Reload the page to try again.',
    paper: 'The question is that of “Diffusion Language Models are Super Data Learners” (Ni et al., arXiv 2511.03276).',
  },
};
