import { setTimeout } from 'node:timers/promises';
import { type ArgsDef, defineCommand } from 'citty';
import { formatLossWithError, formatNumber, formatPower } from '../../analysis/format.ts';
import { badInput } from '../../core/errors.ts';
import { toJson } from '../../core/json.ts';
import { fieldAt } from '../../spec/fields.ts';
import { FAMILY_NAMES } from '../../spec/schema.ts';
import { openExecutor } from './device.ts';
import { repeated, wholeNumber } from './options.ts';
import { HOLE, type SampledRun, sampleRun } from './sample.ts';
import { deviceArgs, deviceOf, terminalOf } from './shared.ts';
import { LiveRegion, type Output, table } from './terminal.ts';

const FRAME_MS = 60;
const REVEALS = allowed('sampling.reveal');

const args = {
  run: { type: 'positional', required: true, description: 'Folder of a run, such as runs/…-ar; or several.' },
  n: { type: 'string', valueHint: 'k', default: '4', description: 'Texts to write.' },
  steps: { type: 'string', valueHint: 'n', description: 'Steps of diffusion; without it the run’s own.' },
  reveal: { type: 'enum', options: [...REVEALS], description: 'Order in which diffusion fills its masks.' },
  set: {
    type: 'string',
    valueHint: 'sampling.field=value',
    description: 'Change any setting of sampling: temperature, topK, topP, threshold, block, remask; may be repeated.',
  },
  start: {
    type: 'string',
    valueHint: 'text',
    description: `What is given, with ${HOLE} for every token to be written.`,
  },
  seed: { type: 'string', valueHint: 'n', description: 'Seed of the draws; without it the run’s own.' },
  reference: {
    type: 'string',
    valueHint: 'run',
    description: 'Folder of a better AR run, under which texts are judged.',
  },
  animate: { type: 'boolean', description: 'Show the first text while it is written, forward by forward.' },
  json: { type: 'boolean', description: 'A line for each text on stdout, then one with what they cost.' },
  ...deviceArgs,
} as const satisfies ArgsDef;

export const sample = defineCommand({
  meta: {
    name: 'sample',
    description: 'Let trained models write, and say what their texts cost and how good they are',
  },
  args,
  run: async (context) => {
    const { n, steps, reveal, start, seed, reference, animate, json, _: folders } = context.args;
    const { stdout } = terminalOf(context);
    if (animate && (json || !stdout.isTTY)) throw badInput('--animate draws on a terminal; leave it out elsewhere');
    const settings = repeated(context.rawArgs, args, 'set');
    const foreign = settings.find((setting) => !setting.trim().startsWith('sampling.'));
    if (foreign !== undefined) throw badInput(`--set must change a setting of sampling; got ${foreign}`);
    const options = {
      settings: [
        ...(reveal ? [`sampling.reveal=${reveal}`] : []),
        ...(steps === undefined ? [] : [`sampling.revealSteps=${steps}`]),
        ...settings,
      ],
      texts: wholeNumber('--n', n, { from: 1, to: 10_000 }),
      seed: seed === undefined ? undefined : wholeNumber('--seed', seed, { from: 0, to: 0xffffffff }),
      start,
      reference,
    };
    const executor = await openExecutor(deviceOf(context.args), 1);
    try {
      const runs: SampledRun[] = [];
      for (const folder of folders) {
        const frames: string[] = [];
        const run = await sampleRun(executor, folder, {
          ...options,
          ...(animate && { watch: (text) => frames.push(text) }),
        });
        runs.push(run);
        if (animate) await replay([...frames, run.set.texts[0].text], stdout);
        stdout.write(json ? jsonLines(folder, run) : `${textLines(run).join('\n')}\n\n`);
      }
      if (!json) stdout.write(`${table([COLUMNS, ...runs.map(row)]).join('\n')}\n`);
      return 0;
    } finally {
      executor.destroy();
    }
  },
});

function allowed(path: string): readonly string[] {
  const field = fieldAt(path);
  return field?.type === 'choice' ? field.values : [];
}

const COLUMNS = [
  'per text',
  'steps',
  'forwards',
  'entropy, nats',
  'NLL, nats per token',
  'judge',
  'FLOPs',
  'seconds',
] as const;

function row({ spec, set: { written, nfe, entropy, nll, flops, seconds } }: SampledRun): string[] {
  return [
    `${FAMILY_NAMES[spec.family]}, ${written.reveal}`,
    formatNumber(written.steps),
    formatNumber(nfe.value),
    formatLossWithError(entropy.value, entropy.se),
    nll ? formatLossWithError(nll.value, nll.se) : '–',
    written.judge ?? '–',
    formatPower(flops),
    formatNumber(seconds),
  ];
}

function textLines({ spec, set: { texts } }: SampledRun): string[] {
  return texts.flatMap(({ text }, i) => [
    `${i > 0 ? '\n' : ''}${FAMILY_NAMES[spec.family]} ${i + 1}`,
    ...text.split('\n').map((line) => `  ${line}`),
  ]);
}

function jsonLines(run: string, { spec: { family }, set }: SampledRun): string {
  const { texts, ...summary } = set;
  const lines = [
    ...texts.map((text, i) => ({ type: 'text', run, family, sample: i, ...text })),
    { type: 'samples', run, family, ...summary },
  ];
  return lines.map((line) => `${toJson(line)}\n`).join('');
}

/** Shows how a text came about, in place; what is wider than the terminal is wrapped. */
async function replay(frames: readonly string[], output: Output): Promise<void> {
  const region = new LiveRegion(output);
  const width = Math.max(1, (output.columns ?? 80) - 1);
  for (const frame of frames) {
    const lines = frame.split('\n').flatMap((line) => line.match(new RegExp(`.{1,${width}}`, 'gu')) ?? ['']);
    region.draw(lines.slice(0, Math.max(1, (output.rows ?? 24) - 1)));
    await setTimeout(FRAME_MS);
  }
  region.draw([]);
}
