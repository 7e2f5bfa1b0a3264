import { isServedRuns } from '../../spec/served.ts';
import { showView } from '../figure/actions.ts';
import { importFiles } from './actions.ts';

/**
 * Takes in the races that `crossover open` serves beside the page, and shows the runs. What the address names once is not
 * taken in again when the page is loaded again.
 */
export async function takeServed(): Promise<void> {
  const address = new URL(window.location.href);
  const paths = address.searchParams.getAll('open').filter(isServedRuns);
  if (paths.length === 0) return;
  address.searchParams.delete('open');
  window.history.replaceState(window.history.state, '', address);
  showView('runs');
  importFiles(await Promise.all(paths.map(fetched)));
}

/** What could not be had is a file without content, of which the import then says that it is no .zip. */
async function fetched(path: string): Promise<File> {
  const response = await fetch(path).catch(() => undefined);
  const content = response?.ok ? await response.arrayBuffer() : new ArrayBuffer(0);
  return new File([content], path.slice(path.lastIndexOf('/') + 1));
}
