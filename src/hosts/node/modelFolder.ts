import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Tokenizer } from '../../data/dataset.ts';
import { RUN_FILES, type RunFile } from '../../lab/runFiles/names.ts';
import { readTokenizer } from '../../lab/runFiles/read.ts';
import { parameterLayout } from '../../model/parameters.ts';
import type { RunSpec } from '../../spec/schema.ts';
import { readModelFile } from '../../train/modelFiles.ts';
import { ioError } from './files.ts';
import { readRunSpec, runPlace } from './runFolder.ts';

/** The model of a run folder: its weights were the best on validation. */
export interface StoredModel {
  spec: RunSpec;
  tokenizer: Tokenizer;
  /** An arena of the layout of this model. */
  weights: Float32Array<ArrayBuffer>;
}

/** Reads `run.json`, `tokenizer.json` and `model.safetensors`. Errors name the file. */
export async function readModelFolder(folder: string): Promise<StoredModel> {
  const spec = await readRunSpec(folder);
  const run = { ...runPlace(folder), read: (file: RunFile) => readBytes(join(folder, file)) };
  const tokenizer = (await readTokenizer(run))!;
  const layout = parameterLayout(spec.model, tokenizer.size + 1);
  const weights = readModelFile(await run.read(RUN_FILES.model), layout, run.path(RUN_FILES.model));
  return { spec, tokenizer, weights };
}

/** The bytes of a file that must be there. */
async function readBytes(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    throw ioError('read', path, error);
  }
}
