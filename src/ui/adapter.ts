import { told } from '../analysis/language.ts';
import type { ExecutorInfo } from '../lab/protocol.ts';
import { words } from './words.ts';

/** The adapter's name; a WebGPU adapter that computes on the CPU is never left to look like a GPU. */
export function adapterName({ kind, adapter, software }: Pick<ExecutorInfo, 'kind' | 'adapter' | 'software'>): string {
  const name = told(adapter);
  return kind === 'gpu' && software && !name.includes(words.software) ? `${name} (${words.software})` : name;
}
