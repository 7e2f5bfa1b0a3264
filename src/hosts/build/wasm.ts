import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Plugin } from 'vite';

const VIRTUAL = 'virtual:cpu-kernels';
const RESOLVED = `\0${VIRTUAL}`;
const SOURCES = 'src/cpu/assembly';

const SIMD = ['--enable', 'simd'];
const RELAXED = [...SIMD, '--enable', 'relaxed-simd'];
/** A memory that several threads work in says how large it may become: all that 32 bits address. */
const SHARED = ['--enable', 'threads', '--sharedMemory', '--maximumMemory', '65536'];

/** The modules of the cpu executor: name of the export, and what of WebAssembly they use. */
const MODULES = {
  simd: SIMD,
  relaxed: RELAXED,
  simdShared: [...SIMD, ...SHARED],
  relaxedShared: [...RELAXED, ...SHARED],
};

/** What was compiled in this process, by the text of the sources: page, worker and tests want the same. */
const compiled = new Map<string, Promise<string>>();

/**
 * The Vite plugin behind `virtual:cpu-kernels`: compiles the AssemblyScript of the cpu executor and puts the modules
 * into the bundle as text, so that nothing is fetched at run time. Errors: the compiler's own words, warnings included.
 */
export function cpuKernels(): Plugin {
  let folder = '';
  return {
    name: 'crossover:cpu-kernels',
    configResolved({ root }) {
      folder = join(root, SOURCES);
    },
    resolveId: (id) => (id === VIRTUAL ? RESOLVED : undefined),
    async load(id) {
      if (id !== RESOLVED) return undefined;
      const files = new Map<string, string>();
      for (const name of (await readdir(folder)).sort()) {
        this.addWatchFile(join(folder, name));
        files.set(name, await readFile(join(folder, name), 'utf8'));
      }
      const key = JSON.stringify([...files]);
      if (!compiled.has(key)) compiled.set(key, moduleText(files));
      return compiled.get(key);
    },
  };
}

/** JavaScript that exports each module as bytes. */
async function moduleText(files: ReadonlyMap<string, string>): Promise<string> {
  const lines = ['const bytes = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));'];
  for (const [name, flags] of Object.entries(MODULES)) {
    const binary = await compile(files, flags);
    lines.push(`export const ${name} = /*#__PURE__*/ bytes('${Buffer.from(binary).toString('base64')}');`);
  }
  return lines.join('\n');
}

async function compile(files: ReadonlyMap<string, string>, uses: readonly string[]): Promise<Uint8Array> {
  // The compiler is large: it is loaded only when there is something to compile.
  const { main } = await import('assemblyscript/asc');
  const output = new Map<string, Uint8Array>();
  const flags = ['-O3', '--noAssert', '--runtime', 'stub', '--importMemory', '--noExportMemory'];
  const { error, stderr } = await main(['index.ts', '--outFile', 'kernels.wasm', ...flags, ...uses], {
    readFile: (name) => files.get(name) ?? null,
    writeFile: (name, contents) => {
      output.set(name, contents as Uint8Array);
    },
    listFiles: () => [],
  });
  const binary = output.get('kernels.wasm');
  const words = String(stderr);
  if (error || words || !binary)
    throw new Error(`the kernels of the cpu executor do not compile without a word\n${words}`, { cause: error });
  return binary;
}
