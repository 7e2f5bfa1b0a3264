import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { OPS } from '../src/ops/index.ts';

const ROOT = resolve(import.meta.dirname, '..');
const SRC = join(ROOT, 'src');

/** Which layers each layer may import. Anything that is not listed is refused. */
const ALLOWED: Record<string, readonly string[]> = {
  core: [],
  graph: ['core'],
  ops: ['core', 'graph'],
  gpu: ['core', 'graph'],
  cpu: ['core', 'graph'],
  remote: ['core', 'graph', 'ops', 'cpu'],
  spec: ['core'],
  model: ['core', 'graph', 'ops', 'spec'],
  families: ['core', 'spec'],
  data: ['core', 'spec', 'families'],
  analysis: ['core', 'spec'],
  experiments: ['core', 'spec', 'analysis', 'model/counts'],
  figure: ['core', 'spec', 'analysis', 'experiments'],
  train: ['core', 'graph', 'ops', 'model', 'spec', 'families', 'data'],
  lab: ['core', 'graph', 'model', 'spec', 'families', 'data', 'analysis', 'experiments', 'train'],
  hosts: [
    'core',
    'graph',
    'gpu',
    'cpu',
    'remote',
    'ops',
    'model',
    'spec',
    'families',
    'data',
    'analysis',
    'experiments',
    'figure',
    'train',
    'lab',
  ],
  ui: ['spec', 'analysis', 'experiments', 'figure', 'lab/protocol', 'hosts/worker', 'hosts/serviceWorker'],
};

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter((path) => /\.(ts|tsx|mjs)$/.test(path))
  .map((path) => ({ path, text: readFileSync(join(SRC, path), 'utf8') }));
const layerOf = (path: string) => path.split('/')[0];

/** Paths under src that a file imports, and packages. */
function importsOf({ path, text }: (typeof files)[number]): string[] {
  const found = text.matchAll(/(?:from\s+|import\s*\(\s*|import\s+|new URL\()'([^']+)'/g);
  return [...found].map(([, specifier]) =>
    specifier.startsWith('.') ? relative(SRC, join(SRC, dirname(path), specifier)) : specifier,
  );
}

describe('imports', () => {
  it('go downward only', () => {
    const wrong = files.flatMap((file) => {
      const layer = layerOf(file.path);
      return importsOf(file)
        .filter((target) => files.some((f) => f.path === target))
        .filter((target) => layerOf(target) !== layer)
        .filter((target) => !ALLOWED[layer].some((a) => target === `${a}.ts` || target.startsWith(`${a}/`)))
        .map((target) => `${file.path} imports ${target}`);
    });
    expect(wrong).toEqual([]);
  });

  it('reach the host only from hosts and ui', () => {
    const wrong = files
      .filter(({ path }) => !['hosts', 'ui'].includes(layerOf(path)))
      .filter((file) => {
        const code = file.text.replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, '');
        return (
          importsOf(file).some((target) => /^(node:|idb$|react)/.test(target)) ||
          /\b(window|document|navigator|localStorage|process)\./.test(code)
        );
      });
    expect(wrong.map(({ path }) => path)).toEqual([]);
  });

  it('never let model, train or an executor name a family', () => {
    const naming = files
      .filter(({ path }) => ['model', 'train', 'gpu', 'cpu', 'remote', 'graph', 'ops'].includes(layerOf(path)))
      .filter(({ text }) => /'(ar|diffusion)'/.test(text.replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, '')));
    expect(naming.map(({ path }) => path)).toEqual([]);
  });
});

describe('ops and shaders', () => {
  const shaders = readdirSync(join(ROOT, 'shaders')).filter((name) => name.endsWith('.wgsl'));

  it('belong together: every shader has an op of its name, every op has a shader and cases', () => {
    for (const op of OPS) expect(shaders).toContain(op.shader.file);
    // matmul.tile.wgsl: further kernels of matmul.
    for (const shader of shaders) {
      const module = `ops/${shader.split('.')[0]}.ts`;
      expect(
        files.some(({ path }) => path === module),
        module,
      ).toBe(true);
    }
    for (const op of OPS) expect(op.cases.length, op.name).toBeGreaterThan(0);
    expect(new Set(OPS.map((op) => op.name)).size).toBe(OPS.length);
  });
});

describe('files', () => {
  it('stay about one thing: none above 400 lines', () => {
    const long = files.filter(({ text }) => text.split('\n').length > 401).map(({ path }) => path);
    expect(long).toEqual([]);
  });
});
