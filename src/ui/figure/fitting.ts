import type { CellResult } from '../../experiments/cell.ts';
import type { Fits } from '../../experiments/fits.ts';

/** Fitting takes half a second: a thread of its own does it, one sweep after the other, so that the page does not halt. */
export interface FitRequest {
  id: number;
  results: readonly CellResult[];
}

/** `fits` is absent for a sweep that has no laws, `problem` there where it could not be told. */
export interface FitReply {
  id: number;
  fits?: Fits;
  problem?: string;
}

let worker: Worker | undefined;
let last = 0;
const waiting = new Map<number, { resolve: (fits: Fits | undefined) => void; reject: (error: Error) => void }>();

/** The laws of a sweep; undefined where it has none. */
export function fitInBackground(results: readonly CellResult[]): Promise<Fits | undefined> {
  worker ??= opened();
  const id = ++last;
  return new Promise((resolve, reject) => {
    waiting.set(id, { resolve, reject });
    worker!.postMessage({ id, results: results.map(withoutWindows) } satisfies FitRequest);
  });
}

function opened(): Worker {
  const made = new Worker(new URL('./fittingThread.ts', import.meta.url), { type: 'module', name: 'laws' });
  made.addEventListener('message', ({ data }: MessageEvent<FitReply>) => {
    const { id, fits, problem } = data;
    const asked = waiting.get(id);
    waiting.delete(id);
    if (problem === undefined) asked?.resolve(fits);
    else asked?.reject(new Error(problem));
  });
  made.addEventListener('error', (event) => {
    for (const { reject } of waiting.values()) reject(new Error(event.message));
    waiting.clear();
    worker = undefined;
  });
  return made;
}

/** No law is fitted to the losses of single windows, and they are most of what there is. */
function withoutWindows(result: CellResult): CellResult {
  const results = Object.entries(result.results).map(([family, { records, ...rest }]) => [
    family,
    { ...rest, records: records.map(({ windows: _, ...record }) => record) },
  ]);
  return { ...result, results: Object.fromEntries(results) };
}
