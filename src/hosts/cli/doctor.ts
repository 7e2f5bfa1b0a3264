import { CrossoverError, EXIT_CODES, messageOf } from '../../core/errors.ts';
import { toJson } from '../../core/json.ts';
import type { ExecutorInfo } from '../../graph/executor.ts';
import type { TuningRow } from '../../graph/profile.ts';
import { describeChromium } from '../node/chromium.ts';
import { webgpuVersion } from '../node/webgpu.ts';
import { type Device, openExecutor } from './device.ts';
import { styleFor, type Terminal } from './terminal.ts';
import { tunePresets, tuningLines } from './tune.ts';

interface Diagnosis {
  crossover: string;
  node: string;
  platform: string;
  webgpu: string | null;
  /** The Chromium that the tests of the page would use. */
  chromium: string | null;
  /** What a race would use. */
  executor: ExecutorInfo | null;
  /** What WebGPU offers here, whether or not a race would use it. */
  gpu: ExecutorInfo | null;
  problem: { code: string; message: string; hint?: string } | null;
  /** Every kernel variant at every shape, where that was asked for. */
  tuning?: TuningRow[];
}

export interface DoctorOptions extends Device {
  json: boolean;
  /** Presets at whose shapes all kernels are timed; none: nothing is timed. */
  tune: readonly string[];
}

/**
 * Says which adapter, limits and executor a race would use here, and why; times all kernels if that is asked for. The
 * exit code is that of the problem.
 */
export async function doctor({ json, tune, ...device }: DoctorOptions, terminal: Terminal): Promise<number> {
  const diagnosis = await diagnose(device, terminal);
  const { problem } = diagnosis;
  if (tune.length > 0 && !problem) diagnosis.tuning = (await tunePresets({ presets: tune, ...device }, terminal)).rows;
  terminal.stdout.write(json ? `${toJson(diagnosis)}\n` : inWords(diagnosis, terminal));
  if (diagnosis.tuning && !json) terminal.stdout.write(`\n${tuningLines(diagnosis.tuning).join('\n')}\n`);
  return problem ? (EXIT_CODES[problem.code as keyof typeof EXIT_CODES] ?? 1) : 0;
}

async function diagnose(device: Device, { version }: Terminal): Promise<Diagnosis> {
  const diagnosis: Diagnosis = {
    crossover: version,
    node: process.versions.node,
    platform: `${process.platform} ${process.arch}`,
    webgpu: await webgpuVersion(),
    chromium: describeChromium() ?? null,
    executor: null,
    gpu: await infoOf({ ...device, executor: 'gpu' }).catch(() => null),
    problem: null,
  };
  try {
    diagnosis.executor = await infoOf(device);
  } catch (error) {
    const { code, hint } = error instanceof CrossoverError ? error : { code: 'internal', hint: undefined };
    diagnosis.problem = { code, message: messageOf(error), ...(hint && { hint }) };
  }
  return diagnosis;
}

async function infoOf(device: Device): Promise<ExecutorInfo> {
  const executor = await openExecutor(device);
  executor.destroy();
  return executor.info;
}

function inWords(diagnosis: Diagnosis, { stdout, env }: Terminal): string {
  const { executor, gpu, problem } = diagnosis;
  const style = styleFor(stdout, env);
  const rows: [string, string][] = [
    ['crossover', diagnosis.crossover],
    ['node', `${diagnosis.node} on ${diagnosis.platform}`],
    ['webgpu', diagnosis.webgpu ? `${diagnosis.webgpu} (Dawn for Node)` : 'not installed'],
    ['chromium', diagnosis.chromium ?? 'none: the tests of the page cannot run'],
  ];
  if (executor) rows.push(['executor', `${executor.kind}: ${executor.adapter}`], ['why', executor.why]);
  for (const info of [gpu, executor?.kind === 'gpu' ? null : executor]) {
    if (!info) continue;
    rows.push(
      ['', ''],
      [info.kind, [info.adapter, info.vendor, info.architecture].filter(Boolean).join(', ')],
      ...Object.entries(info.limits).map(([name, limit]): [string, string] => [name, limit.toLocaleString('en-US')]),
      ['features', info.features.join(', ')],
      ...(info.half ? ([['precision', 'operands of matrix products in 16 bits']] as [string, string][]) : []),
      ...(info.tuning ? ([['kernel choices', `kept in ${info.tuning}`]] as [string, string][]) : []),
    );
  }
  if (problem) {
    rows.push(
      ['problem', problem.message],
      ...(problem.hint ? ([['what to do', problem.hint]] as [string, string][]) : []),
      ['executor', 'interpret – exact and slow, with --executor interpret'],
    );
  }
  const width = Math.max(...rows.map(([label]) => label.length));
  return rows.map(([label, text]) => `${style('bold', label.padEnd(width))}  ${text}\n`).join('');
}
