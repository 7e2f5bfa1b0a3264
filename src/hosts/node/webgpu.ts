import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { constants } from 'node:os';
import { join } from 'node:path';
import { CrossoverError, messageOf } from '../../core/errors.ts';
import { CARRIER, packagedVulkan } from './packaged.ts';
import { relaxPolling } from './polling.ts';

export type AdapterChoice = 'auto' | 'software';

export interface NodeGpu {
  gpu: GPU;
  /** True when the adapter computes on the CPU. */
  software: boolean;
  /** One sentence: why this adapter. */
  why: string;
}

type Dawn = typeof import('webgpu');

/** Dawn rounds timestamps to 65 µs, as a browser must for pages that it does not trust; profiles need them exact. */
const EXACT_TIMESTAMPS = ['disable-dawn-features=timestamp_quantization'];

/** What `create()` returned stays referenced: collected before its devices, it takes the process down at exit. */
const instances = new Map<'system' | 'packaged', Promise<GPU | undefined>>();

/**
 * WebGPU in Node, through Dawn (the npm package `webgpu`): the system's GPU where there is one, else the software
 * device that an npm package carries. `software` takes the latter at once.
 * Errors: `no-adapter`, in words that say what is missing.
 */
export async function openNodeGpu(choice: AdapterChoice = 'auto'): Promise<NodeGpu> {
  const dawn = await loadDawn();
  const system = choice === 'auto' ? await systemGpu(dawn) : undefined;
  const adapter = await system?.requestAdapter({ powerPreference: 'high-performance' });
  if (system && adapter && !adapter.info.isFallbackAdapter) {
    return { gpu: system, software: false, why: 'The system’s GPU, through Dawn for Node.' };
  }
  const reason = choice === 'software' ? 'The software adapter was asked for' : 'No GPU adapter was found';
  const packaged = await packagedGpu(dawn);
  if (packaged) {
    const why = `${reason}: WebGPU runs on the CPU, on the software device SwiftShader from the npm package ${CARRIER}.`;
    return { gpu: packaged, software: true, why };
  }
  const own = adapter ? system : await softwareOf(choice === 'software' ? await systemGpu(dawn) : undefined);
  if (own)
    return { gpu: own, software: true, why: `${reason}: WebGPU runs on the CPU, on the system’s software device.` };
  throw new CrossoverError(
    'no-adapter',
    `${reason}, and there is no software adapter for ${process.platform} on ${process.arch} either.`,
    `Install a graphics driver, or on Linux x64 the npm package ${CARRIER} (npm ci installs it).`,
  );
}

/** `gpu` when it has a software adapter and gives it by default. */
async function softwareOf(gpu: GPU | undefined): Promise<GPU | undefined> {
  const adapter = await gpu?.requestAdapter();
  return adapter?.info.isFallbackAdapter ? gpu : undefined;
}

async function loadDawn(): Promise<Dawn> {
  try {
    const dawn = await import('webgpu');
    Object.assign(globalThis, dawn.globals);
    relaxPolling(dawn.globals);
    return dawn;
  } catch (error) {
    throw new CrossoverError(
      'no-adapter',
      `WebGPU needs the npm package webgpu, which cannot be loaded here: ${messageOf(error).split('\n')[0]}`,
      'Run npm ci without --omit=optional, or use --executor interpret (exact and slow).',
    );
  }
}

/**
 * Dawn on the drivers of this system. On Linux without a Vulkan loader there is nothing to ask; the loader is looked
 * for beforehand, because Dawn complains on the terminal when it is missing.
 */
function systemGpu(dawn: Dawn): Promise<GPU | undefined> {
  return once('system', async () => {
    if (process.platform === 'linux' && !loadLibrary('libvulkan.so.1')) return undefined;
    return dawn.create(EXACT_TIMESTAMPS);
  });
}

/** Dawn on the software Vulkan device of the npm package. */
function packagedGpu(dawn: Dawn): Promise<GPU | undefined> {
  return once('packaged', async () => {
    const folder = await packagedVulkan();
    if (!folder) return undefined;
    // A loader reads these at every new instance: the system's, where it is loaded already, obeys them too.
    process.env.VK_ICD_FILENAMES = join(folder, 'vk_swiftshader_icd.json');
    process.env.VK_DRIVER_FILES = process.env.VK_ICD_FILENAMES;
    if (!isLoaded('libvulkan.so.1') && !loadLibrary(join(folder, 'libvulkan.so.1'))) return undefined;
    const gpu = dawn.create(EXACT_TIMESTAMPS);
    return (await gpu.requestAdapter()) ? gpu : undefined;
  });
}

function once(name: 'system' | 'packaged', open: () => Promise<GPU | undefined>): Promise<GPU | undefined> {
  const instance = instances.get(name) ?? open();
  instances.set(name, instance);
  return instance;
}

/** RTLD_NODELETE, which Node has no name for: the library stays when Node finds that it is no module of its own. */
const RTLD_NODELETE = 0x1000;

/** Loads a shared library for whoever asks for it by name later. Linux only. */
function loadLibrary(file: string): boolean {
  const { RTLD_NOW, RTLD_GLOBAL } = constants.dlopen;
  try {
    process.dlopen({ exports: {} }, file, RTLD_NOW | RTLD_GLOBAL | RTLD_NODELETE);
  } catch {
    // It always throws, as the library is no Node module; whether it was loaded is read off the process.
  }
  return isLoaded('libvulkan.so.1');
}

function isLoaded(library: string): boolean {
  return readFileSync('/proc/self/maps', 'utf8').includes(`/${library}`);
}

/** The version of the npm package `webgpu`, which is Dawn; null where it is not installed. */
export async function webgpuVersion(): Promise<string | null> {
  try {
    const path = createRequire(import.meta.url).resolve('webgpu/package.json');
    return (JSON.parse(await readFile(path, 'utf8')) as { version: string }).version;
  } catch {
    return null;
  }
}
