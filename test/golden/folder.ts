import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tokenizerOf } from '../../src/data/tokenizer.ts';
import { parameterLayout } from '../../src/model/parameters.ts';
import { FAMILIES } from '../../src/spec/schema.ts';
import { modelFiles } from '../../src/train/modelFiles.ts';
import { GOLDEN_SYMBOLS, GOLDEN_V, goldenArena, goldenSpec } from './golden.ts';

/** Writes one run folder per family with the golden weights, for check_hf.py. */
export function writeGoldenFolders(root: string): void {
  for (const family of FAMILIES) {
    const spec = goldenSpec(family);
    const weights = goldenArena(parameterLayout(spec.model, GOLDEN_V));
    mkdirSync(join(root, family), { recursive: true });
    for (const [name, content] of Object.entries(modelFiles(spec, tokenizerOf(GOLDEN_SYMBOLS), weights)))
      writeFileSync(join(root, family, name), content);
  }
}
