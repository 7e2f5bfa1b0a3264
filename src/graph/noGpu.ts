import { CrossoverError } from '../core/errors.ts';

/**
 * Why there is no WebGPU: the browser has none, the page came over an insecure origin, there is no adapter, or the adapter
 * refused a device.
 */
export type NoGpu = 'missing' | 'insecure' | 'no-adapter' | 'refused';

/** There is no WebGPU to compute with. */
export class NoGpuError extends CrossoverError {
  constructor(
    readonly reason: NoGpu,
    message: string,
    hint: string,
  ) {
    super('no-adapter', message, hint);
  }
}
