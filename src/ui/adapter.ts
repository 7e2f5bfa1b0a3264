import type { ExecutorInfo } from '../lab/protocol.ts';
import { words } from './words.ts';

/** The adapter's name; one that computes on the CPU is never left to look like a GPU. */
export function adapterName({ adapter, software }: Pick<ExecutorInfo, 'adapter' | 'software'>): string {
  return software && !adapter.includes(words.software) ? `${adapter} (${words.software})` : adapter;
}
