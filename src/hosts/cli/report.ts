import { taskResults } from '../../analysis/accuracy.ts';
import { boundWords } from '../../analysis/describe.ts';
import {
  formatBytes,
  formatCharacter,
  formatDuration,
  formatLoss,
  formatLossWithError,
  formatNumber,
  formatParameters,
  formatPower,
} from '../../analysis/format.ts';
import type { MetricRecord } from '../../analysis/record.ts';
import type { DatasetReport } from '../../data/dataset.ts';
import { element, escapeText } from '../../figure/svg.ts';
import type { RacePlan, RaceSummary, SampleRecord } from '../../lab/protocol.ts';
import { lossBound } from '../../spec/bound.ts';
import { fieldList, valueAt } from '../../spec/fields.ts';
import { FAMILIES, FAMILY_NAMES, type FamilyId, type RaceSpec } from '../../spec/schema.ts';
import { accuracySvg, type FigureData, lossSvg, raceSvg } from './figure.ts';
import { REPORT_STYLE } from './reportStyle.ts';
import {
  CROSSING_COLUMNS,
  crossingRows,
  LOSS_COLUMNS,
  lossRows,
  TASK_COLUMNS,
  taskRows,
  taskVerdicts,
  verdict,
} from './results.ts';

/** Everything that the report of a race shows. */
export interface RaceReport {
  spec: RaceSpec;
  plan: RacePlan;
  summary: RaceSummary;
  records: readonly MetricRecord[];
  samples: readonly SampleRecord[];
  events: readonly { step: number; text: string }[];
  /** Version of Crossover, host and date, as label and text. */
  environment: readonly (readonly [string, string])[];
}

/** The figure of a race against an axis. */
export function figureData({ records, spec, summary, plan }: RaceReport, axis: FigureData['axis']): FigureData {
  const { trueLoss } = plan.dataset;
  return {
    records,
    crossings: [summary.crossings.live, summary.crossings.strict],
    axis,
    bounds: { ar: boundWords('ar', spec), diffusion: boundWords('diffusion', spec) },
    ...(trueLoss && { trueLoss: trueLoss.validation }),
  };
}

/** A race as one self-contained HTML page: no script, nothing loaded from elsewhere, fit to be printed. */
export function reportHtml(report: RaceReport): string {
  const { spec, plan, summary } = report;
  const title = `Crossover: ${plan.dataset.corpus.title}, ${formatNumber(spec.data.uniqueTokens)} unique tokens`;
  const [live, strict] = verdict(summary);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeText(title)}</title>
