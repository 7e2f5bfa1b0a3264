import { defineCommand } from 'citty';
import { inBytes } from '../../core/bytes.ts';
import { FAMILY_NAMES } from '../../spec/schema.ts';
import { packFolders, unpackFile } from '../node/raceFile.ts';
import { terminalOf } from './shared.ts';

/** Races as .zip files, for the page and from it. */

const exportRuns = defineCommand({
  meta: { name: 'export', description: 'Pack run folders into a .zip, which the page can import' },
  args: {
    run: {
      type: 'positional',
      required: true,
      description: 'Folder of a run, such as runs/…-ar; with that of the other family it is a whole race.',
    },
    out: { type: 'string', valueHint: 'file', default: 'race.zip', description: 'The .zip; it must not be there yet.' },
    'without-weights': {
      type: 'boolean',
      description: 'Only what was measured and written: small, to be looked at, not to be gone on with.',
    },
  },
  run: async (context) => {
    const { args } = context;
    const { out } = args;
    const bytes = await packFolders(args._, { out, weights: !args['without-weights'] });
    terminalOf(context).stdout.write(
      `${out}: ${args._.length} ${args._.length === 1 ? 'run' : 'runs'}, ${inBytes(bytes)}\n`,
    );
    return 0;
  },
});

const importRuns = defineCommand({
  meta: { name: 'import', description: 'Unpack the run folders of a .zip that the page or this command line has made' },
  args: {
    zip: { type: 'positional', required: true, description: 'The .zip file.' },
    out: { type: 'string', valueHint: 'folder', default: 'runs', description: 'Where the run folders go.' },
  },
  run: async (context) => {
    const { args } = context;
    const { stdout, stderr } = terminalOf(context);
    const { races, ignored } = await unpackFile(args.zip, args.out);
    for (const { folder, spec, checkpoint } of races.flat()) {
      const at = checkpoint === undefined ? 'without a checkpoint' : `checkpoint at step ${checkpoint}`;
      stdout.write(`${folder}: ${FAMILY_NAMES[spec.family]}, ${at}\n`);
    }
    for (const name of ignored) stderr.write(`${JSON.stringify(name)} is no file of a run and was passed over\n`);
    return 0;
  },
});

export { exportRuns, importRuns };
