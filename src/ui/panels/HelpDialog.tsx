import { type RefObject, useEffect, useState } from 'react';
import { told } from '../../analysis/language.ts';
import { setShortcuts } from '../actions.ts';
import { type CorpusEntry, readCorpora } from '../corpora.ts';
import { usePage } from '../store.ts';
import { words } from '../words.ts';
import { Heard } from './Heard.tsx';
import { Icon } from './Icons.tsx';

const text = words.help;

/** How to read the page, its keys, and where its texts come from. */
export function HelpDialog({ dialog }: { dialog: RefObject<HTMLDialogElement | null> }) {
  const shortcuts = usePage((state) => state.shortcuts);
  return (
    <dialog ref={dialog} className="help-dialog" aria-labelledby="help-title">
      <form method="dialog">
        <h2 id="help-title">{text.title}</h2>
        <button type="submit" className="quiet square" aria-label={text.close}>
          <Icon name="close" />
        </button>
      </form>
      {text.paragraphs.map((paragraph) => (
        <p key={paragraph}>{paragraph}</p>
      ))}
      <h3>{text.keys}</h3>
      <dl className="keys">
        {text.shortcuts.map(([key, what]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
      <p className="hint">{text.slider}</p>
      <label className="check">
        <input type="checkbox" checked={shortcuts} onChange={(event) => setShortcuts(event.target.checked)} />
        {text.keysOn}
      </label>
    </dialog>
  );
}

/** Every text that can be trained on, with its source and licence. */
export function Sources() {
  const [corpora, setCorpora] = useState<readonly CorpusEntry[] | 'loading' | 'unavailable'>('loading');

  useEffect(() => {
    let gone = false;
    readCorpora().then(
      (list) => gone || setCorpora(list),
      () => gone || setCorpora('unavailable'),
    );
    return () => {
      gone = true;
    };
  }, []);

  return (
    <footer className="sources">
      <h2>{words.sources.title}</h2>
      {corpora === 'unavailable' && <p className="issue">{words.sources.unavailable}</p>}
      <ul>
        {Array.isArray(corpora) &&
          corpora.map(({ id, title, source, licence }: CorpusEntry) => (
            <li key={id}>
              <h3>{told(title)}</h3>
              <p>
                <Heard text={source} />
              </p>
              <p>
                <Heard text={licence} />
              </p>
            </li>
          ))}
      </ul>
      <p className="hint">
        {words.sources.synthetic} {words.own.promise}
      </p>
      <p className="hint">{words.sources.paper}</p>
    </footer>
  );
}
