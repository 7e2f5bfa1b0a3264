import { type ClipboardEvent, useEffect, useId, useState } from 'react';
import { formatNumber } from '../../analysis/format.ts';
import { LONGEST_SHOWN, takeFile, takeText } from '../ownText.ts';
import { isBusy, setPage, usePage } from '../store.ts';
import { words } from '../words.ts';

const text = words.own;
/** Characters of a file that are shown. */
const PREVIEW = 240;

/** A text by paste, drop or file. */
export function OwnText() {
  const own = usePage((state) => state.ownText);
  const problem = usePage((state) => state.ownProblem);
  const id = useId();
  return (
    <div className="own">
      {own && (own.name || own.text.length > LONGEST_SHOWN) ? (
        <>
          <p className="own-name">{text.fromFile(own.name || text.pasted)}</p>
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
            onChange={(event) => setPage({ ownText: { name: '', text: event.target.value }, ownProblem: null })}
            onPaste={pasteLong}
          />
        </>
      )}
      {problem && (
        <p className="issue" role="alert">
          {problem}
        </p>
      )}
      <div className="own-file">
        <label className="button">
          <input
            type="file"
            accept="text/*,.txt,.md,.csv,.json,.py,.js,.ts"
            onChange={(event) => {
              const file = event.target.files?.[0];
              if (file) void takeFile(file);
              // The same file chosen again must count as a change.
              event.target.value = '';
            }}
          />
          {text.file}
        </label>
        {(own?.text || own?.name) && (
          <button type="button" className="quiet" onClick={() => setPage({ ownText: null, ownProblem: null })}>
            {text.clear}
          </button>
        )}
      </div>
      <p className="hint">
        {own?.text ? text.size(formatNumber(own.text.length, 9)) : text.drop} {text.promise} {text.link}
      </p>
    </div>
  );
}

/** A text that is too long to be shown whole never comes into the field. */
function pasteLong(event: ClipboardEvent<HTMLTextAreaElement>): void {
  const pasted = event.clipboardData.getData('text/plain');
  if (pasted.length <= LONGEST_SHOWN) return;
  event.preventDefault();
  const { value, selectionStart, selectionEnd } = event.currentTarget;
  takeText(value.slice(0, selectionStart) + pasted + value.slice(selectionEnd));
}

/** Lets a text or a file be dropped anywhere on the page, and says so while one is carried over it. */
export function DropText() {
  const busy = usePage(isBusy);
  const [over, setOver] = useState(false);

  useEffect(() => {
    if (busy) return;
    const types = (event: DragEvent) => event.dataTransfer?.types ?? [];
    // A text that is dragged within the page is no offer, and neither is a link or an image.
    let own = false;
    const start = () => {
      own = true;
    };
    const end = () => {
      own = false;
      setOver(false);
    };
    const drag = (event: DragEvent) => {
      if (own || !(types(event).includes('Files') || types(event).includes('text/plain'))) return;
      event.preventDefault();
      if (event.dataTransfer) event.dataTransfer.dropEffect = 'copy';
      setOver(true);
    };
    const leave = (event: DragEvent) => {
      if (event.relatedTarget === null) setOver(false);
    };
    const drop = (event: DragEvent) => {
      setOver(false);
      if (own || !event.dataTransfer) return;
      const [file] = event.dataTransfer.files;
      const dropped = event.dataTransfer.getData('text/plain');
      if (!file && !dropped) return;
      event.preventDefault();
      if (file) void takeFile(file);
      else takeText(dropped);
    };
    const listeners = { dragstart: start, dragend: end, dragover: drag, dragleave: leave, drop } as const;
    for (const [type, listen] of Object.entries(listeners)) window.addEventListener(type, listen as EventListener);
    return () => {
      for (const [type, listen] of Object.entries(listeners)) window.removeEventListener(type, listen as EventListener);
    };
  }, [busy]);

  return over ? <p className="drop-here">{text.dropping}</p> : null;
}
