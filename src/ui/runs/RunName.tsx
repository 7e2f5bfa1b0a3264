import { useId, useRef, useState } from 'react';
import type { KeptRace } from '../../lab/protocol.ts';
import { Icon } from '../panels/Icons.tsx';
import { words } from '../words.ts';
import { rename } from './actions.ts';
import { MOST_IN_NAME, nameIssue } from './list.ts';

const text = words.runs.row;

interface Props {
  race: KeptRace;
  /** As it is shown: it may be on its way to the shelf. */
  name: string;
  saving: boolean;
  id: string;
}

/** A race's name, edited in its place: Enter saves, Escape leaves it as it was. */
export function RunName({ race, name, saving, id }: Props) {
  const [typed, setTyped] = useState<string | null>(null);
  const button = useRef<HTMLButtonElement>(null);
  const end = () => {
    setTyped(null);
    // The button is there again after the next drawing.
    requestAnimationFrame(() => button.current?.focus());
  };
  if (typed !== null) {
    return (
      <NameForm
        name={name}
        typed={typed}
        onType={setTyped}
        onEnd={end}
        onSave={() => {
          rename(race, typed);
          end();
        }}
        onLeave={() => {
          if (nameIssue(typed) === null) rename(race, typed);
          setTyped(null);
        }}
      />
    );
  }
  return (
    <div className="run-title">
      <h3 id={id} aria-busy={saving}>
        <bdi>{name}</bdi>
      </h3>
      <button
        ref={button}
        type="button"
        className="quiet square rename"
        aria-label={text.renameOne(name)}
        title={text.rename}
        onClick={() => setTyped(name)}
      >
        <Icon name="rename" />
      </button>
    </div>
  );
}

interface FormProps {
  name: string;
  typed: string;
  onType: (typed: string) => void;
  onSave: () => void;
  onEnd: () => void;
  onLeave: () => void;
}

function NameForm({ name, typed, onType, onSave, onEnd, onLeave }: FormProps) {
  const about = useId();
  const done = useRef(false);
  const issue = nameIssue(typed);
  const once = (act: () => void) => {
    if (!done.current) act();
    done.current = true;
  };
  return (
    <form
      className="run-rename"
      onSubmit={(event) => {
        event.preventDefault();
        if (issue === null) once(onSave);
      }}
    >
      <input
        // biome-ignore lint/a11y/noAutofocus: it takes the place of the button that was pressed
        autoFocus
        className="number"
        aria-label={text.nameOf(name)}
        aria-invalid={issue !== null}
        aria-describedby={about}
        autoComplete="off"
        maxLength={4 * MOST_IN_NAME}
        value={typed}
        onChange={(event) => onType(event.target.value)}
        onFocus={(event) => event.target.select()}
        onKeyDown={(event) => event.key === 'Escape' && once(onEnd)}
        onBlur={() => once(onLeave)}
      />
      <p id={about} className={issue ? 'issue' : 'hint'}>
        {issue ?? text.nameHint}
      </p>
    </form>
  );
}
