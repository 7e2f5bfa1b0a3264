import { z } from 'zod';
import type { ShelfEvent } from '../../lab/protocol.ts';
import { specToHash } from '../../spec/hash.ts';
import type { RaceSpec } from '../../spec/schema.ts';
import { sendCommand } from '../actions.ts';
import { getPage, isBusy, type PageStore, setPage } from '../store.ts';
import { play, wantsStillness } from './play.ts';
import { showContent } from './show.ts';

/** Races that are shipped with the page: real ones, made by the terminal. */

/** Where their list lies, relative to the page. */
const INDEX = 'recordings/index.json';

const index = z.object({
  recordings: z.array(
    z.object({
      /** The setup as a link has it. */
      hash: z.string(),
      /** Under `recordings/`. */
      file: z.string().regex(/^[\w-]+\.zip$/),
      title: z.string(),
      command: z.string(),
      /** Wall seconds that it took where it was made. */
      seconds: z.number(),
    }),
  ),
});

export type Recording = z.infer<typeof index>['recordings'][number];

/** Rejects when the list cannot be loaded or is none. */
export async function readRecordings(load: typeof fetch = fetch): Promise<Recording[]> {
  const response = await load(INDEX);
  if (!response.ok) throw new Error(`${INDEX}: ${response.status} ${response.statusText}`);
  return index.parse(await response.json()).recordings;
}

export function recordingOf(recordings: readonly Recording[], spec: RaceSpec): Recording | undefined {
  const hash = specToHash(spec);
  return recordings.find((each) => each.hash === hash);
}

/** Whether a recording may take the place of what is on the chart: never of what was trained here or chosen. */
function isFree(): boolean {
  const { race, shown } = getPage();
  return !isBusy(getPage()) && (shown ? shown.source.kind === 'recorded' : race === null);
}

/** The recording that was asked for; what comes of an older one is passed over. */
let asked: Recording | null = null;

/** Shows the recording of the setup where there is one and nothing else is on the chart. */
export function offerRecording(): void {
  const { recordings, draft, shown } = getPage();
  if (!isFree()) return;
  const found = recordingOf(recordings, draft.spec);
  // A setup that was not recorded leaves on the chart what is there, which says what it is of.
  if (!found || (found === asked && shown)) return;
  asked = found;
  sendCommand({ type: 'readRecording', path: `recordings/${found.file}` });
}

/** Takes the content of a recording; true where it was one. It plays, unless the reader wants no motion. */
export function receiveRecording({ race, content }: Extract<ShelfEvent, { type: 'raceContent' }>): boolean {
  if (race.origin !== 'recorded') return false;
  if (!asked || !isFree()) return true;
  showContent({ kind: 'recorded', command: asked.command }, { ...race, name: asked.title }, content);
  if (!wantsStillness()) play();
  return true;
}

/** Loads the list; without it the page simply has none. */
export async function openRecordings(): Promise<void> {
  const recordings = await readRecordings().catch(() => []);
  setPage({ recordings });
  offerRecording();
}

/** Follows the setup: the recording of another preset takes the place of the one on the chart. */
export function watchSetup(store: PageStore): void {
  store.subscribe((state, before) => {
    if (state.draft !== before.draft) offerRecording();
  });
}
