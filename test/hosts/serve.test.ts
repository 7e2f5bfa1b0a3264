import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Serving, serve } from '../../src/hosts/node/serve.ts';

let folder: string;
let server: Serving;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'crossover-test-'));
  await mkdir(join(folder, 'web/corpora'), { recursive: true });
  await writeFile(join(folder, 'web/index.html'), '<p>lab');
  await writeFile(join(folder, 'web/corpora/a b.txt'), 'Ahab');
  await writeFile(join(folder, 'secret.txt'), 'secret');
  server = await serve(join(folder, 'web'), 45_000);
});
afterEach(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

/** The status and body of a raw path, which `fetch` would tidy up first. */
function raw(path: string): Promise<{ status: number | undefined; body: string }> {
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port: server.port, path }, (response) => {
      let body = '';
      response.on('data', (chunk) => {
        body += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode, body }));
    })
      .on('error', reject)
      .end();
  });
}

describe('the server of the lab', () => {
  it('serves the page and its files with their types', async () => {
    const page = await fetch(server.url);
    expect([page.status, page.headers.get('content-type'), await page.text()]).toEqual([
      200,
      'text/html; charset=utf-8',
      '<p>lab',
    ]);
    const text = await fetch(`${server.url}corpora/a%20b.txt?v=1`);
    expect([text.headers.get('content-type'), await text.text()]).toEqual(['text/plain; charset=utf-8', 'Ahab']);
  });

  it('isolates the page and lets it send nothing elsewhere', async () => {
    const { headers } = await fetch(server.url);
    expect(headers.get('cross-origin-opener-policy')).toBe('same-origin');
    expect(headers.get('cross-origin-embedder-policy')).toBe('require-corp');
    expect(headers.get('content-security-policy')).toMatch(/^default-src 'none'; .*frame-ancestors 'none'$/);
  });

  it.each([
    '/../secret.txt',
    '/..%2fsecret.txt',
    '/%2e%2e/secret.txt',
    '/corpora/..%5c..%5csecret.txt',
    '/%00',
    '/%zz',
  ])('gives nothing outside its folder: %s', async (path) => {
    const { status, body } = await raw(path);
    expect(status).toBe(404);
    expect(body).not.toContain('secret');
  });

  it('answers only to GET and HEAD', async () => {
    expect((await fetch(server.url, { method: 'POST', body: 'x' })).status).toBe(405);
    expect(await (await fetch(server.url, { method: 'HEAD' })).text()).toBe('');
  });

  it('takes the next port when one is taken', async () => {
    const second = await serve(join(folder, 'web'), server.port);
    expect(second.port).toBeGreaterThan(server.port);
    await second.close();
  });

  it('says in words that a folder is not there', async () => {
    await expect(serve(join(folder, 'nowhere'), 45_000)).rejects.toThrow('there is no such file or folder');
  });
});
