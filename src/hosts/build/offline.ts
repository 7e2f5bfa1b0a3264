import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { build, type Plugin, type Rollup } from 'vite';

const ENTRY = 'src/hosts/serviceWorker.ts';
/** Beside index.html: a service worker is in charge of its own folder. */
const FILE = 'serviceWorker.js';
/** Names that hold a hash of the content, as the bundler makes them. */
const HASHED = /^assets\/.+-[\w-]{8}\.\w+$/;

interface PageFile {
  url: string;
  /** A hash of the content; null where the name holds one. */
  revision: string | null;
}

/**
 * The Vite plugin that makes the built page work offline: when everything is written, it lists the files with their
 * hashes and bundles the service worker, which holds that list. The development server has none.
 */
export function offline(): Plugin {
  let root = '';
  return {
    name: 'crossover:offline',
    apply: (config, { command }) => command === 'build' && !config.build?.ssr,
    configResolved(config) {
      root = config.root;
    },
    writeBundle: {
      order: 'post',
      sequential: true,
      async handler({ dir }) {
        await writeFile(join(dir!, FILE), await bundle(root, await filesOf(dir!)));
      },
    },
  };
}

/** Every file of a built page but the service worker, in a fixed order. */
async function filesOf(folder: string): Promise<PageFile[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const urls = entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) =>
      join(parentPath, name)
        .slice(folder.length + 1)
        .replaceAll(sep, '/'),
    )
    .filter((url) => url !== FILE)
    .sort();
  return Promise.all(
    urls.map(async (url) => ({ url, revision: HASHED.test(url) ? null : await hashOf(join(folder, url)) })),
  );
}

async function hashOf(file: string): Promise<string> {
  return createHash('sha256')
    .update(await readFile(file))
    .digest('hex')
    .slice(0, 16);
}

async function bundle(root: string, files: readonly PageFile[]): Promise<string> {
  const built = await build({
    root,
    configFile: false,
    publicDir: false,
    logLevel: 'error',
    define: { PAGE_FILES: JSON.stringify(files), 'process.env.NODE_ENV': '"production"' },
    build: {
      write: false,
      target: 'es2022',
      rollupOptions: { input: join(root, ENTRY), output: { format: 'iife' } },
    },
  });
  const [{ output }] = [built].flat() as Rollup.RollupOutput[];
  return output[0].code;
}
