import { readFileSync } from 'node:fs';
import { arch, cpus, loadavg, platform } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'vite';

export const HERE = dirname(fileURLToPath(import.meta.url));
export const ROOT = join(HERE, '../..');
/** Where bundles and results go. */
export const OUT = join(ROOT, 'dist/bench');

/** Bundles TypeScript files of this folder for Node, by their names without an ending. */
export async function buildForNode(...names) {
  await build({
    root: ROOT,
    logLevel: 'error',
    build: {
      ssr: true,
      outDir: OUT,
      emptyOutDir: false,
      rollupOptions: {
        input: Object.fromEntries(names.map((name) => [name, join(HERE, `${name}.ts`)])),
        output: { entryFileNames: '[name].js' },
      },
    },
  });
}

/** A module that `buildForNode` has built. */
export const built = (name) => import(pathToFileURL(join(OUT, `${name}.js`)).href);

/** Bundles the contenders' page, peers and all; returns the folder, whose `page.js` is the whole of it. */
export async function buildPage() {
  const outDir = join(OUT, 'page');
  await build({
    root: ROOT,
    base: '/',
    logLevel: 'error',
    publicDir: false,
    build: {
      outDir,
      emptyOutDir: true,
      target: 'es2022',
      // The peers are as large as they are.
      chunkSizeWarningLimit: 10_000,
      rollupOptions: { input: join(HERE, 'page.mjs'), output: { entryFileNames: 'page.js' } },
    },
  });
  return outDir;
}

/** `name version` of a package that is installed in this folder. */
export function versionOf(name) {
  const { version } = JSON.parse(readFileSync(join(HERE, 'node_modules', name, 'package.json'), 'utf8'));
  return `${name} ${version}`;
}

/** What a record says of the machine and the run. */
export function machine() {
  return {
    date: new Date().toISOString(),
    cpu: `${cpus().length} × ${cpus()[0].model}`,
    system: `${platform()} ${arch()}`,
    node: process.versions.node,
    loadAtStart: loadavg()[0],
    arguments: process.argv.slice(2),
  };
}
