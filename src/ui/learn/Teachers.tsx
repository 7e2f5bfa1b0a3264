import { useState } from 'react';
import { CopyButton } from '../panels/CopyButton.tsx';
import { usePage } from '../store.ts';
import { words } from '../words.ts';
import { changeLearn, endTeaching, lessonAddress, openStep, teach } from './address.ts';
import { LESSONS } from './lessons.ts';
import { LEFT_OUT, PARTS, type Part, useLearn } from './state.ts';

/** Teaching mode and the link to it, lessons that are ready, and the handout. */
export function Teachers() {
  return (
    <section className="learn-teachers" aria-labelledby="teachers-title">
      <h3 id="teachers-title">{words.learn.teach.title}</h3>
      <div className="learn-columns">
        <Builder />
        <div>
          <Lessons />
          <ToPrint />
        </div>
      </div>
    </section>
  );
}

/** Makes the link to the present setup, drawn as the chart is now. */
function Builder() {
  const text = words.learn.teach;
  const teaching = useLearn((state) => state.teaching);
  const [hidden, setHidden] = useState<readonly Part[]>(LEFT_OUT);
  const [cards, setCards] = useState(true);
  const [spoken, setSpoken] = useState(false);
  const language = usePage((state) => state.language);
  const spec = usePage((state) => state.draft.spec);
  usePage((state) => state.chart);
  const address = lessonAddress(spec, hidden, cards ? 1 : null, spoken ? language : undefined);
  const here = () => {
    teach(hidden);
    if (cards) openStep(1);
  };
  return (
    <div className="learn-builder">
      <p>{text.about}</p>
      <fieldset>
        <legend>{text.leaveOut}</legend>
        {PARTS.map((part) => (
          <Check
            key={part}
            label={text.parts[part]}
            on={hidden.includes(part)}
            onChange={(on) => setHidden(PARTS.filter((each) => (each === part ? on : hidden.includes(each))))}
          />
        ))}
      </fieldset>
      <Check label={text.cards} on={cards} onChange={setCards} />
      <Check label={text.inLanguage} on={spoken} onChange={setSpoken} />
      <p className="learn-link">
        <span className="hidden">{text.link}: </span>
        <a href={address}>{address}</a>
      </p>
      {spec.data.corpus === 'own' && <p className="hint">{words.header.ownText}</p>}
      <div className="actions">
        <CopyButton key={address} content={() => address} label={text.copy} />
        {teaching ? (
          <button type="button" onClick={endTeaching}>
            {text.end}
          </button>
        ) : (
          <button type="button" onClick={here}>
            {text.here}
          </button>
        )}
      </div>
    </div>
  );
}

function Check({ label, on, onChange }: { label: string; on: boolean; onChange: (on: boolean) => void }) {
  return (
    <label className="check">
      <input type="checkbox" checked={on} onChange={(event) => onChange(event.target.checked)} />
      {label}
    </label>
  );
}

function Lessons() {
  const { teach: text, lessons } = words.learn;
  return (
    <>
      <h4>{text.lessons}</h4>
      <p className="hint">{text.lessonsAbout}</p>
      <ul className="learn-lessons">
        {LESSONS.map(({ id, spec, hidden, step }) => (
          <li key={id}>
            <a href={lessonAddress(spec, hidden, step)}>{lessons[id].title}</a>
            <p>{lessons[id].about}</p>
          </li>
        ))}
      </ul>
    </>
  );
}

function ToPrint() {
  const text = words.learn.handout;
  const open = () => {
    changeLearn({ handout: true });
    // The page is printed as it is drawn: two frames later it is.
    requestAnimationFrame(() => requestAnimationFrame(() => window.print()));
  };
  return (
    <>
      <h4>{text.title}</h4>
      <p className="hint">{text.about}</p>
      <button type="button" onClick={open}>
        {text.open}
      </button>
    </>
  );
}
