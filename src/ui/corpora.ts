/** A text that was prepared when the lab was built: a line of `corpora/index.json`. */
export interface CorpusEntry {
  id: string;
  title: string;
  source: string;
  licence: string;
}

/** Where the list lies, relative to the page. */
const INDEX = 'corpora/index.json';

/** The list of prepared texts. Rejects when it cannot be loaded or is not such a list. */
export async function readCorpora(fetchIt: typeof fetch = fetch): Promise<CorpusEntry[]> {
  const response = await fetchIt(INDEX);
  if (!response.ok) throw new Error(`${INDEX}: ${response.status} ${response.statusText}`);
  return entriesOf(await response.json());
}

export function entriesOf(list: unknown): CorpusEntry[] {
  if (!Array.isArray(list) || !list.every(isEntry)) {
    throw new Error(`${INDEX} must be a list of {id, title, source, licence}`);
  }
  return list;
}

function isEntry(value: unknown): value is CorpusEntry {
  if (typeof value !== 'object' || value === null) return false;
  return (['id', 'title', 'source', 'licence'] as const).every(
    (key) => typeof (value as Record<string, unknown>)[key] === 'string',
  );
}
