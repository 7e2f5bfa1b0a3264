// The kernels of the cpu executor, in AssemblyScript (https://www.assemblyscript.org): plain functions over addresses
// in one memory. src/hosts/build/wasm.ts compiles them with and without relaxed SIMD; src/cpu/lowering.ts says which
// op calls what.
export { attention, attentionGrad } from './attention';
export { embedding, embeddingGrad } from './embedding';
export { combine, combineGrad, expertsRows, expertsSums, gatherRows } from './experts';
export { crossEntropy, metrics } from './loss';
export { matmul } from './matmul';
export { residualNorm, rmsNorm, rmsNormGrad } from './norm';
export { adamw, ema, gradNorm } from './optimizer';
export { add, dropout, swiglu, swigluGrad } from './pointwise';
export { qkRope, qkRopeGrad } from './rope';
export {
  assign,
  chooseTokens,
  countDropped,
  route,
  routeGrad,
  routerLoss,
  softmax,
  softmaxGrad,
} from './router';
export { uniformBound } from './uniformBound';

/** The first address after the module's own constants. */
export const heapBase: usize = __heap_base;
