import { join } from 'node:path';
import type { MetricRecord } from '../../analysis/record.ts';
import { badInput, CrossoverError } from '../../core/errors.ts';
import type { FamilySummary, SampleRecord } from '../../lab/protocol.ts';
import { parseRunSpec } from '../../spec/parse.ts';
import type { RunSpec } from '../../spec/schema.ts';
import { fromJson, readIfThere, readJsonLines } from './files.ts';

/** The files of a run. `config.json`, `tokenizer.json` and `tokenizer_config.json` are Hugging Face's. */
export const RUN_FILES = {
  spec: 'run.json',
  environment: 'env.json',
  metrics: 'metrics.jsonl',
  samples: 'samples.jsonl',
  events: 'events.jsonl',
  summary: 'summary.json',
  model: 'model.safetensors',
  checkpoint: 'optimizer.safetensors',
  /** The user's own text, for a run that was trained on one: without it the run could not be evaluated or resumed. */
  ownText: 'text.txt',
} as const;

/** Fields of records and summaries that are numbers even where they are not finite. */
const NUMERIC = ['value', 'se', 'windows', 'entropy', 'confidence'];

export interface RunEvent {
  step: number;
  text: string;
}

/** Everything in a run folder that people read; the weights are read where they are needed. */
export interface RunFolder {
  folder: string;
  spec: RunSpec;
  records: MetricRecord[];
  samples: SampleRecord[];
  events: RunEvent[];
  /** Absent while the run has not ended. */
  summary?: FamilySummary;
}

/** The spec of a run folder; a CrossoverError that names the file when it is not one of this version. */
export async function readRunSpec(folder: string): Promise<RunSpec> {
  const path = join(folder, RUN_FILES.spec);
  const text = await readIfThere(path);
  if (!text) throw badInput(`${folder} is not a run folder: it has no ${RUN_FILES.spec}`);
  let json: unknown;
  try {
    json = JSON.parse(text.toString('utf8'));
  } catch {
    throw badInput(`${path} is not JSON`);
  }
  try {
    return parseRunSpec(json);
  } catch (error) {
    if (error instanceof CrossoverError) throw new CrossoverError(error.code, `${path}: ${error.message}`, error.hint);
    throw error;
  }
}

export const readRecords = (folder: string): Promise<MetricRecord[]> =>
  readJsonLines(join(folder, RUN_FILES.metrics), NUMERIC);

export const readSamples = (folder: string): Promise<SampleRecord[]> =>
  readJsonLines(join(folder, RUN_FILES.samples), NUMERIC);

export const readEvents = (folder: string): Promise<RunEvent[]> => readJsonLines(join(folder, RUN_FILES.events));

/** The text that a run with the corpus `own` was trained on, and its name. */
export async function readOwnText(folder: string): Promise<{ name: string; text: string } | undefined> {
  const text = (await readIfThere(join(folder, RUN_FILES.ownText)))?.toString('utf8');
  if (text === undefined) return undefined;
  const environment = await readIfThere(join(folder, RUN_FILES.environment));
  const about = environment ? (JSON.parse(environment.toString('utf8')) as { ownText?: string }) : {};
  return { name: about.ownText ?? RUN_FILES.ownText, text };
}

export async function readRunFolder(folder: string): Promise<RunFolder> {
  const spec = await readRunSpec(folder);
  const [records, samples, events, summary] = await Promise.all([
    readRecords(folder),
    readSamples(folder),
    readEvents(folder),
    readIfThere(join(folder, RUN_FILES.summary)),
  ]);
  const run: RunFolder = { folder, spec, records, samples, events };
  if (summary) run.summary = fromJson(summary.toString('utf8'), NUMERIC) as FamilySummary;
  return run;
}
