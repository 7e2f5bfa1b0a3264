import { join } from 'node:path';
import { build, type Plugin, type Rollup } from 'vite';
import { cpuKernels } from './wasm.ts';

const VIRTUAL = 'virtual:cpu-thread';
const RESOLVED = `\0${VIRTUAL}`;
const ENTRY = 'src/hosts/node/cpuThread.ts';

/**
 * The Vite plugin behind `virtual:cpu-thread`: bundles the entry of Node's worker threads and puts it into the bundle
 * as text. A thread is then started alike from the built command line, wherever that lies, and from a test.
 */
export function cpuThread(): Plugin {
  let root = '';
  return {
    name: 'crossover:cpu-thread',
    configResolved(config) {
      root = config.root;
    },
    resolveId: (id) => (id === VIRTUAL ? RESOLVED : undefined),
    async load(id) {
      if (id !== RESOLVED) return undefined;
      const { code, moduleIds } = await bundle(root);
      for (const file of moduleIds) if (!file.startsWith('\0')) this.addWatchFile(file.split('?')[0]);
      return `export const script = ${JSON.stringify(code)};`;
    },
  };
}

/** One CommonJS file, which is what a thread from a text is; only Node's own modules are left outside. */
async function bundle(root: string): Promise<Rollup.OutputChunk> {
  const built = await build({
    root,
    configFile: false,
    publicDir: false,
    logLevel: 'error',
    plugins: [cpuKernels()],
    ssr: { noExternal: true },
    build: {
      ssr: join(root, ENTRY),
      write: false,
      target: 'node20',
      rollupOptions: { output: { format: 'cjs' } },
    },
  });
  const [{ output }] = [built].flat() as Rollup.RollupOutput[];
  return output[0];
}
