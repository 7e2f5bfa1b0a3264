import { type GpuExecutor, type GpuOptions, openGpuExecutor } from '../../gpu/executor.ts';
import { NoGpuError } from '../../graph/noGpu.ts';

/** What tells a page whether it may have a GPU. */
export interface Surroundings {
  isSecureContext: boolean;
  origin: string;
  /** `navigator.gpu`. */
  gpu: GPU | undefined;
}

/** WebGPU in a browser. @throws NoGpuError with one of the four reasons why there is none, each in its own words. */
export async function openBrowserGpu(
  { isSecureContext, origin, gpu }: Surroundings,
  options: Omit<GpuOptions, 'why' | 'software'>,
): Promise<GpuExecutor> {
  // A page of an insecure origin is not shown `navigator.gpu` at all: that is then only the consequence.
  if (!isSecureContext)
    throw new NoGpuError(
      'insecure',
      `WebGPU needs a secure origin; this page was loaded from ${origin}.`,
      'Open it over https, or from localhost; or compute on the CPU.',
    );
  if (!gpu)
    throw new NoGpuError(
      'missing',
      'This browser has no WebGPU (navigator.gpu is missing).',
      'Use a current Chrome, Edge, Safari or Firefox with WebGPU switched on; or compute on the CPU.',
    );
  return openGpuExecutor(gpu, { ...options, why: 'The browser offers WebGPU; this is the adapter it chose.' });
}
