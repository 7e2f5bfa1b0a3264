import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Tokenizer } from '../../data/dataset.ts';
import { fromTokenizerJson } from '../../data/tokenizerJson.ts';
import { RUN_FILES } from '../../lab/runFiles/names.ts';
import { parameterLayout } from '../../model/parameters.ts';
import type { RunSpec } from '../../spec/schema.ts';
import { readModelFile } from '../../train/modelFiles.ts';
import { ioError } from './files.ts';
import { readRunSpec } from './runFolder.ts';

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
  const { tokenizer } = fromTokenizerJson((await readBytes(join(folder, 'tokenizer.json'))).toString('utf8'));
  const path = join(folder, RUN_FILES.model);
  const layout = parameterLayout(spec.model, tokenizer.size + 1);
  return { spec, tokenizer, weights: readModelFile(await readBytes(path), layout, path) };
}

/** The bytes of a file that must be there. */
export async function readBytes(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    throw ioError('read', path, error);
  }
}
