import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EVIDENCE_VERSION, evidenceCell } from '../../src/experiments/evidence.ts';
import { judge } from '../../src/experiments/index.ts';
import { main } from '../../src/hosts/cli/main.ts';
import type { Terminal } from '../../src/hosts/cli/terminal.ts';
import { renderPng } from '../../src/hosts/node/png.ts';
import { cellPath, SWEEP_VERSION, SweepFolderStore, writeAbout } from '../../src/hosts/node/sweepFolder.ts';
import { DATA, experiment, resultsOf } from '../figure/experiment.ts';

let folder: string;
let said: { stdout: string; stderr: string };

function run(...argv: string[]): Promise<number> {
  said = { stdout: '', stderr: '' };
  const output = (name: 'stdout' | 'stderr') => ({
    write: (text: string) => {
      said[name] += text;
    },
  });
  const terminal: Terminal = {
    root: folder,
    version: '0',
    stdout: output('stdout'),
    stderr: output('stderr'),
    env: {},
    onInterrupt: () => () => {},
  };
  return main(['figure', ...argv], terminal);
}

const at = (name: string) => join(folder, name);
const text = (name: string) => readFile(at(name), 'utf8');
const sizeOf = (png: Uint8Array) => {
  const view = new DataView(png.buffer, png.byteOffset);
  return { width: view.getUint32(16), height: view.getUint32(20) };
};

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'crossover-figure-'));
  const of = experiment([DATA]);
  await writeAbout(folder, {
    version: SWEEP_VERSION,
    crossover: '0',
    scale: 'minutes',
    seeds: [1, 2, 3],
    settings: {},
    experiment: of,
  });
  const store = new SweepFolderStore(folder, '0');
  for (const result of resultsOf(of)) await store.save(result);
});

afterEach(() => rm(folder, { recursive: true, force: true }));

describe('crossover figure', () => {
  it('draws a sweep as SVG and PNG and writes the numbers as CSV, into its folder', async () => {
    expect(await run(folder)).toBe(0);
    const names = ['figure.svg', 'figure.png', 'figure-laws.svg', 'figure-laws.png', 'figure.csv'];
    expect(said.stdout.trimEnd().split('\n')).toEqual(names.map(at));
    const svg = await text('figure.svg');
    expect(svg).toContain('epochs (tokens seen / unique tokens)');
    const png = await readFile(at('figure.png'));
    expect([...png.subarray(1, 4)].map((byte) => String.fromCharCode(byte)).join('')).toBe('PNG');
    const [, width, height] = /width="(\d+)" height="(\d+)"/.exec(svg)!;
    expect(sizeOf(png)).toEqual({ width: 2 * Number(width), height: 2 * Number(height) });
    expect((await text('figure.csv')).split('\n')).toHaveLength(1 + 6 * 2 * 40 + 1);
  });

  it('takes another axis, other formats and another folder', async () => {
    expect(await run(folder, '--x', 'flops', '--format', 'svg', '--out', at('paper/fig'), '--json')).toBe(0);
    expect(JSON.parse(said.stdout)).toEqual({
      files: [at('paper/fig/figure-flops.svg'), at('paper/fig/figure-laws.svg')],
    });
    expect(await text('paper/fig/figure-flops.svg')).toContain('training FLOPs of each model');
  });

  it('leaves out a cell that is not whole, and says so', async () => {
    const [{ id }] = resultsOf(experiment([DATA]));
    await writeFile(cellPath(folder, id), '{"version":1,');
    expect(await run(folder, '--format', 'svg')).toBe(0);
    expect(said.stderr).toContain(cellPath(folder, id));
    expect(await text('figure.svg')).toContain('5 of 6 cells');
  });

  it.each([
    [['--x', 'furlongs'], '--x must be one of epochs, tokens, steps, flops; got furlongs'],
    [['--format', 'svg,gif'], '--format must be one or more of svg, png, csv; got "gif"'],
    [['another'], 'figure draws one sweep folder at a time'],
  ])('refuses %j', async (args, message) => {
    expect(await run(folder, ...args)).toBe(2);
    expect(said.stderr).toContain(message);
  });

  it('refuses a folder that is no sweep', async () => {
    expect(await run(at('cells'))).toBe(2);
    expect(said.stderr).toContain('is not a sweep');
  });
});

describe('recorded evidence', () => {
  const evidence = async (name: string) => {
    const of = experiment([DATA]);
    const results = resultsOf(of);
    const verdict = judge(of, 'minutes', results);
    const about = { version: EVIDENCE_VERSION, crossover: '0', recorded: '2026-01-31', experiment: of } as const;
    const content = { ...about, scale: 'minutes', seeds: verdict.seeds, settings: {}, verdict };
    await writeFile(at(name), JSON.stringify({ ...content, cells: results.map(evidenceCell) }));
    return at(name);
  };

  it('is drawn like a sweep, named like its file, with its laws in a file beside it', async () => {
    const paths = [await evidence('one-minutes.json'), await evidence('two-minutes.json')];
    expect(await run(...paths, '--format', 'svg', '--out', at('docs'), '--json')).toBe(0);
    const names = ['one-minutes.svg', 'one-minutes-laws.svg', 'two-minutes.svg', 'two-minutes-laws.svg'];
    expect(JSON.parse(said.stdout)).toEqual({ files: names.map((name) => at(join('docs', name))) });
    expect(await text('docs/one-minutes.svg')).toContain('Reproduced.');
    expect(await text('docs/one-minutes-laws.svg')).toContain('Muennighoff et al.');
  });

  it.each([
    ['none.json', undefined, 'there is no such file'],
    ['broken.json', '{', 'is not JSON'],
    ['index.json', '[]', 'has version undefined; this Crossover reads version 1'],
  ])('is refused where %s is none', async (name, content, message) => {
    if (content !== undefined) await writeFile(at(name), content);
    expect(await run(at(name), '--format', 'svg')).toBe(2);
    expect(said.stderr).toContain(message);
  });
});

describe('a PNG', () => {
  it('has its text on any machine: the font comes with it', async () => {
    const picture = (content: string) =>
      renderPng(`<svg xmlns="http://www.w3.org/2000/svg" width="80" height="20">${content}</svg>`, 1);
    const letters = '<text x="2" y="15" font-family="Inter, sans-serif">Δ 10⁻³ × é</text>';
    expect((await picture(letters)).length).toBeGreaterThan((await picture('')).length + 200);
  });
});
