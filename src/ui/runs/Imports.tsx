import { type ReactNode, useState } from 'react';
import { Heard } from '../panels/Heard.tsx';
import { usePage } from '../store.ts';
import { words } from '../words.ts';
import { change, importFiles } from './actions.ts';
import { shownName } from './list.ts';
import { isImporting } from './state.ts';

const text = words.runs.imports;

export function ImportButton() {
  const busy = usePage(({ runs }) => isImporting(runs));
  return (
    <span className="own-file">
      <label className="button">
        {text.button}
        <input
          type="file"
          accept=".zip,application/zip"
          multiple
          disabled={busy}
          onChange={({ target }) => {
            importFiles([...(target.files ?? [])]);
            // The same file can be chosen once more.
            target.value = '';
          }}
        />
      </label>
    </span>
  );
}

/** Takes files that are dropped anywhere in the view. */
export function DropArea({ children }: { children: ReactNode }) {
  const [over, setOver] = useState(false);
  const hasFiles = (event: React.DragEvent) => event.dataTransfer.types.includes('Files');
  return (
    <main
      className={`runs${over ? ' is-over' : ''}`}
      onDragOver={(event) => {
        if (!hasFiles(event)) return;
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget as Node | null)) setOver(false);
      }}
      onDrop={(event) => {
        setOver(false);
        if (!hasFiles(event)) return;
        event.preventDefault();
        importFiles([...event.dataTransfer.files]);
      }}
    >
      {children}
      {over && (
        <p className="drop-words" aria-hidden="true">
          {text.drop}
        </p>
      )}
    </main>
  );
}

/** What came of the files: what was taken, and of each that was not, why. */
export function ImportReport() {
  const imports = usePage(({ runs }) => runs.imports);
  const busy = usePage(({ runs }) => isImporting(runs));
  if (!imports) return null;
  const { files, answered, names, already, ignored, problems } = imports;
  if (busy) {
    return (
      <p className="hint" role="status">
        {text.running(answered + 1, files)}
      </p>
    );
  }
  const dismiss = (
    <button type="button" className="quiet" onClick={() => change({ imports: null })}>
      {text.dismiss}
    </button>
  );
  const listed = (all: readonly string[]) => all.map(shownName).join(', ');
  const taken = names.length > 0 ? text.done(listed(names), names.length) : already.length === 0 && text.nothing;
  const there = already.length > 0 && text.already(listed(already), already.length);
  const passed = ignored.length > 0 && <p className="hint">{text.ignored(listed(ignored))}</p>;
  if (problems.length === 0) {
    return (
      <div className="notice is-good" role="status">
        <div>
          <p>
            {taken} {there}
          </p>
          {passed}
        </div>
        {dismiss}
      </div>
    );
  }
  return (
    <section className="error" role="alert">
      <h2>{text.refused(problems.length)}</h2>
      <dl>
        {problems.map(({ file, message, hint, lang }, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: two files may have one name, and none moves
          <div key={i}>
            <dt>{shownName(file)}</dt>
            <dd>
              <Heard text={message} lang={lang} /> {hint !== undefined && <Heard text={hint} />}
            </dd>
          </div>
        ))}
      </dl>
      <p>
        {taken} {there} {text.kept}
      </p>
      {passed}
      <div className="actions">{dismiss}</div>
    </section>
  );
}
