import { mergeSweeps } from '../node/mergeSweeps.ts';
import { conclude } from './sweep.ts';
import type { Terminal } from './terminal.ts';

/** Joins sweep folders and judges what comes together. Resolves to the exit code. */
export async function runMerge(
  folders: readonly string[],
  { out, json }: { out: string; json: boolean },
  terminal: Terminal,
): Promise<number> {
  const { copied, known, broken } = await mergeSweeps(folders, out);
  for (const { path, why } of broken) terminal.stderr.write(`${path} was not copied: ${why}; it is to be run again\n`);
  const counts = [
    `${copied} ${copied === 1 ? 'cell' : 'cells'} copied`,
    ...(known > 0 ? [`${known} known already`] : []),
  ];
  terminal.stderr.write(`${counts.join(', ')}\n`);
  await conclude(out, { json }, terminal);
  return 0;
}
