import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { build } from 'vite';
import { inject } from 'vitest';
import type { TestProject } from 'vitest/node';

const ROOT = resolve(import.meta.dirname, '../..');

declare module 'vitest' {
  interface ProvidedContext {
    /** A folder of this run of the tests, empty at first. */
    built: string;
  }
}

/** Vitest's global set-up: a folder that the files of a run share, and that goes with it. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'crossover-built-'));
  project.provide('built', folder);
  return () => rm(folder, { recursive: true, force: true });
}

/**
 * The page as users get it: built by the first test file that asks for it, and shared by the others, which wait for it.
 * Nothing in it is to be changed.
 */
export async function builtPage(): Promise<string> {
  const folder = join(inject('built'), 'web');
  const outcome = `${folder}.outcome`;
  // Only one can make the folder.
  const first = await mkdir(folder).then(
    () => true,
    () => false,
  );
  if (first) {
    const why = await production(folder).then(
      () => '',
      (error) => `${error}`,
    );
    await writeFile(`${outcome}.tmp`, why);
    await rename(`${outcome}.tmp`, outcome);
  }
  for (;;) {
    const why = await readFile(outcome, 'utf8').catch(() => undefined);
    if (why) throw new Error(`the page cannot be built: ${why}`);
    if (why === '') return folder;
    await setTimeout(100);
  }
}

/** Vitest says that this is a test, and the build would then be one for development. */
async function production(outDir: string): Promise<void> {
  const { NODE_ENV } = process.env;
  process.env.NODE_ENV = 'production';
  try {
    await build({ root: ROOT, logLevel: 'error', build: { outDir, emptyOutDir: true } });
  } finally {
    process.env.NODE_ENV = NODE_ENV;
  }
}
