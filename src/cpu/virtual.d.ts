/** Made by src/hosts/build/wasm.ts from src/cpu/assembly: the same kernels for the two instruction sets. */
declare module 'virtual:cpu-kernels' {
  /** Needs WebAssembly SIMD. */
  export const simd: Uint8Array<ArrayBuffer>;
  /** Needs WebAssembly relaxed SIMD too. */
  export const relaxed: Uint8Array<ArrayBuffer>;
}
