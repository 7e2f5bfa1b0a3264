import { availableParallelism } from 'node:os';
import { dirname, isAbsolute, relative, resolve } from 'node:path';
import { type ArgsDef, type CommandContext, defineCommand } from 'citty';
import { badInput } from '../../core/errors.ts';
import { canonicalJson } from '../../core/hash.ts';
import { toJson } from '../../core/json.ts';
import { PRESETS } from '../../spec/presets.ts';
import { FAMILIES, type FamilyId } from '../../spec/schema.ts';
import { otherFamilyOf, readOwnText, readRunSpec } from '../node/runFolder.ts';
import { exportRuns, importRuns } from './archiveCommands.ts';
import {
  BENCH_CONFIGS,
  type BenchConfig,
  type BenchLine,
  benchConfig,
  benchDevices,
  benchRows,
  profileRows,
} from './bench.ts';
import { openExecutor } from './device.ts';
import { doctor as diagnose } from './doctor.ts';
import { type EvaluatedNumber, evaluatedText, evaluateRun } from './evaluate.ts';
import { claims, merge, sweep } from './experimentCommands.ts';
import { figure } from './figureCommand.ts';
import { open } from './openCommand.ts';
import { idleSettings, readText, repeated, specFrom, wholeNumber } from './options.ts';
import { loadText, type RaceOptions, runRace } from './race.ts';
import { sample } from './sampleCommand.ts';
import { portArg, servePage } from './serving.ts';
import { deviceArgs, deviceOf, json, terminalOf } from './shared.ts';
import { type Terminal, table } from './terminal.ts';
import { familyNamed, runTraining } from './train.ts';
import { TUNED_PRESETS } from './tune.ts';

/** Every command: `run` is given the terminal as `data` and resolves to the exit code. */

const raceArgs = {
  preset: {
    type: 'enum',
    options: PRESETS.map(({ id }) => id),
    default: PRESETS[0].id,
    description: `${PRESETS.map(({ id, title }) => `${id}: ${title}`).join('; ')}.`,
  },
  set: { type: 'string', valueHint: 'section.field=value', description: 'Change any setting; may be repeated.' },
  seed: { type: 'string', valueHint: 'n', description: 'Seed of the weights, the windows and the masks.' },
  text: { type: 'string', valueHint: 'file', description: 'Train on a text of your own (UTF-8).' },
  out: { type: 'string', valueHint: 'folder', default: 'runs', description: 'Where the run folders go.' },
  resume: { type: 'boolean', description: 'Go on from the last checkpoint of this very race.' },
  json,
  ...deviceArgs,
} as const satisfies ArgsDef;

/** What a person asked to be trained; says on stderr which settings will change nothing. */
async function trainingFrom(
  context: Pick<CommandContext<typeof raceArgs>, 'args' | 'rawArgs' | 'data'>,
  families?: readonly FamilyId[],
): Promise<RaceOptions> {
  const { args, rawArgs } = context;
  const ownText = args.text === undefined ? undefined : await readText(args.text);
  const settings = repeated(rawArgs, raceArgs, 'set');
  const spec = specFrom({
    preset: args.preset as string,
    settings,
    seed: args.seed,
    ownText: ownText !== undefined,
    ...(families && { families }),
  });
  for (const line of idleSettings(spec, settings, families)) terminalOf(context).stderr.write(`${line}\n`);
  return {
    spec,
    out: args.out,
    resume: args.resume ?? false,
    json: args.json ?? false,
    ...deviceOf(args),
    ...(ownText && { ownText }),
  };
}

const race = defineCommand({
  meta: { name: 'race', description: 'Train both families on the same text and find where their curves cross' },
  args: raceArgs,
  run: async (context) => runRace(await trainingFrom(context), terminalOf(context)),
});

const trainArgs = {
  family: { type: 'positional', required: true, description: 'Which one: ar or diffusion.' },
  ...raceArgs,
} as const satisfies ArgsDef;

const train = defineCommand({
  meta: { name: 'train', description: 'Train one family alone, just as in a race' },
  args: trainArgs,
  run: async (context) => {
    const { _: words } = context.args;
    if (words.length > 1) throw badInput(`train trains one family at a time; got ${words.join(', ')}`);
    const family = familyNamed(context.args.family);
    return runTraining({ ...(await trainingFrom(context, [family])), family }, terminalOf(context));
  },
});

const runs = {
  type: 'positional',
  required: true,
  description: 'Folder of a run, such as runs/…-ar; or several.',
} as const;

