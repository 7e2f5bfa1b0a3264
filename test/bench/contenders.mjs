const WASM = { adapter: 'CPU, WebAssembly SIMD', software: true };

/**
 * Who can be measured, by name: a function that loads the library and resolves to an opener, which gets the name of a
 * size and resolves to a Contender (lab.ts). A peer is loaded only when it is asked for. `lab` is the module lab.ts,
 * `openGpu` how the host opens WebGPU, `provide` makes the host what the peers expect (WebGPU included, if asked),
 * `tfjsWasm` the addresses of the WebAssembly files of tfjs where the host does not find them by itself.
 */
export function contendersOn({ lab, openGpu, provide, tfjsWasm }) {
  const { openLab, workOf, adapterOf } = lab;
  const webGpu = async () => {
    const device = await adapterOf(openGpu);
    await provide({ gpu: true });
    return device;
  };
  const loadJax = async () => {
    await provide({ gpu: false });
    return (await import('./peers/jax.mjs')).openJax;
  };
  return {
    'lab gpu': async () => (size) => openLab('gpu', size, openGpu),
    'lab cpu': async () => (size) => openLab('cpu', size, openGpu),
    'jax-js webgpu': async () => {
      const openJax = await loadJax();
      return async (size) => {
        const device = await webGpu();
        return openJax('webgpu', workOf(size), device);
      };
    },
    'jax-js wasm': async () => {
      const openJax = await loadJax();
      return (size) => openJax('wasm', workOf(size), WASM);
    },
    'tfjs webgpu': async () => {
      const { openTfjs } = await import('./peers/tfjs.mjs');
      return async (size) => {
        const device = await webGpu();
        // It registers itself only where it finds WebGPU.
        await import('@tensorflow/tfjs-backend-webgpu');
        return openTfjs('webgpu', workOf(size), device);
      };
    },
    'tfjs wasm': async () => {
      const { setWasmPaths } = await import('@tensorflow/tfjs-backend-wasm');
      if (tfjsWasm) setWasmPaths(tfjsWasm);
      const { openTfjs } = await import('./peers/tfjs.mjs');
      return (size) => openTfjs('wasm', workOf(size), WASM);
    },
  };
}
