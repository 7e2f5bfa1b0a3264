import type { ArgsDef, CommandContext } from 'citty';
import { EXECUTOR_CHOICES } from '../../graph/executor.ts';
import { MOST_THREADS } from '../../remote/threads.ts';
import type { Device } from './device.ts';
import { wholeNumber } from './options.ts';
import type { Terminal } from './terminal.ts';

/** What several commands take. */

export const terminalOf = (context: { data?: unknown }) => context.data as Terminal;

export const deviceArgs = {
  executor: {
    type: 'enum',
    options: [...EXECUTOR_CHOICES],
    default: 'auto',
    description:
      'auto: a GPU if there is one, else cpu; gpu: WebGPU through Dawn; gpu-f16: the same with matrix products of 16-bit operands; cpu: WebAssembly; interpret: the f64 reference, exact and slow.',
  },
  adapter: {
    type: 'enum',
    options: ['auto', 'software'],
    default: 'auto',
    description: 'Of the gpu executor. auto: a GPU if there is one; software: the software adapter.',
  },
  threads: {
    type: 'string',
    valueHint: 'n',
    description: 'Of each model on the cpu executor; the cores shared by the models without it. It changes no number.',
  },
} as const satisfies ArgsDef;

export const json = { type: 'boolean', description: 'One event a line on stdout; the last is the summary.' } as const;

type DeviceArgs = CommandContext<typeof deviceArgs>['args'];
export function deviceOf({ executor, adapter, threads }: DeviceArgs): Device {
  const device = { executor, adapter } as Device;
  return threads === undefined
    ? device
    : { ...device, threads: wholeNumber('--threads', threads, { from: 1, to: MOST_THREADS }) };
}