const resume = defineCommand({
  meta: {
    name: 'resume',
    description: 'Go on with the race that a run folder belongs to, or with the one family that is there',
  },
  args: { run: runs, json, ...deviceArgs },
  run: async (context) => {
    const { args } = context;
    const races = new Map<string, RaceOptions>();
    for (const folder of args._) {
      const run = await readRunSpec(folder);
      const { family, ...spec } = run;
      const ownText = await readOwnText(folder);
      const parent = dirname(resolve(folder));
      const out = isAbsolute(folder) ? parent : relative(process.cwd(), parent) || '.';
      const key = canonicalJson({ spec, text: ownText?.text });
      const other = await otherFamilyOf(folder, run);
      const beside = other && { [family === 'ar' ? 'diffusion' : 'ar']: other };
      const existing = { ...beside, ...races.get(key)?.existing, [family]: folder };
      const race = { spec, out, existing, resume: true, json: args.json ?? false, ...deviceOf(args) };
      races.set(key, ownText ? { ...race, ownText } : race);
    }
    for (const options of races.values()) {
      const code = await goOnWith(options, terminalOf(context));
      if (code !== 0) return code;
    }
    return 0;
  },
});

/** Goes on with both families of a race, or with the one that was trained alone. */
function goOnWith(options: RaceOptions, terminal: Terminal): Promise<number> {
  const [family, other] = FAMILIES.filter((each) => options.existing?.[each] !== undefined);
  return other ? runRace(options, terminal) : runTraining({ ...options, family }, terminal);
}

const evaluate = defineCommand({
  meta: { name: 'evaluate', description: 'Recompute the numbers of a run from its folder alone' },
  args: {
    run: runs,
    text: { type: 'string', valueHint: 'file', description: 'Score this text in place of the run’s own splits.' },
    json: { type: 'boolean', description: 'One number a line: {family, metric, value, bound, se, tokens or asked}.' },
    ...deviceArgs,
  },
  run: async (context) => {
    const { args } = context;
    const { root, stdout } = terminalOf(context);
    const device = deviceOf(args);
    const all: EvaluatedNumber[] = [];
    for (const folder of args._) {
      const numbers = await evaluateRun(folder, {
        text: args.text,
        openExecutor: () => openExecutor(device, 1),
        loadText: (path) => loadText(root, path),
      });
      if (args.json) for (const number of numbers) stdout.write(`${toJson(number)}\n`);
      all.push(...numbers);
    }
    if (!args.json) stdout.write(evaluatedText(all));
    return 0;
  },
});

const start = defineCommand({
  meta: { name: 'start', description: 'Serve the lab on 127.0.0.1 and print its address' },
  args: { port: portArg },
  run: (context) => servePage({ port: context.args.port }, terminalOf(context)),
});

const bench = defineCommand({
  meta: { name: 'bench', description: 'Time training steps of the two standard configurations' },
  args: {
    config: {
      type: 'enum',
      options: [...Object.keys(BENCH_CONFIGS), 'all'],
      default: 'all',
      description: 'small: 2 layers, C 64, T 64; big: 4 layers, C 128, T 128.',
    },
    steps: { type: 'string', valueHint: 'n', default: '5', description: 'Steps to time after the first.' },
    profile: { type: 'boolean', description: 'Also a table of the time in each op, on stderr.' },
    json: { type: 'boolean', description: 'A JSON line for each configuration.' },
    ...deviceArgs,
    executor: { ...deviceArgs.executor, description: 'auto: gpu and cpu, one after the other; or one of them.' },
  },
  run: async (context) => {
    const { args } = context;
    const steps = wholeNumber('--steps', args.steps, { from: 1, to: 100_000 });
    const all = Object.keys(BENCH_CONFIGS) as BenchConfig[];
    const device = deviceOf(args);
    const { stdout, stderr } = terminalOf(context);
    const lines: BenchLine[] = [];
    for (const each of benchDevices(device, availableParallelism())) {
      const executor = await openExecutor(each, 1);
      try {
        for (const config of args.config === 'all' ? all : [args.config as BenchConfig]) {
          const { line, profile } = await benchConfig(executor, config, { steps, profile: args.profile ?? false });
          lines.push(line);
          if (args.json) stdout.write(`${toJson(line)}\n`);
          if (profile.length > 0) stderr.write(`${table(profileRows(profile)).join('\n')}\n`);
        }
      } finally {
        executor.destroy();
      }
    }
    if (!args.json) stdout.write(`${table(benchRows(lines)).join('\n')}\n`);
    return 0;
  },
});

const doctor = defineCommand({
  meta: { name: 'doctor', description: 'Say which adapter, limits and executor a race would use here, and why' },
  args: {
    tune: { type: 'boolean', description: 'Time every kernel on the GPU and keep the choices for later races.' },
    preset: {
      type: 'enum',
      options: [...PRESETS.map(({ id }) => id), 'all'],
      default: 'all',
      description: `Whose shapes --tune times; all: ${TUNED_PRESETS.join(', ')}.`,
    },
    json: { type: 'boolean', description: 'As one line of JSON.' },
    ...deviceArgs,
  },
  run: (context) => {
    const { tune, preset, json } = context.args;
    const presets = preset === 'all' ? TUNED_PRESETS : [preset as string];
    return diagnose({ ...deviceOf(context.args), tune: tune ? presets : [], json: json ?? false }, terminalOf(context));
  },
});

