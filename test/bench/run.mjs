// `npm run bench:peers`: the lab and its peers on the same work, in turns. README.md says what is compared and how.
import { fork } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'vite';

const HERE = dirname(fileURLToPath(import.meta.url));
const ROOT = join(HERE, '../..');
const CONFIGS = ['small', 'big'];

/**
 * Every peer and the executor of the lab that does its kind of work. `software`: the configurations on which it is
 * measured unasked when its adapter is a software one; there a step of the others takes from 5 to 25 seconds.
 */
const PEERS = {
  'jax-js wasm': { lab: 'lab cpu', software: CONFIGS },
  'tfjs wasm': { lab: 'lab cpu', software: CONFIGS },
  'jax-js webgpu': { lab: 'lab gpu', software: ['small'] },
  'tfjs webgpu': { lab: 'lab gpu', software: [] },
};

/** Milliseconds of steps before the first timing (just-in-time compilers need them) and in a round. */
const EFFORT = {
  full: { warmUp: 4000, round: 1500, rounds: 5 },
  quick: { warmUp: 1000, round: 400, rounds: 2 },
};

/** A contender in its own process, until `end`. Every call rejects with what went wrong there. */
class Process {
  #child = fork(join(HERE, 'contender.mjs'), { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });

  ask(message) {
    return new Promise((resolve, reject) => {
      const gone = (code, signal) => reject(new Error(`its process ended (${signal ?? code})`));
      this.#child.once('exit', gone);
      this.#child.once('message', ({ answer, error }) => {
        this.#child.off('exit', gone);
        if (error === undefined) resolve(answer);
        else reject(new Error(error));
      });
      this.#child.send(message);
    });
  }

  end() {
    this.#child.kill('SIGKILL');
  }
}

/** The lab and one peer on one configuration: rounds of lab, peer, lab, peer … */
async function compare(peer, config, { effort, rounds, adapter, asked, report }) {
  const { lab, software } = PEERS[peer];
  const row = { config, peer, lab };
  const processes = [new Process(), new Process()];
  try {
    const opened = [await processes[0].ask({ open: [lab, config, adapter] })];
    if (opened[0].software && !asked && !software.includes(config))
      return { ...row, why: 'not measured unasked on a software adapter' };
    opened.push(await processes[1].ask({ open: [peer, config, adapter] }));
    const differs = report.disagreement(opened[0].metrics, opened[1].metrics);
    if (differs) return { ...row, why: `void: ${differs}`, opened };
    for (const contender of processes) await contender.ask({ time: effort.warmUp });
    const timed = [];
    for (let round = 0; round < rounds; round++) {
      const pair = [];
      for (const contender of processes) pair.push(await contender.ask({ time: effort.round }));
      timed.push(pair);
    }
    return report.measurementOf(row, opened, timed);
  } catch (error) {
    return { ...row, why: `failed: ${error.message.split('\n')[0]}` };
  } finally {
    for (const contender of processes) contender.end();
  }
}

/** `given` as a list of some of `allowed`. */
function chosen(option, given, allowed) {
  const names = given?.split(',').map((name) => name.trim()) ?? allowed;
  const unknown = names.find((name) => !allowed.includes(name));
  if (unknown !== undefined)
    throw new Error(
      `${option}: there is no “${unknown}”; allowed are ${allowed.join(', ')}, with commas between them.`,
    );
  return names;
}

function optionsOf() {
  const { values } = parseArgs({
    options: {
      quick: { type: 'boolean', default: false },
      configs: { type: 'string' },
      peers: { type: 'string' },
      rounds: { type: 'string' },
      adapter: { type: 'string', default: 'auto' },
      out: { type: 'string', default: join(ROOT, 'dist/bench/results.json') },
    },
  });
  if (!['auto', 'software'].includes(values.adapter))
    throw new Error(`--adapter: there is no “${values.adapter}”; allowed are auto and software.`);
  const effort = values.quick ? EFFORT.quick : EFFORT.full;
  const rounds = Number(values.rounds ?? effort.rounds);
  if (!Number.isInteger(rounds) || rounds < 1 || rounds > 1000)
    throw new Error(`--rounds: “${values.rounds}” is no whole number from 1 to 1000.`);
  return {
    configs: chosen('--configs', values.configs ?? (values.quick ? 'small' : undefined), CONFIGS),
    peers: chosen('--peers', values.peers, Object.keys(PEERS)),
    adapter: values.adapter,
    out: values.out,
    asked: values.peers !== undefined,
    effort,
    rounds,
  };
}

async function main() {
  const options = optionsOf();
  const outDir = join(ROOT, 'dist/bench');
  await build({
    root: ROOT,
    logLevel: 'error',
    build: { ssr: join(HERE, 'lab.ts'), outDir, rollupOptions: { output: { entryFileNames: 'lab.js' } } },
  });
  const report = await import(pathToFileURL(join(outDir, 'lab.js')).href);
  const machine = {
    date: new Date().toISOString(),
    cpu: `${cpus().length} × ${cpus()[0].model}`,
    node: process.versions.node,
    loadAtStart: loadavg()[0],
    arguments: process.argv.slice(2),
  };
  const results = [];
  for (const config of options.configs)
    for (const peer of options.peers) {
      process.stderr.write(`${config}: ${peer} …\n`);
      results.push(await compare(peer, config, { ...options, report }));
    }
  const { date, cpu, node, loadAtStart } = machine;
  process.stdout.write(`${date}, ${cpu}, Node ${node}, load ${loadAtStart.toFixed(1)} at the start\n\n`);
  process.stdout.write(`${report.tableOf(results)}\n`);
  mkdirSync(dirname(options.out), { recursive: true });
  writeFileSync(options.out, `${JSON.stringify({ machine, results }, null, 2)}\n`);
  process.stderr.write(`Every timing is in ${options.out}.\n`);
}

try {
  await main();
} catch (error) {
  process.stderr.write(`bench:peers: ${error.message}\n`);
  process.exitCode = 1;
}
