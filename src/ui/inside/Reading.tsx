import { type ChangeEvent, useEffect, useId, useRef } from 'react';
import { formatCharacter } from '../../analysis/format.ts';
import { FAMILIES } from '../../spec/schema.ts';
import { getRace, usePage } from '../store.ts';
import { words } from '../words.ts';
import { readExcerpt, readText, useInside } from './state.ts';

const text = words.inside.text;
/** A text is read when nobody has typed for so long. */
const TYPING_MS = 500;

/** The text that both models read: an excerpt, what one of them has written, or one’s own. */
export function Reading() {
  const shown = useInside((state) => state.text);
  const excerpt = useInside((state) => state.excerpt);
  const subject = useInside((state) => state.subject);
  const read = useInside((state) => state.score?.read);
  usePage((state) => state.version);
  const id = useId();
  const box = useRef<HTMLTextAreaElement>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  useEffect(() => {
    // What is being typed is left alone.
    if (box.current && shown !== null && document.activeElement !== box.current) box.current.value = shown;
  }, [shown]);
  if (shown === null || !subject) return null;

  const typed = ({ target }: ChangeEvent<HTMLTextAreaElement>) => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => readText(target.value), TYPING_MS);
  };
  const unknown = Object.keys(read?.unknown ?? {}).map((each) => formatCharacter(each));
  return (
    <div className="reading">
      <label htmlFor={id}>{text.label}</label>
      <textarea
        ref={box}
        id={id}
        rows={3}
        defaultValue={shown}
        spellCheck={false}
        aria-describedby={`${id}-about`}
        onChange={typed}
      />
      <div className="reading-choices">
        <button type="button" onClick={() => readExcerpt((excerpt ?? -1) + 1)}>
          {text.excerpt}
        </button>
        {FAMILIES.map((family) => {
          const written = getRace().samples[family].at(-1)?.text;
          return (
            written && (
              <button key={family} type="button" onClick={() => readText(written)}>
                {text.written[family]}
              </button>
            )
          );
        })}
      </div>
      <p id={`${id}-about`} className="hint">
        {excerpt !== null && `${text.about(subject.text)} `}
        {text.hint(subject.spec.model.context)}
        {read && read.beyond > 0 && ` ${text.beyond(read.beyond, read.words)}`}
        {unknown.length > 0 && ` ${text.unknown(unknown.join(', '))}`}
      </p>
    </div>
  );
}
