import { median } from '../../src/core/statistics.ts';

/** Three decimals: the most by which a loss or a gradient norm of a peer may differ from the lab's. */
const TOLERANCE = 5e-4;

/** Loss and gradient norm of a step. */
export type StepFigures = readonly [loss: number, gradNorm: number];

/** What a contender's process says of itself after its first steps. */
export interface Opened {
  /** Of a contender that knows it; else the row has it. */
  version?: string;
  adapter: string;
  software: boolean;
  /** Seconds from the loaded library to the first loss. */
  firstStep: number;
  metrics: readonly StepFigures[];
}

/** One contender in one round: milliseconds of each step, and GFLOP/s of the calibration just before. */
export interface Timed {
  calibration: number;
  steps: readonly number[];
}

/** The lab's, then the peer's. */
export type Pair<T> = readonly [lab: T, peer: T];

interface Row {
  /** Name and version of what both run in: Node, Chromium. */
  host: string;
  config: string;
  peer: string;
  lab: string;
  /** Library and version of the peer. */
  version?: string;
}

export interface Measurement extends Row {
  contenders: Pair<Opened & { msPerStep: number; calibration: readonly [number, number]; rounds: readonly Timed[] }>;
  /** Median of the rounds' peer ÷ lab, and the smallest and largest. */
  ratio: number;
  ratioSpread: readonly [number, number];
}

/** A comparison that gave no number, and why. */
export interface Unmeasured extends Row {
  why: string;
}

export type Result = Measurement | Unmeasured;

const spread = (numbers: readonly number[]): [number, number] => [Math.min(...numbers), Math.max(...numbers)];

/** What differs between the first steps of the lab and of a peer; undefined when they agree. */
export function disagreement(lab: readonly StepFigures[], peer: readonly StepFigures[]): string | undefined {
  for (const [step, expected] of lab.entries())
    for (const [i, what] of ['loss', 'gradient norm'].entries()) {
      const got = peer[step]?.[i];
      if (!(Math.abs(got - expected[i]) <= TOLERANCE))
        return `${what} of step ${step + 1} is ${got?.toFixed(4)}, the lab’s ${expected[i].toFixed(4)}`;
    }
  return undefined;
}

/** Medians and ratios of rounds in which the lab and the peer took turns. */
export function measurementOf(row: Row, opened: Pair<Opened>, timed: readonly Pair<Timed>[]): Measurement {
  const ratios = timed.map(([lab, peer]) => median([...peer.steps]) / median([...lab.steps]));
  const contender = (i: 0 | 1) => ({
    ...opened[i],
    msPerStep: median(timed.flatMap((pair) => [...pair[i].steps])),
    calibration: spread(timed.map((pair) => pair[i].calibration)),
    rounds: timed.map((pair) => pair[i]),
  });
  return { ...row, contenders: [contender(0), contender(1)], ratio: median(ratios), ratioSpread: spread(ratios) };
}

const HEAD = [
  'host',
  'work',
  'peer',
  'lab’s executor',
  'peer, ms a step',
  'lab, ms a step',
  'peer ÷ lab (rounds)',
  'first step, s: peer / lab',
  'calibration, GFLOP/s: peer / lab',
  'adapter',
  'version',
];

const short = (x: number): string => (x >= 100 ? x.toFixed(0) : x.toPrecision(3));
const range = (numbers: readonly number[]): string => numbers.map(short).join('–');

function cellsOf(result: Result): string[] {
  const names = [result.host, result.config, result.peer, result.lab];
  if ('why' in result) return [...names, result.why, ...HEAD.slice(names.length + 1).map(() => '')];
  const [lab, peer] = result.contenders;
  return [
    ...names,
    short(peer.msPerStep),
    short(lab.msPerStep),
    `**${short(result.ratio)}** (${range(result.ratioSpread)})`,
    `${short(peer.firstStep)} / ${short(lab.firstStep)}`,
    `${range(peer.calibration)} / ${range(lab.calibration)}`,
    peer.adapter,
    result.version ?? peer.version ?? '',
  ];
}

/** The results as one Markdown table. */
export function tableOf(results: readonly Result[]): string {
  const rows = [HEAD, HEAD.map(() => '---'), ...results.map(cellsOf)];
  return rows.map((row) => `| ${row.join(' | ')} |`).join('\n');
}
