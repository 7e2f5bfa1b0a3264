// `npm run recordings [preset …]`: trains the presets with the command `crossover race` and keeps what was measured and
// written, without the models, where the page finds it: public/recordings. Takes some minutes; it replaces what is there.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runnerImport } from 'vite';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '../../..');
const OUT = join(ROOT, 'public/recordings');
const INDEX = join(OUT, 'index.json');
/** The preset for machines with a GPU is not for this one. */
const RECORDED = ['default', 'quick', 'brackets', 'world'];

const load = async (path) =>
  (await runnerImport(join(ROOT, 'src', path), { root: ROOT, configFile: false, logLevel: 'error' })).module;

async function record({ id, spec, title }) {
  const { specToHash } = await load('spec/hash.ts');
  const { filesOf, packRuns } = await load('lab/runFiles/archive.ts');
  const { runPlace } = await load('hosts/node/runFolder.ts');
  const folder = mkdtempSync(join(tmpdir(), 'crossover-recording-'));
  try {
    const preset = id === 'default' ? [] : ['--preset', id];
    const argv = [join(ROOT, 'src/hosts/cli/crossover.mjs'), 'race', ...preset, '--out', folder];
    if (spawnSync(process.execPath, argv, { stdio: 'inherit' }).status !== 0) throw new Error(`${id} was not finished`);
    const names = readdirSync(folder);
    const { summary } = JSON.parse(
      readFileSync(
        join(
          folder,
          names.find((name) => name.endsWith('-race')),
          'race.json',
        ),
      ),
    );
    const runs = names.filter((name) => !name.endsWith('-race'));
    const packed = await Promise.all(
      runs.map(async (name) => ({ name, files: await filesOf(runPlace(join(folder, name)), { weights: false }) })),
    );
    const file = `${id}.zip`;
    writeFileSync(join(OUT, file), packRuns(packed, new Date()));
    const command = ['crossover race', ...preset].join(' ');
    return { hash: specToHash(spec), file, title, command, seconds: Number(summary.wallSeconds.toPrecision(3)) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function readIndex() {
  try {
    return JSON.parse(readFileSync(INDEX, 'utf8')).recordings;
  } catch {
    return [];
  }
}

const { presetOf } = await load('spec/presets.ts');
const asked = process.argv.slice(2);
mkdirSync(OUT, { recursive: true });
for (const preset of (asked.length > 0 ? asked : RECORDED).map(presetOf)) {
  const found = await record(preset);
  const all = [...readIndex().filter(({ file }) => file !== found.file), found];
  const place = ({ file }) => RECORDED.findIndex((id) => file === `${id}.zip`);
  const recordings = all.sort((a, b) => place(a) - place(b));
  writeFileSync(INDEX, `${JSON.stringify({ recordings }, null, 2)}\n`);
}
