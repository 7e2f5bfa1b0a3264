import { join } from 'node:path';
import { badInput } from '../../core/errors.ts';
import { readIfThere } from '../node/files.ts';
import { serve } from '../node/serve.ts';
import { wholeNumber } from './options.ts';
import type { Terminal } from './terminal.ts';

export const portArg = {
  type: 'string',
  valueHint: 'n',
  default: '4747',
  description: 'Port; the next free one if it is taken.',
} as const;

export interface ServedPage {
  /** As it was typed. */
  port: string;
  /** Files beside those of the page, by their paths. */
  beside?: ReadonlyMap<string, Uint8Array>;
  /** What follows the address of the page. */
  query?: string;
}

/** Serves the built page on 127.0.0.1 until an interrupt. Resolves to the exit code. */
export async function servePage({ port, beside, query = '' }: ServedPage, terminal: Terminal): Promise<number> {
  const { root, stdout, stderr, onInterrupt } = terminal;
  const wanted = wholeNumber('--port', port, { from: 1, to: 65_535 });
  const folder = join(root, 'dist/web');
  if (!(await readIfThere(join(folder, 'index.html')))) {
    throw badInput(`${folder} holds no built page`, 'Start with npm start, which builds it.');
  }
  const server = await serve(folder, wanted, beside);
  if (server.port !== wanted) stderr.write(`Port ${wanted} is taken.\n`);
  stdout.write(`Crossover is at ${server.url}${query} (Ctrl-C ends it)\n`);
  await new Promise<void>((done) => {
    const release = onInterrupt(() => {
      release();
      done();
    });
  });
  await server.close();
  return 0;
}
