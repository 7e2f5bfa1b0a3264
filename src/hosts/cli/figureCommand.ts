import { basename } from 'node:path';
import { type ArgsDef, defineCommand } from 'citty';
import { badInput } from '../../core/errors.ts';
import { toJson } from '../../core/json.ts';
import { resultsOf } from '../../experiments/evidence.ts';
import { readEvidenceFile } from '../node/evidenceFiles.ts';
import { readSweepFolder, SWEEP_VERSION } from '../node/sweepFolder.ts';
import { terminalOf } from './shared.ts';
import { verdictOf } from './sweep.ts';
import {
  FIGURE_FORMATS,
  FIGURE_X,
  type FigureFormat,
  type FigureOptions,
  type FigureX,
  writeFigure,
} from './sweepFigure.ts';

const args = {
  sweep: {
    type: 'positional',
    required: true,
    description:
      'Folder of a sweep, such as sweeps/data-budget-minutes, or files of recorded evidence, such as public/evidence/*-minutes.json.',
  },
  x: {
    type: 'enum',
    options: Object.keys(FIGURE_X),
    default: 'epochs',
    description: 'Horizontal axis.',
  },
  format: {
    type: 'string',
    valueHint: 'svg,png,csv',
    default: FIGURE_FORMATS.join(),
    description: 'What to write: the picture as SVG and as PNG, the raw numbers behind it as CSV.',
  },
  out: {
    type: 'string',
    valueHint: 'folder',
    description: 'Where the files go; without it, into the sweep’s folder, or here for evidence.',
  },
  json: { type: 'boolean', description: 'The paths as one line of JSON.' },
} as const satisfies ArgsDef;

export const figure = defineCommand({
  meta: { name: 'figure', description: 'Draw a sweep as the paper’s grid of curves, as far as it has come' },
  args,
  run: async (context) => {
    const { x, format, out, json, _: paths } = context.args;
    const evidence = paths.filter((path) => path.endsWith('.json'));
    if (evidence.length < paths.length && paths.length > 1) {
      throw badInput(`figure draws one sweep folder at a time, or several files of evidence; got ${paths.join(', ')}`);
    }
    const options = { x: x as FigureX, formats: parseFormats(format) };
    const { stdout, stderr } = terminalOf(context);
    const files: string[] = [];
    for (const path of evidence) files.push(...(await drawEvidence(path, { ...options, out: out ?? '.' })));
    if (evidence.length === 0) {
      const [path] = paths;
      const folder = await readSweepFolder(path);
      for (const { path: cell, why } of folder.broken) stderr.write(`${cell} is left out: ${why}\n`);
      const verdict = verdictOf(folder.about, folder.results);
      files.push(...(await writeFigure(folder, verdict, { ...options, out: out ?? path })));
    }
    stdout.write(json ? `${toJson({ files })}\n` : `${files.join('\n')}\n`);
    return 0;
  },
});

/** A recorded sweep, named like its file, with the verdict that was found on the whole results. */
async function drawEvidence(path: string, options: Pick<FigureOptions, 'x' | 'formats' | 'out'>): Promise<string[]> {
  const evidence = await readEvidenceFile(path);
  const { verdict, experiment, scale, seeds, settings, crossover } = evidence;
  const about = { version: SWEEP_VERSION, crossover, experiment, scale, seeds, settings } as const;
  const name = basename(path, '.json');
  return writeFigure({ about, results: resultsOf(evidence) }, verdict, { ...options, name, known: verdict.crossings });
}

function parseFormats(text: string): FigureFormat[] {
  const names = text.split(',');
  const wrong = names.find((name) => !FIGURE_FORMATS.some((format) => format === name));
  if (wrong === undefined) return FIGURE_FORMATS.filter((format) => names.includes(format));
  throw badInput(`--format must be one or more of ${FIGURE_FORMATS.join(', ')}; got ${JSON.stringify(wrong)}`);
}
