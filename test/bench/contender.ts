// What a contender in Node needs of the lab: contender.mjs imports the bundle of it.
export { openNodeGpu } from '../../src/hosts/node/webgpu.ts';
export { adapterOf, openLab, workOf } from './lab.ts';
