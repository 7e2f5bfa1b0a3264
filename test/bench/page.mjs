// One contender in a page of a browser of its own: hosts.mjs calls `ask`; measure.mjs says what it answers.
import plain from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm?url';
import simd from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url';
import threaded from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-threaded-simd.wasm?url';
import { contendersOn } from './contenders.mjs';
import * as lab from './lab.ts';
import { measuring } from './measure.mjs';

async function openGpu() {
  if (!navigator.gpu) throw new Error('this browser has no WebGPU');
  return { gpu: navigator.gpu, why: 'The browser offers WebGPU.' };
}

globalThis.ask = measuring(
  contendersOn({
    lab,
    openGpu,
    provide: async () => {},
    tfjsWasm: {
      'tfjs-backend-wasm.wasm': plain,
      'tfjs-backend-wasm-simd.wasm': simd,
      'tfjs-backend-wasm-threaded-simd.wasm': threaded,
    },
  }),
);
