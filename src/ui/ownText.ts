import { formatBytes } from '../analysis/format.ts';
import { withCorpus } from '../spec/tasks.ts';
import { changeDraft } from './actions.ts';
import { draftOf } from './settings.ts';
import { getPage, isBusy, setPage } from './store.ts';
import { words } from './words.ts';

/** A text of one's own: it goes to the worker of this tab and nowhere else. */

/** Bytes of the largest text: more unique tokens than the schema allows would be of no use. */
export const LARGEST_TEXT = 50_000_000;

/** Characters of the longest text that is shown whole, to be edited: a book in a text field brings a page to its knees. */
export const LONGEST_SHOWN = 50_000;

/** What a file holds as text, or what is wrong with it, in a sentence. */
export async function textOf(
  file: Pick<File, 'name' | 'size' | 'arrayBuffer'>,
): Promise<{ text: string } | { problem: string }> {
  const { own } = words;
  const { name, size } = file;
  if (size > LARGEST_TEXT) return { problem: own.large(name, formatBytes(size), formatBytes(LARGEST_TEXT)) };
  let bytes: ArrayBuffer;
  try {
    bytes = await file.arrayBuffer();
  } catch {
    return { problem: own.unreadable(name) };
  }
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    // No text holds the character 0, and many other files do.
    if (text.includes('\0')) return { problem: own.binary(name) };
    return text.trim() ? { text } : { problem: own.empty(name) };
  } catch {
    return { problem: own.binary(name) };
  }
}

/** Takes a file as the text to train on; where it is none, says so and leaves the text as it is. */
export async function takeFile(file: File): Promise<void> {
  const found = await textOf(file);
  if (isBusy(getPage())) return;
  chooseOwn();
  if ('problem' in found) setPage({ ownProblem: found.problem });
  else setPage({ ownText: { name: file.name, text: found.text }, ownProblem: null });
}

/** Takes a text that was dropped, or pasted. */
export function takeText(text: string): void {
  if (isBusy(getPage()) || !text.trim()) return;
  chooseOwn();
  setPage({ ownText: { name: '', text }, ownProblem: null });
}

function chooseOwn(): void {
  const { spec } = getPage().draft;
  if (spec.data.corpus !== 'own') changeDraft(draftOf(withCorpus(spec, 'own')));
}
