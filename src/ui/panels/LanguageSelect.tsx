import { chooseLanguage, LANGUAGE_IDS, LANGUAGES, type LanguageId } from '../language.ts';
import { usePage } from '../store.ts';
import { words } from '../words.ts';

/** Switches the page's language, there and then. */
export function LanguageSelect() {
  const language = usePage((state) => state.language);
  return (
    <select
      className="language"
      aria-label={words.language.label}
      title={words.language.label}
      value={language}
      onChange={(event) => void chooseLanguage(event.target.value as LanguageId)}
    >
      {LANGUAGE_IDS.map((id) => (
        <option key={id} value={id} lang={id} title={LANGUAGES[id]}>
          {id.toUpperCase()}
        </option>
      ))}
    </select>
  );
}
