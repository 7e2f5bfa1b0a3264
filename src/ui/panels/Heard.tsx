import { language } from '../../analysis/language.ts';
import type { LanguageId } from '../language.ts';

interface Props {
  text: string;
  /** In which the page itself has said it. */
  lang?: LanguageId | undefined;
}

/** What the layers below say in English: in the page's language where it has a sentence for it, else marked as English. */
export function Heard({ text, lang }: Props) {
  if (lang) return <span lang={lang}>{text}</span>;
  const said = language().sentence(text);
  return said === undefined ? <span lang="en">{text}</span> : said;
}