<style>${REPORT_STYLE}</style>
</head>
<body>
<main>
<header>
<p class="kicker">Crossover · an autoregressive and a masked-diffusion language model on the same text</p>
<h1>${escapeText(title)}</h1>
<p class="verdict">${escapeText(strict)}</p>
<p class="verdict second">${escapeText(live)}</p>
</header>
<figure>
<div class="scroll">${raceSvg(figureData(report, 'epoch'))}</div>
<figcaption>Validation loss, in nats per token, of two models with the same ${formatParameters(plan)},
the same text and the same steps. Every evaluation is drawn, joined by straight lines and never smoothed; the shade is
one standard error, a dotted line the best so far. ${aboutBounds(spec)}</figcaption>
</figure>
<div class="panels">
${(['tokens', 'flops'] as const).map((axis) => `<figure>${lossSvg(figureData(report, axis))}</figure>`).join('\n')}
</div>
<section>
<h2>The crossings</h2>
<p>Live: diffusion’s current loss passes AR’s current loss. Strict: diffusion’s best so far passes AR’s best of all its
evaluations, as if AR had been stopped early. They are different claims.</p>
${htmlTable(CROSSING_COLUMNS, crossingRows(summary))}
<p class="note">Where diffusion stood; FLOPs and seconds are its own. A crossing is possible when it is seen once,
confirmed when ${summary.crossings.live.needed} evaluations in a row hold it with a gap above two standard errors (paired
over windows), and reverted when AR was ahead again afterwards.</p>
</section>
<section>
<h2>The losses</h2>
${htmlTable(LOSS_COLUMNS, lossRows(summary, spec))}
<p class="note">Evaluated on the moving average of the weights. The test split was watched by nobody: it was scored once,
at the end, on the weights that were best on validation.</p>
</section>
${answers(report)}
<section>
<h2>What they wrote</h2>
${FAMILIES.map((family) => samplesOf(report, family)).join('\n')}
</section>
<section>
<h2>The data</h2>
${aboutData(plan.dataset)}
</section>
<section>
<h2>The race</h2>
${definitions([
  ['Parameters of each model', formatParameters(plan, '')],
  ['FLOPs per step', FAMILIES.map((f) => `${FAMILY_NAMES[f]} ${formatPower(plan.flopsPerStep[f])}`).join(', ')],
  ['Tokens per step', formatNumber(plan.tokensPerStep)],
  ['Steps taken', FAMILIES.map((f) => `${FAMILY_NAMES[f]} ${formatNumber(summary.families[f].steps)}`).join(', ')],
  [
    'Training time',
    FAMILIES.map((f) => `${FAMILY_NAMES[f]} ${formatDuration(summary.families[f].seconds)}`).join(', '),
  ],
  ['Wall time', formatDuration(summary.wallSeconds)],
  ['Device', summary.executor.adapter],
  ['Why this one', summary.executor.why],
  ['Device memory', formatBytes(plan.bytes)],
  [
    'Kernels',
    Object.entries(plan.variants)
      .map(([key, variant]) => `${key}: ${variant}`)
      .join(', ') || '–',
  ],
  ['Race', summary.id],
  ...report.environment,
])}
<details><summary>Every setting</summary>
${htmlTable(['setting', 'value', 'default'], settings(spec))}
</details>
${eventLog(report)}
</section>
<footer>Made by Crossover. The question is that of “Diffusion Language Models are Super Data Learners” (Ni et al.,
arXiv 2511.03276). The raw numbers are in <code>metrics.jsonl</code> of the run folders.</footer>
</main>
</body>
</html>
`;
}

/** What was answered to the questions of each task: a figure, a sentence for each crossing, and all numbers. */
function answers({ records }: RaceReport): string {
  const results = taskResults(records);
  if (results.length === 0) return '';
  const figures = results.flatMap(({ task, ways }) =>
    ways.map(({ way }) => {
      const svg = accuracySvg(records, task, way);
      return `<figure>${svg}<figcaption>${escapeText(task)}${way === 'fill' ? ', filled in' : ''}</figcaption></figure>`;
    }),
  );
  return `<section>
<h2>The answers</h2>
<p>Share of the questions answered rightly, against epochs, with one standard error; the thin line is the accuracy of
guessing. Both were asked the same questions at every evaluation.</p>
<div class="panels">
${figures.join('\n')}
</div>
${taskVerdicts(results)
  .map((sentence) => `<p>${escapeText(sentence)}</p>`)
  .join('\n')}
${htmlTable(TASK_COLUMNS, taskRows(results))}
<p class="note">full-sequence: AR by the likelihood of the whole sequence with the option filled in; prefix: by that of the
option given only what stands before it. chain-rule: diffusion by the exact likelihood of the option given all the rest;
bound: by an upper bound of it. exact-match: the gap was written, always the most probable token.</p>
</section>`;
}

function aboutBounds(spec: RaceSpec): string {
  const { draws } = spec.evaluation;
  const count = `${draws} ${draws === 1 ? 'draw' : 'draws'}`;
  if (lossBound('diffusion', spec) === 'exact')
    return `AR’s loss is exact; so is diffusion’s, by the chain rule from left to right, of which ${count} a window estimate it.`;
  return `AR’s loss is exact; diffusion’s is an upper bound from ${count} of masks a window, so where it lies below AR the
