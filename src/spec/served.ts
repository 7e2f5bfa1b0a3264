/** Where `crossover open` serves run folders, as .zip files, beside the page: `?open=` names them. */
export const SERVED_RUNS = 'served-runs';

/** Whether a path that the address names is one of those. */
export function isServedRuns(path: string): boolean {
  return new RegExp(`^${SERVED_RUNS}/\\d+/[\\w.-]+\\.zip$`).test(path);
}
