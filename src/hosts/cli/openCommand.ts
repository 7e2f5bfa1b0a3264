import { readdir } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { type ArgsDef, defineCommand } from 'citty';
import { badInput } from '../../core/errors.ts';
import { filesOf, packRuns, unpackRaces } from '../../lab/runFiles/archive.ts';
import { RUN_FILES } from '../../lab/runFiles/names.ts';
import { SERVED_RUNS } from '../../spec/served.ts';
import { ioError, readIfThere } from '../node/files.ts';
import { runPlace } from '../node/runFolder.ts';
import { portArg, servePage } from './serving.ts';
import { terminalOf } from './shared.ts';

const args = {
  folder: {
    type: 'positional',
    required: true,
    description: 'Folder of runs, such as runs, or of one run, such as runs/…-ar; or several.',
  },
  port: portArg,
} as const satisfies ArgsDef;

export const open = defineCommand({
  meta: {
    name: 'open',
    description: 'Serve the lab with the races of a folder: the page takes them in and shows them',
  },
  args,
  run: async (context) => {
    const { _: folders, port } = context.args;
    const terminal = terminalOf(context);
    const beside = new Map<string, Uint8Array>();
    for (const [i, folder] of folders.entries()) {
      const { runs, bytes } = await packed(folder);
      // The folder's own name is what the page calls the file.
      const name = basename(resolve(folder)).replace(/[^\w.-]+/g, '-') || 'runs';
      beside.set(`${SERVED_RUNS}/${i + 1}/${name}.zip`, bytes);
      terminal.stdout.write(`${folder}: ${runs} ${runs === 1 ? 'run' : 'runs'}\n`);
    }
    const query = [...beside.keys()].map((path) => `open=${path}`).join('&');
    return servePage({ port, beside, query: `?${query}` }, terminal);
  },
});

/** A folder of runs, or of one run, as a .zip that the page takes in: whatever it would refuse is refused here, too. */
async function packed(folder: string): Promise<{ runs: number; bytes: Uint8Array }> {
  const runs = await runsIn(folder);
  if (runs.length === 0)
    throw badInput(`${folder} holds no run: neither it nor a folder in it has a ${RUN_FILES.spec}`);
  const folders = [];
  for (const run of runs) {
    folders.push({ name: basename(resolve(run)), files: await filesOf(runPlace(run), { weights: true }) });
  }
  const bytes = packRuns(folders, new Date());
  await unpackRaces(bytes, folder);
  return { runs: runs.length, bytes };
}

async function runsIn(folder: string): Promise<string[]> {
  const isRun = async (path: string) => (await readIfThere(join(path, RUN_FILES.spec))) !== undefined;
  if (await isRun(folder)) return [folder];
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    throw ioError('read', folder, error);
  });
  const inside = entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(folder, name));
  const found = await Promise.all(inside.map(isRun));
  return inside.filter((_, i) => found[i]).sort();
}
