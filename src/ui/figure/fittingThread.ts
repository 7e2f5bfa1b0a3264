import { fitsOf } from '../../experiments/fits.ts';
import type { FitReply, FitRequest } from './fitting.ts';

/** A thread that fits laws and does nothing else. */
self.addEventListener('message', ({ data: { id, results } }: MessageEvent<FitRequest>) => {
  try {
    const fits = fitsOf(results);
    self.postMessage({ id, ...(fits && { fits }) } satisfies FitReply);
  } catch (error) {
    self.postMessage({ id, problem: error instanceof Error ? error.message : String(error) } satisfies FitReply);
  }
});
