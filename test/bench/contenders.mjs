import { openLab, openNodeGpu, workOf } from '../../dist/bench/lab.js';

const WASM = { adapter: 'CPU, WebAssembly SIMD', software: true };

/**
 * Who can be measured, by name: a function that loads the library and resolves to an opener, which gets
 * (configuration, adapter choice) and resolves to a Contender (lab.ts). A peer is loaded only when it is asked for.
 */
export const CONTENDERS = {
  'lab gpu': async () => (config, choice) => openLab('gpu', config, choice),
  'lab cpu': async () => (config, choice) => openLab('cpu', config, choice),
  'jax-js webgpu': async () => {
    const openJax = await loadJax();
    return async (config, choice) => {
      const device = await provideWebGpu(choice);
      return openJax('webgpu', workOf(config), device);
    };
  },
  'jax-js wasm': async () => {
    const openJax = await loadJax();
    return (config) => openJax('wasm', workOf(config), WASM);
  },
  'tfjs webgpu': async () => {
    const { openTfjs } = await import('./peers/tfjs.mjs');
    return async (config, choice) => {
      const device = await provideWebGpu(choice);
      // It registers itself only where it finds WebGPU.
      await import('@tensorflow/tfjs-backend-webgpu');
      return openTfjs('webgpu', workOf(config), device);
    };
  },
  'tfjs wasm': async () => {
    await import('@tensorflow/tfjs-backend-wasm');
    const { openTfjs } = await import('./peers/tfjs.mjs');
    return (config) => openTfjs('wasm', workOf(config), WASM);
  },
};

async function loadJax() {
  provideNavigator();
  provideIteratorHelpers();
  const { openJax } = await import('./peers/jax.mjs');
  return openJax;
}

/** WebGPU where a peer looks for it, on the adapter that the lab takes. */
async function provideWebGpu(choice) {
  const { gpu, software } = await openNodeGpu(choice);
  provideNavigator({ gpu });
  const { info } = await gpu.requestAdapter({ powerPreference: 'high-performance' });
  const name = info.description || [info.vendor, info.architecture, info.device].filter(Boolean).join(' ');
  return { adapter: software ? `${name} (software, on the CPU)` : name, software };
}

/** jax-js reads `navigator.userAgent`, which Node has only from 21 on. */
function provideNavigator(extra = {}) {
  const navigator = { userAgent: `Node.js/${process.versions.node}`, ...extra };
  Object.defineProperty(globalThis, 'navigator', { value: navigator, configurable: true });
}

/** jax-js calls `map` and `filter` of iterators (while it traces, never in a step), which Node has only from 22 on. */
function provideIteratorHelpers() {
  const prototype = Object.getPrototypeOf(Object.getPrototypeOf([][Symbol.iterator]()));
  for (const name of ['map', 'filter'])
    prototype[name] ??= function (callback) {
      return Array.from(this)[name](callback).values();
    };
}
