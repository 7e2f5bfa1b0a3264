import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { CrossoverError } from '../../core/errors.ts';
import { CONTENT_POLICY } from '../contentPolicy.ts';
import { ioError, systemCode } from './files.ts';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.webmanifest': 'application/manifest+json; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.wasm': 'application/wasm',
  '.zip': 'application/zip',
};

/** Cross-origin isolation is what shared memory and exact timers ask for. */
const HEADERS: Readonly<Record<string, string>> = {
  'Content-Security-Policy': `${CONTENT_POLICY}; frame-ancestors 'none'`,
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cache-Control': 'no-cache',
};

export interface Serving {
  url: string;
  port: number;
  close(): Promise<void>;
}

/**
 * Serves a folder of files on 127.0.0.1, on `port` or the next one that is free (0: any), and beside them what `beside`
 * holds by its path. Errors: `io` when the folder is not there or no port can be had.
 */
export async function serve(
  folder: string,
  port: number,
  beside: ReadonlyMap<string, Uint8Array> = new Map(),
): Promise<Serving> {
  await stat(folder).catch((error) => {
    throw ioError('serve', folder, error);
  });
  const server = createServer((request, response) => {
    answer({ folder, beside }, request, response).catch(() => response.destroy());
  });
  const bound = await listen(server, port);
  return {
    url: `http://127.0.0.1:${bound}/`,
    port: bound,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const ATTEMPTS = 20;

async function listen(server: Server, first: number): Promise<number> {
  for (let port = first; port < first + ATTEMPTS && port < 65_536; port++) {
    try {
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject);
        server.listen(port, '127.0.0.1', () => {
          server.off('error', reject);
          resolve();
        });
      });
      return (server.address() as AddressInfo).port;
    } catch (error) {
      if (systemCode(error) !== 'EADDRINUSE' && systemCode(error) !== 'EACCES') throw error;
    }
  }
  throw new CrossoverError(
    'io',
    `none of the ports ${first} to ${first + ATTEMPTS - 1} is free`,
    'Choose one: --port.',
  );
}

interface Served {
  folder: string;
  beside: ReadonlyMap<string, Uint8Array>;
}

async function answer({ folder, beside }: Served, request: IncomingMessage, response: ServerResponse): Promise<void> {
  for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.writeHead(405, { Allow: 'GET, HEAD' }).end();
    return;
  }
  const url = request.url ?? '/';
  const extra = beside.get(url.split(/[?#]/, 1)[0].slice(1));
  if (extra) {
    response.writeHead(200, { 'Content-Type': typeOf(url), 'Content-Length': extra.length });
    response.end(request.method === 'HEAD' ? undefined : extra);
    return;
  }
  const path = fileOf(folder, url);
  const found = path === undefined ? undefined : await stat(path).catch(() => undefined);
  if (path === undefined || !found?.isFile()) {
    response.writeHead(404, { 'Content-Type': TYPES['.txt'] }).end('There is no such file.\n');
    return;
  }
  response.writeHead(200, {
    'Content-Type': typeOf(path),
    'Content-Length': found.size,
  });
  if (request.method === 'HEAD') response.end();
  else await pipeline(createReadStream(path), response);
}

const typeOf = (path: string): string => TYPES[extname(path).toLowerCase()] ?? 'application/octet-stream';

/** The file that a URL means; undefined for one outside the folder, or that cannot be read. */
function fileOf(folder: string, url: string): string | undefined {
  let path: string;
  try {
    path = decodeURIComponent(url.split(/[?#]/, 1)[0]);
  } catch {
    return undefined;
  }
  if (path.includes('\0')) return undefined;
  const root = normalize(folder + sep);
  const file = join(root, path.endsWith('/') ? `${path}index.html` : path);
  return file.startsWith(root) ? file : undefined;
}
