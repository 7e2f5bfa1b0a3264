import { resolve } from 'node:path';
import { main } from '../../src/hosts/cli/main.ts';
import type { Terminal } from '../../src/hosts/cli/terminal.ts';

export const ROOT = resolve(import.meta.dirname, '../..');

/** A terminal that remembers; `interrupt` is Ctrl-C. */
export function terminal(options: Partial<Terminal> = {}) {
  const listeners = new Set<() => void>();
  const written = { stdout: '', stderr: '' };
  const write = (name: 'stdout' | 'stderr') => ({
    write: (text: string) => {
      written[name] += text;
    },
  });
  const value: Terminal = {
    root: ROOT,
    version: '1.2.3',
    env: {},
    stdout: write('stdout'),
    stderr: write('stderr'),
    onInterrupt: (callback) => {
      listeners.add(callback);
      return () => listeners.delete(callback);
    },
    ...options,
  };
  const interrupt = () => {
    for (const callback of listeners) callback();
  };
  return { value, written, interrupt };
}

/** Runs a command line to its end: its exit code, and what it wrote. */
export async function run(...argv: string[]) {
  const { value, written } = terminal();
  return { code: await main(argv, value), ...written };
}
