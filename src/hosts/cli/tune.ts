import { badInput } from '../../core/errors.ts';
import { buildDataset } from '../../data/buildDataset.ts';
import { loadCorpus } from '../../data/corpora.ts';
import { familyOf } from '../../families/index.ts';
import { GpuExecutor } from '../../gpu/executor.ts';
import { tuningTable } from '../../gpu/tune.ts';
import type { TuningRow } from '../../graph/profile.ts';
import type { Tape } from '../../graph/tape.ts';
import { presetOf } from '../../spec/presets.ts';
import { FAMILIES, type RaceSpec } from '../../spec/schema.ts';
import { evaluationGraph, samplingGraph, trainingGraph } from '../../train/graphs.ts';
import { type Device, openExecutor } from './device.ts';
import { loadText } from './race.ts';
import { type Terminal, table } from './terminal.ts';

/** The presets whose shapes are timed where none is named. */
export const TUNED_PRESETS = ['default', 'quick', 'large'] as const;

export interface TuneOptions extends Device {
  presets: readonly string[];
}

/** Times every kernel variant at the shapes of these presets on the GPU, and keeps the choices for later races. */
export async function tunePresets({ presets, ...device }: TuneOptions, terminal: Terminal) {
  const { executor } = device;
  const opened = await openExecutor({ ...device, executor: executor === 'auto' ? 'gpu' : executor });
  try {
    if (!(opened instanceof GpuExecutor))
      throw badInput(`--tune times the kernels of the executors gpu and gpu-f16; got --executor ${executor}`);
    const tapes: Tape[] = [];
    for (const id of presets) tapes.push(...(await tapesOf(presetOf(id).spec, terminal)));
    const tuned = await opened.tuner.refresh(tapes, (done, of) => {
      if (terminal.stderr.isTTY) terminal.stderr.write(`\rTiming kernels: ${done} of ${of} shapes `);
    });
    if (terminal.stderr.isTTY) terminal.stderr.write('\n');
    return { info: opened.info, rows: tuningTable(tuned) };
  } finally {
    opened.destroy();
  }
}

/** Every graph that a race of this spec compiles. */
async function tapesOf(spec: RaceSpec, { root }: Terminal): Promise<Tape[]> {
  const corpus = await loadCorpus(spec.data.corpus, (path) => loadText(root, path));
  const { vocabulary } = buildDataset(corpus, spec);
  return FAMILIES.flatMap((id) => {
    const family = familyOf(id, spec);
    return [
      trainingGraph(spec, vocabulary, family).tape,
      evaluationGraph(spec, vocabulary, family, 'ema').tape,
      samplingGraph(spec, vocabulary, family, 'ema').tape,
    ];
  });
}

/** The rows as a table; a `*` marks what a race will use. */
export function tuningLines(rows: readonly TuningRow[]): string[] {
  const digits = (x: number | null) => (x === null ? '–' : `${Number(x.toPrecision(3))}`);
  return table([
    ['op', 'shape', 'variant', 'ms', 'GFLOP/s', 'used'],
    ...rows.map(({ op, shape, variant, ms, gflops, chosen }) => [
      op,
      shape,
      variant,
      ms === null ? 'does not compile' : digits(ms),
      digits(gflops),
      chosen ? '*' : '',
    ]),
  ]);
}
