import type { ExecutorKind } from '../../../lab/protocol.ts';

/** The sentences of the Device view. */
export const device = {
  title: 'Device',
  loading: 'Loading what is known of the device…',
  none: 'No device is open.',
  looking: 'Looking for a device…',
  kinds: {
    gpu: 'GPU: WGSL kernels through WebGPU',
    cpu: 'CPU: SIMD kernels in WebAssembly',
    interpret: 'Reference interpreter, in 64-bit numbers',
  } satisfies Record<ExecutorKind, string>,
  half: '16-bit operands of matrix products',

  about: {
    kind: 'Executor',
    adapter: 'Adapter',
    vendor: 'Vendor and architecture',
    tuning: 'Chosen kernels are kept in',
    features: 'Features',
    limits: 'Limits',
    noFeatures: 'none',
  },

  memory: {
    title: 'Memory',
    planned: 'Planned for both models',
    plannedNote: 'known before the first step',
    used: 'In use now',
    usedNote: 'arenas and compiled programs',
    held: 'Held by WebAssembly',
    heldNote: 'grows with the largest race, and is used again',
    ofPlan: (percent: string) => `${percent} % of the plan`,
    nothing: 'Nothing is compiled yet.',
  },

  profile: {
    title: 'One training step',
    ask: 'Time the next step',
    asked: 'Timing the next step…',
    what: 'Takes the next step of each model command by command. It counts as that step, with the same bits; it is only slower.',
    before: 'Nothing is compiled yet: train both models, then a step can be timed.',
    paused: 'The race is paused. The step is timed when it goes on: press Resume or Step.',
    over: 'No race is on. The next one can be timed.',
    device: 'Timed on the device’s own clock (timestamp queries), each op in a pass of its own.',
    wall: 'Timed by wall clock, each op by itself.',
    waited: 'Timed by wall clock, waiting for the device after each op: this adapter has no timestamp queries.',
    once: 'It is one step: where something else uses the machine, single ops look slower than they are.',
    step: (step: string) => `step ${step}`,
    sum: (ms: string, rate: string) => `${ms} ms, ${rate} GFLOP/s`,
    caption: (family: string, step: string) => `Time of each op of ${family} in step ${step}, the longest first`,
    columns: { op: 'op', nodes: 'nodes', ms: 'ms', share: 'share', rate: 'GFLOP/s' },
    all: 'all',
    rest: (count: string) => `${count} shorter ones are in the diagnostics`,
    outside: 'outside the layers',
    host: (microseconds: string) => `Host: ${microseconds} µs a step`,
    hostParts: { prepare: 'batch', write: 'copy', encode: 'record', submit: 'submit' },
    hostNone: 'Host: no other step has been taken in this session',
    together: (steps: string) => `${steps} ${steps === '1' ? 'step' : 'steps'} a submission`,
  },

  kernels: {
    title: 'Kernels',
    used: 'Variants in use',
    usedCaption: 'The variant of each op and shape that this race uses',
    timed: 'Timed variants',
    timedCaption: 'Milliseconds of one run of each variant; the chosen one is marked',
    columns: { op: 'op', shape: 'inputs', variant: 'variant', ms: 'ms', rate: 'GFLOP/s', chosen: 'used' },
    one: 'This executor has one kernel for each op: there is nothing to choose.',
    untimed:
      'No variant has been timed: a software adapter takes the first of each op, and so does a race that has not begun.',
    refused: 'does not compile',
    chosen: 'yes',
  },

  diagnostics: {
    title: 'Diagnostics',
    what: 'Everything on this page as text, with the browser and its version; nothing of your own text.',
    show: 'Show the text',
    copy: 'Copy diagnostics',
  },
};
