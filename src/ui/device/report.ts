import { formatBytes, formatFixed, formatNumber } from '../../analysis/format.ts';
import { language } from '../../analysis/language.ts';
import type { ExecutorInfo, MemoryUse, NodeTime, RacePlan, StepProfile, TuningRow } from '../../lab/protocol.ts';
import type { RaceSpec } from '../../spec/schema.ts';
import { words } from '../words.ts';

/** The Device view as figures and as text; pure. */

/** GFLOP/s; null where nothing is counted, or the clock is too coarse for it. */
export function rateOf({ flops, ms }: { flops: number; ms: number }): number | null {
  return flops > 0 && ms > 0 ? flops / (ms * 1e6) : null;
}

export const formatMs = (ms: number): string => formatFixed(ms, 3);
export const formatShare = (share: number): string => `${formatFixed(100 * share, 1)}${language().percent}`;
export const formatRateOf = (rate: number | null): string => (rate === null ? '–' : formatNumber(rate));

/** Milliseconds and FLOPs of a whole step. */
export function sumOf({ ops }: StepProfile): { ms: number; flops: number } {
  return { ms: ops.reduce((sum, { ms }) => sum + ms, 0), flops: ops.reduce((sum, { flops }) => sum + flops, 0) };
}

/** Microseconds of the host for a step, by part; null before the first. */
export function hostCost({
  host,
}: StepProfile): { parts: Record<HostPart, number>; sum: number; together: number } | null {
  if (host.steps === 0) return null;
  const of = (part: HostPart) => (1000 * host[part]) / host.steps;
  const parts = { prepare: of('prepare'), write: of('write'), encode: of('encode'), submit: of('submit') };
  const sum = Object.values(parts).reduce((total, us) => total + us, 0);
  return { parts, sum, together: host.steps / host.submissions };
}
export const HOST_PARTS = ['prepare', 'write', 'encode', 'submit'] as const;
type HostPart = (typeof HOST_PARTS)[number];

/** By what a profile was timed, in words. */
export function clockOf({ kind, features }: Pick<ExecutorInfo, 'kind' | 'features'>): string {
  const text = words.device.profile;
  if (kind !== 'gpu') return text.wall;
  return features.includes('timestamp-query') ? text.device : text.waited;
}

/** `matmulNT [1024, 64] [192, 64]`, as variants are kept, taken apart. */
export function variantRows(variants: RacePlan['variants']): { op: string; shape: string; variant: string }[] {
  return Object.entries(variants).map(([key, variant]) => {
    const [op] = key.split(' ', 1);
    return { op, shape: key.slice(op.length + 1), variant };
  });
}

export interface Diagnosed {
  /** Of the app. */
  version: string;
  time: string;
  /** What the browser says of itself. */
  browser: Record<string, string | number | boolean>;
  lab: string;
  executor: ExecutorInfo | null;
  race: { id: string; spec: RaceSpec; plan: RacePlan } | null;
  memory: MemoryUse | null;
  profile: readonly StepProfile[];
  tuning: readonly TuningRow[];
}

/** Everything of the Device view as plain text, and nothing of the user's own. */
export function diagnosticsText(about: Diagnosed): string {
  const { version, time, browser, lab, executor, race, memory, profile, tuning } = about;
  const used = variantRows(race?.plan.variants ?? {}).map((row) => [row.op, row.shape, row.variant]);
  const sections = [
    section(`Crossover ${version}`, [...facts({ time, lab }), ...facts(browser)]),
    section('device', executor ? deviceLines(executor) : [words.device.none]),
    section('memory', memoryLines(race?.plan ?? null, memory)),
    ...(race ? [section(`race ${race.id}`, [...planLines(race.plan), JSON.stringify(race.spec)])] : []),
    ...profile.map((step) => profileSection(step, executor)),
    ...(used.length > 0 ? [section('variants in use', table(used))] : []),
    ...(tuning.length > 0 ? [section('timed variants', tuningLines(tuning))] : []),
  ];
  return `${sections.join('\n\n')}\n`;
}

const section = (title: string, lines: readonly string[]) => [title, ...lines.map((line) => `  ${line}`)].join('\n');

const facts = (values: Record<string, string | number | boolean>) =>
  Object.entries(values).map(([name, value]) => `${name}: ${value}`);

const bytes = (count: number) => `${formatBytes(count)} (${count} bytes)`;

function deviceLines({ limits, features, ...rest }: ExecutorInfo): string[] {
  return [...facts(rest), `features: ${features.join(', ')}`, ...facts(limits)];
}

function memoryLines(plan: RacePlan | null, memory: MemoryUse | null): string[] {
  const text = words.device.memory;
  return [
    ...(plan ? [`${text.planned}: ${bytes(plan.bytes)}`] : []),
    ...(memory ? [`${text.used}: ${bytes(memory.used)}`] : []),
    ...(memory?.held === undefined ? [] : [`${text.held}: ${bytes(memory.held)}`]),
  ];
}

function planLines({
  parameters,
  activeParameters,
  tokensPerStep,
  vocabulary,
  flopsPerStep,
  dispatches,
}: RacePlan): string[] {
  return facts({
    parameters,
    activeParameters,
    vocabulary,
    tokensPerStep,
    flopsPerStep: JSON.stringify(flopsPerStep),
    dispatches: JSON.stringify(dispatches),
  });
}

function profileSection(step: StepProfile, executor: ExecutorInfo | null): string {
  const text = words.device.profile;
  const total = sumOf(step);
  const host = hostCost(step);
  const line = ({ ms, flops }: { ms: number; flops: number }) => [
    formatMs(ms),
    formatShare(ms / total.ms),
    formatRateOf(rateOf({ ms, flops })),
  ];
  const nodes = step.ops.flatMap((op) => op.nodes);
  const { columns } = text;
  const measures = [columns.ms, columns.share, columns.rate];
  return section(`${words.families[step.family].name}, ${text.step(String(step.step))}`, [
    ...(executor ? [clockOf(executor)] : []),
    `${text.sum(formatNumber(total.ms), formatRateOf(rateOf(total)))}, ${bytes(step.bytes)}`,
    host
      ? `${text.host(formatNumber(host.sum))} (${HOST_PARTS.map((part) => `${text.hostParts[part]} ${formatNumber(host.parts[part])}`).join(' + ')}), ${text.together(formatNumber(host.together))}`
      : text.hostNone,
    ...table([
      [columns.op, columns.nodes, ...measures],
      ...step.ops.map((op) => [op.op, String(op.nodes.length), ...line(op)]),
    ]),
    ...table([[columns.op, ...measures, ''], ...nodes.map((node) => [node.op, ...line(node), aboutNode(node)])]),
  ]);
}

const aboutNode = ({ scope, shapes, variant }: NodeTime) =>
  [variant, shapes.trim(), scope.trim()].filter(Boolean).join('  ');

function tuningLines(rows: readonly TuningRow[]): string[] {
  const text = words.device.kernels;
  const { op, shape, variant, ms, rate, chosen } = text.columns;
  return table([
    [op, shape, variant, ms, rate, chosen],
    ...rows.map((row) => [
      row.op,
      row.shape,
      row.variant,
      row.ms === null ? text.refused : formatMs(row.ms),
      formatRateOf(row.gflops),
      row.chosen ? '*' : '',
    ]),
  ]);
}

/** Rows with their columns aligned. */
function table(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]))
      .join('  ')
      .trimEnd(),
  );
}
