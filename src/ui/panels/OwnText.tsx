import { useId, useState } from 'react';
import { formatNumber } from '../../analysis/format.ts';
import { setPage, usePage } from '../store.ts';
import { words } from '../words.ts';

const text = words.own;
/** Characters of a file that are shown. */
const PREVIEW = 240;

/** A text by paste, drop or file. It goes to the worker of this tab and nowhere else. */
export function OwnText() {
  const own = usePage((state) => state.ownText);
  const [problem, setProblem] = useState<string | null>(null);
  const id = useId();

  const read = async (file: File | undefined) => {
    if (!file) return;
    try {
      const content = new TextDecoder('utf-8', { fatal: true }).decode(await file.arrayBuffer());
      setPage({ ownText: { name: file.name, text: content } });
      setProblem(null);
    } catch {
      setProblem(text.unreadable(file.name));
    }
  };

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is a shortcut; the file button does the same
    <div
      className="own"
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        if (event.dataTransfer.files.length === 0) return;
        event.preventDefault();
        void read(event.dataTransfer.files[0]);
      }}
    >
      {own?.name ? (
        // A book in a text field would bring the page to its knees: a file is shown by its beginning.
        <>
          <p className="own-name">{text.fromFile(own.name)}</p>
          <p className="own-preview">{own.text.slice(0, PREVIEW)}</p>
        </>
      ) : (
        <>
          <label htmlFor={id}>{text.label}</label>
          <textarea
            id={id}
            rows={5}
            placeholder={text.placeholder}
            value={own?.text ?? ''}
            spellCheck={false}
            onChange={(event) => setPage({ ownText: { name: '', text: event.target.value } })}
          />
        </>
      )}
      {problem && <p className="issue">{problem}</p>}
      <div className="own-file">
        <label className="button">
          <input
            type="file"
            accept="text/*,.txt,.md,.csv,.json,.py,.js,.ts"
            onChange={(event) => {
              void read(event.target.files?.[0]);
              // The same file chosen again must count as a change.
              event.target.value = '';
            }}
          />
          {text.file}
        </label>
        {(own?.text || own?.name) && (
          <button type="button" className="quiet" onClick={() => setPage({ ownText: null })}>
            {text.clear}
          </button>
        )}
      </div>
      <p className="hint">
        {own?.text && `${text.size(formatNumber(own.text.length, 9))} `}
        {text.promise} {text.link}
      </p>
    </div>
  );
}
