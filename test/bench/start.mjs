// `npm run bench:kernels`, `npm run bench:sizes`: builds kernels.ts or sweep.ts, runs it and keeps what it returns.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { buildForNode, built, machine, OUT } from './build.mjs';

const [name, ...given] = process.argv.slice(2);

/** `--out FILE` is for us; the rest is for the benchmark. */
function outOf(argv) {
  const at = argv.indexOf('--out');
  if (at < 0) return { out: join(OUT, `${name}.json`), rest: argv };
  if (!argv[at + 1]) throw new Error('--out needs the name of a file.');
  return { out: argv[at + 1], rest: argv.toSpliced(at, 2) };
}

try {
  const { out, rest } = outOf(given);
  await buildForNode(name);
  const { main } = await built(name);
  const measured = machine();
  const results = await main(rest);
  mkdirSync(dirname(out), { recursive: true });
  writeFileSync(out, `${JSON.stringify({ machine: measured, results }, null, 2)}\n`);
  process.stderr.write(`Every number is in ${out}.\n`);
} catch (error) {
  process.stderr.write(`bench:${name === 'sweep' ? 'sizes' : name}: ${error.message}\n`);
  process.exitCode = 1;
}
