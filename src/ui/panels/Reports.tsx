import type { ReactNode } from 'react';
import {
  formatBytes,
  formatCharacter,
  formatFixed,
  formatLoss,
  formatNumber,
  formatParameters,
  formatPower,
} from '../../analysis/format.ts';
import { told } from '../../analysis/language.ts';
import type { RacePlan } from '../../lab/protocol.ts';
import { adapterName } from '../adapter.ts';
import { useOnChart } from '../shown/onChart.ts';
import { usePage } from '../store.ts';
import { words } from '../words.ts';
import { Heard } from './Heard.tsx';

const count = (value: number) => formatNumber(value, 12);

function Facts({ facts }: { facts: readonly (readonly [name: string, value: ReactNode])[] }) {
  return (
    <dl className="facts">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** What one should know about the data before quoting a number. */
export function DataReport() {
  const report = useOnChart()?.plan?.dataset;
  if (!report) return null;
  const text = words.data;
  const { corpus } = report;
  return (
    <details className="fold">
      <summary>{text.title}</summary>
      <Facts
        facts={[
          [words.setup.corpus, told(corpus.title)],
          [text.source, <Heard key="source" text={corpus.source} />],
          [text.licence, <Heard key="licence" text={corpus.licence} />],
          [text.characters, count(corpus.characters)],
          [text.symbols, count(report.symbols)],
          [text.unique, `${count(report.uniqueTokens)} (${count(report.usedTokens)} ${text.used})`],
          [text.windows, count(report.trainWindows)],
          ...(report.corruption ? ([[text.spoilt, spoiltWords(report.corruption)]] as const) : []),
          ...(report.questions
            ? ([
                [text.questions, report.questions.map(({ task, count: n }) => `${told(task)} ${count(n)}`).join(', ')],
              ] as const)
            : []),
          [text.split.validation, <Split key="validation" split={report.validation} />],
          [text.split.test, <Split key="test" split={report.test} />],
          ...(report.trueLoss
            ? ([
                [
                  text.trueLoss,
                  `${formatLoss(report.trueLoss.validation)} (${text.split.validation}), ${formatLoss(report.trueLoss.test)} (${text.split.test})`,
                ],
              ] as const)
            : []),
          [text.checksum, <code key="sha">{corpus.sha256}</code>],
        ]}
      />
    </details>
  );
}

function spoiltWords({ kind, rate, changed }: RacePlan['dataset']['corruption'] & object): string {
  return words.data.spoiltBy(kind, rate, formatFixed(100 * changed, 1));
}

function Split({ split }: { split: RacePlan['dataset']['validation'] }) {
  const text = words.data;
  const unknown = Object.entries(split.unknown).map(([character, times]) => `${formatCharacter(character)} ${times}×`);
  return (
    <>
      {text.tokens(count(split.tokens), count(split.windows))}
      <br />
      {split.nearDuplicates > 0 ? text.duplicates(count(split.nearDuplicates)) : text.noDuplicates}
      <br />
      {unknown.length > 0 ? text.unknown(unknown.join(', ')) : text.noUnknown}
    </>
  );
}

/** What the models cost, and what computes them. */
export function PlanReport() {
  const shown = useOnChart();
  const here = usePage((state) => state.executor);
  const plan = shown?.plan;
  const executor = shown?.executor ?? here;
  if (!plan && !executor) return null;
  const text = words.plan;
  return (
    <details className="fold">
      <summary>{text.title}</summary>
      <Facts
        facts={[
          ...(plan ? costs(plan) : []),
          ...(executor
            ? ([
                [text.device, adapterName(executor)],
                [text.why, <Heard key="why" text={executor.why} />],
              ] as const)
            : []),
        ]}
      />
    </details>
  );
}

function costs(plan: RacePlan): (readonly [string, string])[] {
  const text = words.plan;
  const both = ({ ar, diffusion }: { ar: number; diffusion: number }, format: (value: number) => string) =>
    text.both(format(ar), format(diffusion));
  const used = new Map<string, Set<string>>();
  for (const [key, variant] of Object.entries(plan.variants)) {
    const op = key.split(' ', 1)[0];
    used.set(op, (used.get(op) ?? new Set()).add(variant));
  }
  const variants = [...used].map(([op, names]) => `${op}: ${[...names].join(' / ')}`);
  return [
    [text.parameters, formatParameters(plan, '')],
    [text.vocabulary, count(plan.vocabulary)],
    [text.tokens, count(plan.tokensPerStep)],
    [text.flops, both(plan.flopsPerStep, formatPower)],
    [text.dispatches, both(plan.dispatches, count)],
    [text.memory, formatBytes(plan.bytes)],
    ...(variants.length > 0 ? ([[text.variants, variants.join(', ')]] as const) : []),
  ];
}
