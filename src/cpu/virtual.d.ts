/** Made by src/hosts/build/wasm.ts from src/cpu/assembly: the same kernels for the instruction sets and memories. */
declare module 'virtual:cpu-kernels' {
  /** Needs WebAssembly SIMD. */
  export const simd: Uint8Array<ArrayBuffer>;
  /** Needs WebAssembly relaxed SIMD too. */
  export const relaxed: Uint8Array<ArrayBuffer>;
  /** Over a memory that threads share. */
  export const simdShared: Uint8Array<ArrayBuffer>;
  export const relaxedShared: Uint8Array<ArrayBuffer>;
}
