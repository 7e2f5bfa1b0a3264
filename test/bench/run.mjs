// `npm run bench:peers`: the lab and its peers on the same work, in turns. README.md says what is compared and how.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildForNode, buildPage, built, machine, OUT, versionOf } from './build.mjs';
import { chromiumHost, nodeHost, pythonHost } from './hosts.mjs';

/**
 * Every peer and the executor of the lab that does its kind of work. `software`: the sizes on which it is measured
 * unasked when its adapter is a software one; there a step of the others takes from 5 to 25 seconds.
 */
const PEERS = {
  'jax-js wasm': { package: '@jax-js/jax', lab: 'lab cpu', software: ['small', 'big'] },
  'tfjs wasm': { package: '@tensorflow/tfjs', lab: 'lab cpu', software: ['small', 'big'] },
  'jax-js webgpu': { package: '@jax-js/jax', lab: 'lab gpu', software: ['small'] },
  'tfjs webgpu': { package: '@tensorflow/tfjs', lab: 'lab gpu', software: [] },
};

/** Beside them where `--python` says which Python has PyTorch; in Node's rounds only. */
const PYTORCH = {
  'pytorch eager cpu': { lab: 'lab cpu' },
  'pytorch compiled cpu': { lab: 'lab cpu' },
  'pytorch eager cuda': { lab: 'lab gpu' },
  'pytorch compiled cuda': { lab: 'lab gpu' },
};

const HOSTS = ['node', 'chromium'];

/** Milliseconds of steps before the first timing (just-in-time compilers need them) and in a round. */
const EFFORT = {
  full: { warmUp: 4000, round: 1500, rounds: 5 },
  quick: { warmUp: 1000, round: 400, rounds: 2 },
};

/** The lab and one peer on one size in one host: rounds of lab, peer, lab, peer … */
async function compare(row, { effort, rounds, asked, runner, host, peerHost, software }) {
  const contenders = [];
  try {
    const opened = [];
    const open = async (place, name) => {
      const contender = await place.start(name);
      contenders.push(contender);
      opened.push(await contender.ask({ open: [name, row.config] }));
    };
    await open(host, row.lab);
    if (opened[0].software && !asked && !software.includes(row.config))
      return { ...row, host: host.words, why: 'not measured unasked on a software adapter' };
    await open(peerHost, row.peer);
    const differs = runner.disagreement(opened[0].metrics, opened[1].metrics);
    if (differs) return { ...row, host: host.words, why: `void: ${differs}`, opened };
    for (const contender of contenders) await contender.ask({ time: effort.warmUp });
    const timed = [];
    for (let round = 0; round < rounds; round++) {
      const pair = [];
      for (const contender of contenders) pair.push(await contender.ask({ time: effort.round }));
      timed.push(pair);
    }
    return runner.measurementOf({ ...row, host: host.words }, opened, timed);
  } catch (error) {
    return { ...row, host: host.words, why: `failed: ${error.message.split('\n')[0]}` };
  } finally {
    for (const contender of contenders) await contender.end();
  }
}

function optionsOf({ countOption, listOption, oneOf, SIZES, PEER_SIZES }) {
  const { values } = parseArgs({
    options: {
      quick: { type: 'boolean', default: false },
      configs: { type: 'string' },
      peers: { type: 'string' },
      host: { type: 'string' },
      rounds: { type: 'string' },
      adapter: { type: 'string', default: 'auto' },
      python: { type: 'string' },
      out: { type: 'string', default: join(OUT, 'results.json') },
    },
  });
  const effort = values.quick ? EFFORT.quick : EFFORT.full;
  const peers = values.python ? { ...PEERS, ...PYTORCH } : PEERS;
  return {
    configs: listOption('--configs', values.configs, SIZES, values.quick ? ['small'] : PEER_SIZES),
    peers: listOption('--peers', values.peers, Object.keys(peers)),
    hosts: listOption('--host', values.host, HOSTS),
    hostsAsked: values.host !== undefined,
    adapter: oneOf('--adapter', values.adapter, ['auto', 'software']),
    python: values.python,
    out: values.out,
    asked: values.peers !== undefined,
    effort,
    rounds: countOption('--rounds', values.rounds, effort.rounds),
  };
}

/** The hosts that are asked for. One that is not here is left out aloud, or refused when it was named. */
async function openHosts({ hosts, hostsAsked, adapter, python }, runner) {
  const opened = {};
  if (hosts.includes('node')) {
    opened.node = nodeHost(adapter);
    if (python) opened.python = pythonHost(python, runner.workOf);
  }
  if (hosts.includes('chromium')) {
    if (runner.describeChromium()) {
      process.stderr.write('Building the page …\n');
      const folder = await buildPage();
      opened.chromium = chromiumHost(() => runner.openChromium(adapter === 'software'), folder);
    } else if (hostsAsked) throw new Error('--host: there is no Chromium here: install Chromium or Chrome.');
    else process.stderr.write('There is no Chromium here: only Node is measured.\n');
  }
  return opened;
}

async function main() {
  await buildForNode('contender', 'runner');
  const runner = await built('runner');
  const options = optionsOf(runner);
  const hosts = await openHosts(options, runner);
  const measured = machine();
  const results = [];
  for (const config of options.configs)
    for (const peer of options.peers)
      for (const name of options.hosts.filter((name) => hosts[name])) {
        const inPython = peer in PYTORCH;
        if (inPython && name !== 'node') continue;
        const { lab, software = options.configs, package: installed } = PEERS[peer] ?? PYTORCH[peer];
        process.stderr.write(`${config} in ${name}: ${peer} …\n`);
        const row = { config, peer, lab, ...(installed && { version: versionOf(installed) }) };
        const host = hosts[name];
        const peerHost = inPython ? hosts.python : host;
        results.push(await compare(row, { ...options, runner, host, peerHost, software }));
      }
  const { date, cpu, loadAtStart } = measured;
  process.stdout.write(`${date}, ${cpu}, load ${loadAtStart.toFixed(1)} at the start\n\n`);
  process.stdout.write(`${runner.tableOf(results)}\n`);
  mkdirSync(dirname(options.out), { recursive: true });
  writeFileSync(options.out, `${JSON.stringify({ machine: measured, results }, null, 2)}\n`);
  process.stderr.write(`Every timing is in ${options.out}.\n`);
}

try {
  await main();
} catch (error) {
  process.stderr.write(`bench:peers: ${error.message}\n`);
  process.exitCode = 1;
}
