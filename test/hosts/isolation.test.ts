import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createServer, preview } from 'vite';
import { describe, expect, it } from 'vitest';
import { serve } from '../../src/hosts/node/serve.ts';

const ROOT = resolve(import.meta.dirname, '../..');

/** What shared memory asks for: of the page, and of the script of every worker. */
async function expectIsolated(url: string, paths: readonly string[]) {
  for (const path of paths) {
    const { status, headers } = await fetch(new URL(path, url));
    expect(status, path).toBe(200);
    expect(headers.get('cross-origin-opener-policy'), path).toBe('same-origin');
    expect(headers.get('cross-origin-embedder-policy'), path).toBe('require-corp');
  }
}

async function built(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'crossover-test-'));
  await writeFile(join(folder, 'index.html'), '<p>lab');
  await writeFile(join(folder, 'worker.js'), '');
  return folder;
}

describe('the page is cross-origin isolated', () => {
  it('by crossover start', async () => {
    const folder = await built();
    const server = await serve(folder, 0);
    await expectIsolated(server.url, ['/', '/worker.js']);
    await server.close();
    await rm(folder, { recursive: true });
  });

  it('by vite preview', async () => {
    const folder = await built();
    const server = await preview({ root: ROOT, logLevel: 'silent', build: { outDir: folder }, preview: { port: 0 } });
    await expectIsolated(server.resolvedUrls!.local[0], ['/', '/worker.js']);
    await server.close();
    await rm(folder, { recursive: true });
  });

  it('by vite dev', async () => {
    const server = await createServer({
      root: ROOT,
      logLevel: 'silent',
      cacheDir: await mkdtemp(join(tmpdir(), 'crossover-test-')),
      server: { port: 0, watch: null, ws: false },
      optimizeDeps: { noDiscovery: true },
    });
    await server.listen();
    await expectIsolated(server.resolvedUrls!.local[0], ['/', '/src/hosts/worker.ts', '/src/hosts/cpuThread.ts']);
    await rm(server.config.cacheDir, { recursive: true });
    await server.close();
  });
});
