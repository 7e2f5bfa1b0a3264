// What the runner needs of the lab: run.mjs imports the bundle of it.
import { launchChromium } from '../support/chromium.ts';

export { describeChromium } from '../../src/hosts/node/chromium.ts';
export { workOf } from './lab.ts';
export { countOption, listOption, oneOf } from './options.ts';
export { disagreement, measurementOf, tableOf } from './report.ts';
export { PEER_SIZES, SIZES } from './sizes.ts';

/** A headless Chromium; `software`: its WebGPU on the CPU even where there is a GPU. */
export function openChromium(software: boolean) {
  return launchChromium(software ? ['--use-webgpu-adapter=swiftshader'] : []);
}
