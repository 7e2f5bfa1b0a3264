import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tokenizerOf } from '../../src/data/tokenizer.ts';
import { parameterLayout } from '../../src/model/parameters.ts';
import { FAMILIES, type RunSpec } from '../../src/spec/schema.ts';
import { modelFiles } from '../../src/train/modelFiles.ts';
import { GOLDEN_SYMBOLS, GOLDEN_V, goldenArena, goldenExperts, goldenSpec } from './golden.ts';

/** Writes one run folder per family with the golden weights, and one with experts, for check_hf.py. */
export function writeGoldenFolders(root: string): void {
  for (const family of FAMILIES) {
    const spec = goldenSpec(family);
    write(join(root, family), spec, goldenArena(parameterLayout(spec.model, GOLDEN_V)));
  }
  const { spec, weights } = goldenExperts();
  write(join(root, 'experts'), spec, weights);
}

function write(folder: string, spec: RunSpec, weights: Float32Array): void {
  mkdirSync(folder, { recursive: true });
  for (const [name, content] of Object.entries(modelFiles(spec, tokenizerOf(GOLDEN_SYMBOLS), weights)))
    writeFileSync(join(folder, name), content);
}
