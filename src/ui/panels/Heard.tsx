import { language } from '../../analysis/language.ts';

/** What the layers below say in English: in the page's language where it has a sentence for it, else marked as English. */
export function Heard({ text }: { text: string }) {
  const said = language().sentence(text);
  return said === undefined ? <span lang="en">{text}</span> : said;
}