export const COMMANDS = {
  race,
  train,
  resume,
  evaluate,
  sample,
  export: exportRuns,
  import: importRuns,
  sweep,
  merge,
  claims,
  figure,
  start,
  open,
  bench,
  doctor,
};
export type CommandName = keyof typeof COMMANDS;

/** What to type, and what for. */
export const EXAMPLES: Readonly<Record<CommandName, readonly (readonly [string, string])[]>> = {
  race: [
    ['crossover race', 'Moby Dick, 5,000 unique tokens: both crossings'],
    ['crossover race --preset quick', 'a smaller model, for slow machines'],
    ['crossover race --set data.uniqueTokens=10000 --seed 2', 'twice the data: the crossing comes later'],
    ['crossover race --set train.dropout=0.3', 'does dropout save AR?'],
    ['crossover race --text novel.txt', 'your own text; it stays on this machine'],
    ['crossover race --json > events.jsonl', 'the numbers, for another program'],
    ['crossover race --resume', 'go on after Ctrl-C'],
  ],
  train: [
    ['crossover train diffusion', 'one family; its numbers and its run folder are those of the race'],
    ['crossover train ar --set train.weightDecay=0.8', 'tune it alone'],
    ['crossover train diffusion --set model.experts=8 --set model.routing=expert', 'what AR may not'],
    ['crossover train ar --resume', 'go on after Ctrl-C; race --resume would add the other family'],
  ],
  resume: [
    ['crossover resume runs/3f2a…-ar', 'both families of that race go on; one that was trained alone goes on alone'],
  ],
  evaluate: [
    ['crossover evaluate runs/3f2a…-ar', 'validation and test loss, recomputed'],
    ['crossover evaluate runs/*-diffusion --text poem.txt --json', 'how well they know another text'],
  ],
  sample: [
    ['crossover sample runs/3f2a…-diffusion --steps 8 --animate', 'how it writes, in eight steps'],
    ['crossover sample runs/*-diffusion --reveal ancestral --set sampling.remask=0.02', 'it may take tokens back'],
    ['crossover sample runs/3f2a…-diffusion --start "the ▢▢▢▢▢ whale"', 'it fills what is missing'],
    ['crossover sample runs/3f2a…-* --n 64 --reference runs/9c1e…-ar', 'both judged by a better model'],
  ],
  export: [
    ['crossover export runs/3f2a…-ar runs/9c1e…-diffusion', 'both runs of a race in race.zip, for the page'],
    ['crossover export runs/*-ar runs/*-diffusion --out all.zip --without-weights', 'only what was measured'],
  ],
  import: [['crossover import race.zip', 'a race of the page as run folders: resume, evaluate, sample']],
  sweep: [
    ['crossover sweep --list', 'the experiments, and how many cells each has'],
    ['crossover sweep data-budget', 'the size for two cores without a GPU, ends in a verdict'],
    ['crossover sweep model-size --scale coffee --dry-run', 'what it would run, and how long it would take here'],
    ['crossover sweep data-budget --seeds 5 --set train.steps=2000', 'more seeds, longer'],
    ['crossover sweep ar-dropout --shard 2/8', 'the second of eight shares, for a cluster'],
    ['crossover sweep --file mine.json', 'an experiment of your own'],
  ],
  merge: [['crossover merge shards/1 shards/2 shards/3 --out whole', 'the cells of all, and the verdict on them']],
  claims: [
    ['crossover claims', 'what the shipped evidence says about every claim'],
    ['crossover claims --json', 'the same for another program'],
    ['crossover claims --from sweeps/data-budget-minutes', 'and your own sweep'],
  ],
  figure: [
    ['crossover figure sweeps/data-budget-minutes', 'figure.svg, figure.png and figure.csv, into that folder'],
    ['crossover figure sweeps/data-budget-minutes --x flops', 'against training FLOPs'],
  ],
  start: [
    ['crossover start', 'then open the address it prints'],
    ['crossover start --port 8080', 'on a port of your choice'],
  ],
  open: [
    ['crossover open runs', 'the page with all races of that folder, to look at, compare and go on with'],
    ['crossover open runs/3f2a…-ar --port 8080', 'one run, on a port of your choice'],
  ],
  bench: [
    ['crossover bench --config small --steps 20', 'milliseconds a step, and the share of the matmul rate'],
    ['crossover bench --executor cpu --profile', 'where the time goes, op by op'],
  ],
  doctor: [
    ['crossover doctor', 'when something does not work, or is slow'],
    ['crossover doctor --adapter software', 'what a machine without a GPU would use'],
    ['crossover doctor --tune', 'how fast each kernel is here, and which are used'],
  ],
};
