import type { LabEvent, ShelfEvent } from '../../lab/protocol.ts';
import type { PageStore } from '../store.ts';
import type { RaceContents } from './contents.ts';
import { afterRefusal, afterShelf, isImporting } from './state.ts';

const TYPES: ReadonlySet<string> = new Set<ShelfEvent['type']>([
  'races',
  'raceKept',
  'raceContent',
  'raceFile',
  'imported',
  'notKept',
]);

export function isShelfEvent(event: LabEvent): event is ShelfEvent {
  return TYPES.has(event.type);
}

/** Errors that the answer to a command to the shelf may be; a race has others. */
const OF_THE_SHELF: ReadonlySet<string> = new Set(['bad-input', 'io', 'storage-full']);

export interface ShelfParts {
  contents: RaceContents;
  /** The next file of an import may be sent. */
  nextFile(): void;
  save(name: string, bytes: Uint8Array): void;
  /** Asks for the list once more. */
  list(): void;
}

/**
 * Turns what is said of kept races into the page's state. True where an event was for this view alone: the answer to a
 * file that was imported is told in the view, not as an error of the page.
 */
export function createShelfReceiver(store: PageStore, parts: ShelfParts): (event: LabEvent) => boolean {
  const change = (event: ShelfEvent) =>
    store.setState(({ runs }) => ({ runs: { ...runs, ...afterShelf(runs, event) } }));
  const raise = () => store.setState(({ runs }) => ({ runs: { ...runs, version: runs.version + 1 } }));
  const hold = () => {
    const { races, selected } = store.getState().runs;
    parts.contents.hold((races ?? []).filter(({ id }) => selected.includes(id)));
  };
  return (event) => {
    if (event.type === 'error') {
      const { runs } = store.getState();
      if (!OF_THE_SHELF.has(event.code)) return false;
      parts.contents.giveUp();
      if (!isImporting(runs)) {
        store.setState({ runs: { ...runs, exporting: [], renamed: {}, removing: [] } });
        // What was not deleted after all is there again.
        if (runs.removing.length > 0) parts.list();
        return false;
      }
      const { message, hint } = event;
      const file = runs.imports?.file ?? '';
      store.setState({ runs: { ...runs, ...afterRefusal(runs, { file, message, ...(hint && { hint }) }) } });
      parts.nextFile();
      return true;
    }
    // A race that ends has another state and other bytes.
    if (event.type === 'summary' && store.getState().view === 'runs') parts.list();
    if (!isShelfEvent(event)) return false;
    change(event);
    switch (event.type) {
      case 'races':
        hold();
        break;
      case 'raceContent':
        if (!parts.contents.hear(event)) return false;
        raise();
        break;
      case 'raceFile':
        parts.save(event.name, event.bytes);
        break;
      case 'imported':
        parts.nextFile();
        break;
      default:
    }
    return false;
  };
}
