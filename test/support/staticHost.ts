import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';

const TYPES: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.json': 'application/json',
  '.webmanifest': 'application/manifest+json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.txt': 'text/plain',
  '.zip': 'application/zip',
};

export interface StaticHost {
  readonly url: string;
  /** Serves another folder from now on: a new version of the page. */
  deploy(folder: string): void;
  /** Gone, as without a network. */
  close(): Promise<void>;
}

/** Any static host: files and their types under a path of somebody's domain, and no header of ours. */
export async function staticHost(folder: string, path: string): Promise<StaticHost> {
  let served = folder;
  const server = createServer(async ({ url = '' }, response) => {
    const [asked] = decodeURIComponent(url).split('?');
    const file = asked.startsWith(path) ? join(served, asked.slice(path.length) || 'index.html') : '';
    const found = await stat(file).catch(() => undefined);
    if (!found?.isFile()) return response.writeHead(404, { 'Content-Type': 'text/html' }).end('<h1>404</h1>');
    response.writeHead(200, { 'Content-Type': TYPES[extname(file)] ?? 'application/octet-stream' });
    return createReadStream(file).pipe(response);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`,
    deploy: (next) => {
      served = next;
    },
    close: () => closed(server),
  };
}

function closed(server: Server): Promise<void> {
  return new Promise((done) => {
    server.close(() => done());
    server.closeAllConnections();
  });
}
