#!/usr/bin/env node
// The command `crossover`, from a clone: builds the command line (and for `start` and `open` the page) when a source is newer
// than what was built, then runs it. Plain JavaScript without syntax that an old Node would refuse.
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const NEEDED = [20, 19];
const ROOT = join(dirname(fileURLToPath(import.meta.url)), '../../..');
const SOURCES = ['src', 'shaders', 'public', 'index.html', 'vite.config.ts', 'package.json', 'package-lock.json'];
const TARGETS = {
  cli: { proof: 'main.js', build: { ssr: 'src/hosts/cli/main.ts' } },
  web: { proof: 'index.html', build: {} },
};

/** The newest time of change of a file or of anything in a folder; a file that was removed changes its folder. */
function newest(path) {
  if (!existsSync(path)) return 0;
  const found = statSync(path);
  if (!found.isDirectory()) return found.mtimeMs;
  return readdirSync(path).reduce((time, name) => Math.max(time, newest(join(path, name))), found.mtimeMs);
}

/** Builds into a folder of its own and renames it, so that two that build at once do not meet. */
async function ensureBuilt(name) {
  const { proof, build: options } = TARGETS[name];
  const target = join(ROOT, 'dist', name);
  const built = join(target, proof);
  const sources = Math.max(...SOURCES.map((source) => newest(join(ROOT, source))));
  if (existsSync(built) && statSync(built).mtimeMs >= sources) return;
  process.stderr.write(`Building ${name === 'cli' ? 'the command line' : 'the page'} …\n`);
  const { build } = await import('vite');
  const outDir = `${target}.${process.pid}`;
  try {
    await build({ root: ROOT, logLevel: 'error', build: { ...options, outDir, emptyOutDir: true } });
    rmSync(target, { recursive: true, force: true });
    renameSync(outDir, target);
  } finally {
    rmSync(outDir, { recursive: true, force: true });
  }
}

/** Ctrl-C and a request to end, for as long as somebody listens. */
function onInterrupt(callback) {
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, callback);
  return () => {
    for (const signal of ['SIGINT', 'SIGTERM']) process.off(signal, callback);
  };
}

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < NEEDED[0] || (major === NEEDED[0] && minor < NEEDED[1])) {
  process.stderr.write(`crossover needs Node ${NEEDED.join('.')} or newer; this is ${process.versions.node}.\n`);
  process.exitCode = 1;
} else {
  const argv = process.argv.slice(2);
  // A reader that goes away (`crossover race --json | head -1`) is no failure of ours.
  process.stdout.on('error', (error) => process.exit(error.code === 'EPIPE' ? 0 : 1));
  try {
    await ensureBuilt('cli');
    if (['start', 'open'].includes(argv[0]) && !argv.some((arg) => arg === '--help' || arg === '-h'))
      await ensureBuilt('web');
    const { main } = await import(pathToFileURL(join(ROOT, 'dist/cli/main.js')).href);
    const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
    const { stdout, stderr, env } = process;
    process.exitCode = await main(argv, { root: ROOT, version, stdout, stderr, env, onInterrupt });
  } catch (error) {
    process.stderr.write(`crossover: ${error?.message ?? error}\n`);
    process.exitCode = 1;
  }
}