claim is conservative, and where it lies above nothing is decided.`;
}

function htmlTable(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const head = columns.map((text) => `<th scope="col">${escapeText(text)}</th>`).join('');
  const body = rows.map(
    ([first, ...rest]) =>
      `<tr><th scope="row">${escapeText(first)}</th>${rest.map((text) => `<td>${escapeText(text)}</td>`).join('')}</tr>`,
  );
  return `<div class="scroll"><table><thead><tr>${head}</tr></thead><tbody>${body.join('\n')}</tbody></table></div>`;
}

function definitions(rows: readonly (readonly [string, string])[]): string {
  return `<dl>${rows.map(([label, text]) => `<dt>${escapeText(label)}</dt><dd>${escapeText(text)}</dd>`).join('\n')}</dl>`;
}

/** The last sample of a family, and the earlier ones behind a fold. */
function samplesOf({ samples }: RaceReport, family: FamilyId): string {
  const own = samples.filter((sample) => sample.family === family).sort((a, b) => b.step - a.step);
  if (own.length === 0) return `<p class="note">${escapeText(FAMILY_NAMES[family])} wrote nothing.</p>`;
  const shown = ({ step, forwards, entropy, text }: SampleRecord) =>
    `<figure class="sample ${family}"><figcaption>after step ${formatNumber(step)}, ${formatNumber(forwards)} forward passes,
character entropy ${formatLoss(entropy)} nats</figcaption>${element('pre', {}, `\n${escapeText(text)}`)}</figure>`;
  const [last, ...earlier] = own;
  const fold =
    earlier.length > 0
      ? `<details><summary>${earlier.length} earlier</summary>${earlier.map(shown).join('\n')}</details>`
      : '';
  return `<h3 class="${family}">${escapeText(FAMILY_NAMES[family])}</h3>${shown(last)}${fold}`;
}

function aboutData({
  corpus,
  symbols,
  uniqueTokens,
  usedTokens,
  trainWindows,
  corruption,
  questions,
  trueLoss,
  ...splits
}: DatasetReport): string {
  const held = (split: 'validation' | 'test') => {
    const { tokens, windows, nearDuplicates, unknown } = splits[split];
    const strangers = Object.entries(unknown);
    return [
      `${formatNumber(tokens)} tokens, ${formatNumber(windows)} windows`,
      nearDuplicates === 0
        ? 'none nearly repeats a training window'
        : `${formatNumber(nearDuplicates)} nearly repeat a training window`,
      strangers.length === 0
        ? 'no character that the training text lacks'
        : `characters that the training text lacks, left out: ${strangers.map(([c, n]) => `${formatCharacter(c)} × ${formatNumber(n)}`).join(', ')}`,
    ].join('; ');
  };
  return definitions([
    ['Text', corpus.title],
    ['Source', corpus.source],
    ['Licence', corpus.licence],
    ['Characters', `${formatNumber(corpus.characters)} in all, ${formatNumber(symbols)} different ones`],
    [
      'Unique tokens U',
      `${formatNumber(uniqueTokens)}, of which ${formatNumber(usedTokens)} in ${formatNumber(trainWindows)} training windows`,
    ],
    ...(corruption
      ? ([
          [
            'Spoilt on purpose',
            `${corruption.kind}, rate ${corruption.rate}: ${(100 * corruption.changed).toFixed(1)} % of the training tokens differ`,
          ],
        ] as const)
      : []),
    ...(questions
      ? ([['Questions', questions.map(({ task, count }) => `${task}: ${formatNumber(count)}`).join(', ')]] as const)
      : []),
    ['Validation', held('validation')],
    ['Test', held('test')],
    ...(trueLoss
      ? ([
          [
            'Entropy of the language',
            `validation ${formatLossWithError(trueLoss.validation, null)}, test ${formatLossWithError(trueLoss.test, null)} nats per token`,
          ],
        ] as const)
      : []),
    ['SHA-256', corpus.sha256],
  ]);
}

function settings(spec: RaceSpec): string[][] {
  return fieldList().map((field) => {
    const value = String(valueAt(spec, field.path));
    const standard = String(field.default);
    return [`${field.path} (${field.label})`, value, value === standard ? 'same' : standard];
  });
}

function eventLog({ events }: RaceReport): string {
  if (events.length === 0) return '';
  const items = events.map(({ step, text }) => `<li>Step ${formatNumber(step)}: ${escapeText(text)}</li>`).join('\n');
  return `<details><summary>Event log</summary><ul>${items}</ul></details>`;
}
