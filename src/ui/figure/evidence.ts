import { z } from 'zod';
import { EVIDENCE_VERSION, type Evidence, type EvidenceEntry } from '../../experiments/evidence.ts';

/** Where recorded results lie, relative to the page. */
const FOLDER = 'evidence';

const entries = z.array(z.looseObject({ file: z.string(), recorded: z.string(), verdict: z.looseObject({}) }));
const file = z.looseObject({ version: z.literal(EVIDENCE_VERSION), cells: z.array(z.looseObject({})) });

/** The index of recorded results; none where none are shipped. Rejects when it is there and is no such list. */
export async function readEntries(load: typeof fetch = fetch): Promise<EvidenceEntry[]> {
  const response = await load(`${FOLDER}/index.json`);
  // A server without the file may answer with the page itself.
  if (response.status === 404 || !isJson(response)) return [];
  return entries.parse(await jsonOf(response)) as unknown as EvidenceEntry[];
}

const loaded = new Map<string, Promise<Evidence>>();

/** A file of recorded results; loaded once. */
export function readEvidence(name: string, load: typeof fetch = fetch): Promise<Evidence> {
  let evidence = loaded.get(name);
  if (!evidence) {
    evidence = load(`${FOLDER}/${name}`).then(
      async (response) => file.parse(await jsonOf(response)) as unknown as Evidence,
    );
    evidence.catch(() => loaded.delete(name));
    loaded.set(name, evidence);
  }
  return evidence;
}

async function jsonOf(response: Response): Promise<unknown> {
  if (!response.ok) throw new Error(`${response.url}: ${response.status} ${response.statusText}`);
  if (!isJson(response)) throw new Error(`${response.url} is not JSON`);
  return response.json();
}

function isJson({ headers }: Response): boolean {
  return headers.get('content-type')?.includes('json') === true;
}
