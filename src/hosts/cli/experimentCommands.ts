import { join } from 'node:path';
import { type ArgsDef, defineCommand } from 'citty';
import { badInput } from '../../core/errors.ts';
import { SCALES, type Scale } from '../../experiments/experiment.ts';
import { experimentOf } from '../../experiments/index.ts';
import { parseSettings } from '../../experiments/settings.ts';
import { parseShard } from '../../lab/sweepPlan.ts';
import { runClaims } from './claims.ts';
import { readExperimentFile } from './experimentFile.ts';
import { runMerge } from './merge.ts';
import { repeated } from './options.ts';
import { deviceArgs, deviceOf, json, terminalOf } from './shared.ts';
import { listExperiments, parseSeeds, runSweep } from './sweep.ts';

/** The commands about experiments. */

const sweepArgs = {
  experiment: { type: 'positional', required: false, description: 'Which one; --list names them.' },
  list: { type: 'boolean', description: 'Say which experiments there are.' },
  file: { type: 'string', valueHint: 'my.json', description: 'An experiment of your own in place of one by its name.' },
  scale: {
    type: 'enum',
    options: [...SCALES],
    default: SCALES[0],
    description: 'minutes: two cores without a GPU; coffee: a laptop’s GPU; night: a workstation’s GPU.',
  },
  seeds: { type: 'string', valueHint: 'n', description: 'How many seeds, or which (1,2,5), in place of the plan’s.' },
  set: {
    type: 'string',
    valueHint: 'section.field=value',
    description: 'Change a setting of every cell that no axis varies; may be repeated.',
  },
  out: {
    type: 'string',
    valueHint: 'folder',
    description: 'The sweep’s own folder; without it sweeps/<experiment>-<scale>.',
  },
  shard: {
    type: 'string',
    valueHint: 'i/n',
    description: 'Run only the i-th of n shares of the cells, which every machine cuts alike.',
  },
  'dry-run': { type: 'boolean', description: 'Only say which cells would be run and how long they would take here.' },
  json,
  ...deviceArgs,
} as const satisfies ArgsDef;

export const sweep = defineCommand({
  meta: { name: 'sweep', description: 'Run an experiment, cell by cell, and judge its claim' },
  args: sweepArgs,
  run: async (context) => {
    const { args, rawArgs } = context;
    const terminal = terminalOf(context);
    const { list, file, shard, out, seeds } = args;
    if (args._.length > 1) throw badInput(`sweep runs one experiment at a time; got ${args._.join(', ')}`);
    if (list) {
      listExperiments(terminal, args.json ?? false);
      return 0;
    }
    if ((args.experiment === undefined) === (file === undefined)) {
      throw badInput('sweep needs the name of an experiment, or --file with one of your own', 'See sweep --list.');
    }
    const experiment = file === undefined ? experimentOf(args.experiment as string) : await readExperimentFile(file);
    const scale = args.scale as Scale;
    const settings = parseSettings(repeated(rawArgs, sweepArgs, 'set'));
    return runSweep(
      {
        experiment,
        scale,
        options: { settings, ...(seeds !== undefined && { seeds: parseSeeds(seeds) }) },
        ...(shard !== undefined && { shard: parseShard(shard) }),
        out: out ?? join('sweeps', `${experiment.id}-${scale}`),
        dryRun: args['dry-run'] ?? false,
        json: args.json ?? false,
        ...deviceOf(args),
      },
      terminal,
    );
  },
});

const mergeArgs = {
  sweep: { type: 'positional', required: true, description: 'Folders of one sweep, such as those of its shards.' },
  out: { type: 'string', valueHint: 'folder', description: 'Folder of the whole; may be one of them.' },
  json: { type: 'boolean', description: 'The verdict as a line of JSON.' },
} as const satisfies ArgsDef;

export const merge = defineCommand({
  meta: { name: 'merge', description: 'Join the folders of a sweep’s shards, and judge the whole' },
  args: mergeArgs,
  run: async (context) => {
    const { out, json: asJson, _: folders } = context.args;
    if (out === undefined) throw badInput('--out is missing: the folder that the cells are copied to');
    return runMerge(folders, { out, json: asJson ?? false }, terminalOf(context));
  },
});

const claimsArgs = {
  sweep: {
    type: 'positional',
    required: false,
    description: 'More folders for --from: a pattern such as --from sweeps/* becomes several.',
  },
  from: { type: 'string', valueHint: 'folder', description: 'Judge this sweep too; may be repeated.' },
  record: {
    type: 'string',
    valueHint: 'folder',
    description: 'Keep the sweeps of --from as evidence there: verdicts and thinned curves.',
  },
  json: { type: 'boolean', description: 'A line of JSON for each claim and experiment.' },
  markdown: { type: 'boolean', description: 'A table in Markdown.' },
} as const satisfies ArgsDef;

export const claims = defineCommand({
  meta: { name: 'claims', description: 'Every claim with its experiment, its criterion and what came out' },
  args: claimsArgs,
  run: async (context) => {
    const { args, rawArgs } = context;
    const from = [...repeated(rawArgs, claimsArgs, 'from'), ...args._];
    const { record } = args;
    const { json = false, markdown = false } = args;
    if (record !== undefined && from.length === 0) {
      throw badInput('--record keeps the sweeps of --from, and none was given', 'Name their folders with --from.');
    }
    return runClaims({ from, json, markdown, ...(record !== undefined && { record }) }, terminalOf(context));
  },
});
