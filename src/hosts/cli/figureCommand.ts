import { type ArgsDef, defineCommand } from 'citty';
import { badInput } from '../../core/errors.ts';
import { toJson } from '../node/files.ts';
import { readSweepFolder } from '../node/sweepFolder.ts';
import { terminalOf } from './shared.ts';
import { verdictOf } from './sweep.ts';
import { FIGURE_FORMATS, FIGURE_X, type FigureFormat, type FigureX, writeFigure } from './sweepFigure.ts';

const args = {
  sweep: { type: 'positional', required: true, description: 'Folder of a sweep, such as sweeps/data-budget-minutes.' },
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
  out: { type: 'string', valueHint: 'folder', description: 'Where the files go; without it, into the sweep’s folder.' },
  json: { type: 'boolean', description: 'The paths as one line of JSON.' },
} as const satisfies ArgsDef;

export const figure = defineCommand({
  meta: { name: 'figure', description: 'Draw a sweep as the paper’s grid of curves, as far as it has come' },
  args,
  run: async (context) => {
    const { sweep, x, format, out, json, _ } = context.args;
    if (_.length > 1) throw badInput(`figure draws one sweep at a time; got ${_.join(', ')}`);
    const formats = parseFormats(format);
    const folder = await readSweepFolder(sweep);
    const { stdout, stderr } = terminalOf(context);
    for (const { path, why } of folder.broken) stderr.write(`${path} is left out: ${why}\n`);
    const files = await writeFigure(folder, verdictOf(folder.about, folder.results), {
      x: x as FigureX,
      formats,
      out: out ?? sweep,
    });
    stdout.write(json ? `${toJson({ files })}\n` : `${files.join('\n')}\n`);
    return 0;
  },
});

function parseFormats(text: string): FigureFormat[] {
  const names = text.split(',');
  const wrong = names.find((name) => !FIGURE_FORMATS.some((format) => format === name));
  if (wrong === undefined) return FIGURE_FORMATS.filter((format) => names.includes(format));
  throw badInput(`--format must be one or more of ${FIGURE_FORMATS.join(', ')}; got ${JSON.stringify(wrong)}`);
}
