import type { MetricRecord } from '../../analysis/record.ts';
import { badInput, CrossoverError } from '../../core/errors.ts';
import type { Tokenizer } from '../../data/dataset.ts';
import { fromTokenizerJson } from '../../data/tokenizerJson.ts';
import { parameterLayout } from '../../model/parameters.ts';
import { parseRunSpec } from '../../spec/parse.ts';
import type { RunSpec } from '../../spec/schema.ts';
import { readOptimizerFile } from '../../train/modelFiles.ts';
import type { FamilySummary, SampleRecord } from '../protocol.ts';
import type { OwnTextFile } from '../shelf.ts';
import type { Checkpoint } from '../store.ts';
import { decodeEnvironment, type Environment } from './environment.ts';
import { decode, decodeLines, eventSchema, type RunEvent, recordSchema, sampleSchema, summarySchema } from './lines.ts';
import { RUN_FILES, type RunFile } from './names.ts';

/** The files of a run, wherever they are: in a folder, a database or a .zip. */
export interface RunReader {
  /** The place in words. */
  readonly name: string;
  /** How errors call a file. */
  path(file: RunFile): string;
  /** Its bytes; undefined where there is no such file. */
  read(file: RunFile): Promise<Uint8Array | undefined>;
}

/** Everything of a run that people read; the weights are read where they are needed. */
export interface RunContent {
  spec: RunSpec;
  records: MetricRecord[];
  samples: SampleRecord[];
  events: RunEvent[];
  /** Absent while the run has not ended. */
  summary?: FamilySummary;
}

/** Every function below throws a CrossoverError that names the file, and the line where there are lines. */

export async function readSpec(run: RunReader): Promise<RunSpec> {
  const text = await readText(run, RUN_FILES.spec);
  if (text === undefined) throw badInput(`${run.name} is not a run folder: it has no ${RUN_FILES.spec}`);
  const path = run.path(RUN_FILES.spec);
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw badInput(`${path} is not JSON`);
  }
  return named(path, () => parseRunSpec(json));
}

export const readRecords = (run: RunReader): Promise<MetricRecord[]> => readLines(run, RUN_FILES.metrics, recordSchema);
export const readSamples = (run: RunReader): Promise<SampleRecord[]> => readLines(run, RUN_FILES.samples, sampleSchema);
export const readEvents = (run: RunReader): Promise<RunEvent[]> => readLines(run, RUN_FILES.events, eventSchema);

export async function readSummary(run: RunReader): Promise<FamilySummary | undefined> {
  const text = await readText(run, RUN_FILES.summary);
  return text === undefined ? undefined : decode(text, summarySchema, run.path(RUN_FILES.summary));
}

export async function readEnvironment(run: RunReader): Promise<Environment | undefined> {
  const text = await readText(run, RUN_FILES.environment);
  return text === undefined ? undefined : decodeEnvironment(text, run.path(RUN_FILES.environment));
}

/** The text that a run with the corpus `own` was trained on, and its name. */
export async function readOwnText(run: RunReader): Promise<OwnTextFile | undefined> {
  const text = await readText(run, RUN_FILES.ownText);
  if (text === undefined) return undefined;
  return { name: (await readEnvironment(run))?.ownText ?? RUN_FILES.ownText, text };
}

/** The last checkpoint of a run. `symbols`: its vocabulary without the extra token. */
export async function readCheckpoint(
  run: RunReader,
  { model }: RunSpec,
  symbols: readonly string[],
): Promise<Checkpoint | undefined> {
  const bytes = await run.read(RUN_FILES.checkpoint);
  const size = parameterLayout(model, symbols.length + 1).size;
  return bytes && readOptimizerFile(bytes, size, run.path(RUN_FILES.checkpoint));
}

/** The tokenizer of a run, where it has left one. */
export async function readTokenizer(run: RunReader): Promise<Tokenizer | undefined> {
  const text = await readText(run, RUN_FILES.tokenizer);
  if (text === undefined) return undefined;
  return named(run.path(RUN_FILES.tokenizer), () => fromTokenizerJson(text).tokenizer);
}

/** Its vocabulary, without the extra token. */
export async function readSymbols(run: RunReader): Promise<readonly string[] | undefined> {
  return (await readTokenizer(run))?.symbols;
}

export async function readContent(run: RunReader): Promise<RunContent> {
  const spec = await readSpec(run);
  const [records, samples, events, summary] = await Promise.all([
    readRecords(run),
    readSamples(run),
    readEvents(run),
    readSummary(run),
  ]);
  const foreign = [...records, ...samples, ...(summary ? [summary] : [])].find(({ family }) => family !== spec.family);
  if (foreign) throw badInput(`${run.name} is a run of ${spec.family}, but holds numbers of ${foreign.family}`);
  return { spec, records, samples, events, ...(summary && { summary }) };
}

async function readText(run: RunReader, file: RunFile): Promise<string | undefined> {
  const bytes = await run.read(file);
  return bytes && textOf(bytes, run.path(file));
}

async function readLines<T>(run: RunReader, file: RunFile, schema: Parameters<typeof decodeLines<T>>[1]): Promise<T[]> {
  const bytes = await run.read(file);
  if (!bytes) return [];
  // A kill can cut the last line off anywhere, also within a character.
  const whole = bytes.subarray(0, bytes.lastIndexOf(0x0a) + 1);
  return decodeLines(textOf(whole, run.path(file)), schema, run.path(file));
}

function textOf(bytes: Uint8Array, path: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw badInput(`${path} is not a text in UTF-8`);
  }
}

/** What `read` returns; an error of it names the file. */
function named<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof CrossoverError) throw new CrossoverError(error.code, `${path}: ${error.message}`, error.hint);
    throw error;
  }
}
