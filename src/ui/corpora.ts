import { z } from 'zod';

/** Where the list of prepared texts lies, relative to the page. */
const INDEX = 'corpora/index.json';

const index = z.object({
  corpora: z.array(
    z.object({
      id: z.string(),
      title: z.string(),
      description: z.string(),
      source: z.string(),
      licence: z.string(),
      characters: z.number(),
    }),
  ),
});

/** A text that was prepared when the lab was built. */
export type CorpusEntry = z.infer<typeof index>['corpora'][number];

/** The list of prepared texts. Rejects when it cannot be loaded or is not such a list. */
export async function readCorpora(load: typeof fetch = fetch): Promise<CorpusEntry[]> {
  const response = await load(INDEX);
  if (!response.ok) throw new Error(`${INDEX}: ${response.status} ${response.statusText}`);
  return index.parse(await response.json()).corpora;
}
