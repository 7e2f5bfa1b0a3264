import type { NoGpu } from '../../../lab/protocol.ts';

const numbers = new Intl.ListFormat('en', { type: 'conjunction' });

/** The sentences about what is kept, and about what can go wrong while a race is on. */
export const keeping = {
  interrupted: {
    title: 'A race was interrupted',
    where: (step: string, total: string) => `Step ${step} of ${total}`,
    fromHere: 'It goes on from there, bit for bit on the same device.',
    from: (step: string) => `It goes on from step ${step}, bit for bit on the same device.`,
    fromStart: 'It had not come to a checkpoint: it begins again.',
    others: (count: number) =>
      count === 1 ? 'One more unfinished race is in Runs.' : `${count} more unfinished races are in Runs.`,
    goOn: 'Go on',
    show: 'Show',
    later: 'Not now',
  },

  elsewhere: {
    race: 'Another tab is training a race. One trains at a time.',
    experiment: 'Another tab is running an experiment. One trains at a time.',
    watching: 'You are watching what another tab trains. Pause, Step and Stop act there.',
    watch: 'Watch it here',
  },

  pausedByOther: 'paused in another tab',

  recovered: {
    text: (steps: string) => `The device was lost and found again. The race goes on from ${steps}.`,
    step: (step: string) => `step ${step}`,
    start: 'its beginning',
    dismiss: 'Dismiss this message',
  },

  notKept: {
    'storage-full': 'The storage is full. Training goes on; nothing more of it is kept.',
    'no-storage': 'This browser gives the page no storage. Training goes on; nothing of it is kept.',
    exportIt: 'Export it',
    exporting: 'Packing…',
    runs: 'Free space in Runs',
    dismiss: 'Dismiss this message',
  },

  offers: {
    reconnect: 'Reconnect and go on',
    goOn: (step: string) => `Go on from step ${step}`,
    back: (step: string) => `Go back to step ${step} with half the rate`,
    again: 'Begin again with half the rate',
    undo: (setting: string) => `Undo: ${setting}`,
    undoAll: 'Undo all changes',
    use: (changes: readonly string[]) => `Use ${numbers.format(changes)}`,
    sizes: {
      'model.channels': (value: string) => `${value} channels`,
      'model.layers': (value: string) => (value === '1' ? '1 layer' : `${value} layers`),
      'train.batch': (value: string) => `a batch of ${value}`,
      'model.context': (value: string) => `a context of ${value}`,
    } as Readonly<Record<string, (value: string) => string>>,
    cpu: 'Compute on the CPU',
    restart: 'Start again',
    restartAndGoOn: 'Start again and go on',
  },

  /** What the offers of a card mean, in a sentence. */
  todo: {
    diverged:
      'The rate was too high: the weights ran off. Go back to where they were still good, or begin again; half the rate is a safe next try.',
    divergedAtOnce:
      'The rate was too high: the weights ran off before the first checkpoint. Half the rate is a safe next try.',
    lostGpu: 'The graphics driver or another program took it away. What was trained up to the last checkpoint is safe.',
    lostCpu:
      'A part of the computation was ended, perhaps because memory ran short. What was trained up to the last checkpoint is safe.',
    lostSweep: 'Finished cells are kept; those under way begin anew.',
    fits: 'Each of these fits by itself:',
    fitsOnly: 'This fits:',
    dead: 'Everything up to the last checkpoint is kept. A new worker takes its place.',
    deadSweep: 'Finished cells of the experiment are kept; those under way begin anew. Start again, then press Go on.',
    deadIdle: 'A new worker takes its place; nothing is lost.',
  },
  titles: { dead: 'The training worker ended' },
  dead: 'its thread was ended from outside, as browsers may do when memory runs out.',
  noReason: 'no reason given',

  /** Why there is no WebGPU: in the setup, where the CPU computes instead, and on a card, where the GPU was asked for. */
  noGpu: {
    missing: {
      title: 'This browser has no WebGPU',
      text: 'The page looked for navigator.gpu and found nothing.',
      todo: 'Open the page in a current Chrome, Edge, Safari or Firefox, or compute on the CPU: slower, but it works.',
      instead: 'This browser has no WebGPU, so it trains on the CPU: slower than a GPU, but it works.',
    },
    insecure: {
      title: 'WebGPU needs a secure address',
      text: 'Browsers hide the GPU from pages that came over plain http.',
      todo: 'Open the page over https, or from localhost; or compute on the CPU.',
      instead:
        'Browsers hide the GPU from pages that came over plain http, so it trains on the CPU. Over https, or from localhost, it would be faster.',
    },
    'no-adapter': {
      title: 'The browser found no graphics adapter',
      text: 'WebGPU is here, but it has no adapter for this machine’s graphics driver.',
      todo: 'A newer driver or another browser may help; chrome://gpu says what is blocked. The CPU works in any case.',
      instead: 'WebGPU is here, but it found no adapter for this machine’s graphics driver, so it trains on the CPU.',
    },
    refused: {
      title: 'The graphics adapter gave no device',
      text: 'There is an adapter, but it refused the device that was asked of it.',
      todo: 'Close other tabs that use the GPU and reload, or restart the browser; or compute on the CPU.',
      instead:
        'The graphics adapter refused a device, so it trains on the CPU. Reload when other tabs have let go of it.',
    },
  } satisfies Record<NoGpu, { title: string; text: string; todo: string; instead: string }>,

  alone: (missing: string) => `This browser has no ${missing}: tabs cannot know of each other.`,
};
