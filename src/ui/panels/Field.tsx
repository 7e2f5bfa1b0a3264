import { useId } from 'react';
import { told } from '../../analysis/language.ts';
import { type Field, fieldAt } from '../../spec/fields.ts';
import { changeDraft } from '../actions.ts';
import { edit, idleWords, rangeEnd, SLIDER_STEPS, shownValue, sliderPosition, sliderValue } from '../settings.ts';
import { getPage, usePage } from '../store.ts';
import { words } from '../words.ts';

const change = (path: string, value: string | boolean) => changeDraft(edit(getPage().draft, path, value));

function useField(path: string) {
  const value = usePage((state) => shownValue(state.draft, path));
  const issue = usePage((state) => state.draft.issues[path]);
  const idle = usePage((state) => idleWords(state.draft, path));
  return { value, issue, idle };
}

/** A control for any setting of the schema, with its label, unit, help, range and what is wrong with it. */
export function FieldControl({ field }: { field: Field }) {
  const { value, issue, idle } = useField(field.path);
  const id = useId();
  const about = `${id}-about`;
  if (field.type === 'boolean') {
    return (
      <div className="field field-check">
        <label>
          <input
            type="checkbox"
            checked={value === true || value === 'true'}
            onChange={(event) => change(field.path, event.target.checked)}
          />
          {told(field.label)}
        </label>
        {idle && <p className="hint idle">{idle}</p>}
        {field.help && <p className="hint">{told(field.help)}</p>}
      </div>
    );
  }
  return (
    <div className="field">
      <label htmlFor={id}>
        {told(field.label)}
        {field.unit && <span className="unit">{told(field.unit)}</span>}
      </label>
      {field.type === 'choice' ? (
        <select
          id={id}
          value={String(value)}
          aria-describedby={about}
          onChange={(event) => change(field.path, event.target.value)}
        >
          {field.values.map((each) => (
            <option key={each}>{each}</option>
          ))}
        </select>
      ) : (
        <NumberInput id={id} path={field.path} about={about} />
      )}
      <div id={about}>
        {issue && <p className="issue">{issue}</p>}
        {idle && <p className="hint idle">{idle}</p>}
        <p className="hint">
          {field.type !== 'choice' && words.setup.range(rangeEnd(field.min), rangeEnd(field.max))}
          {field.help && `${field.type === 'choice' ? '' : ' · '}${told(field.help)}`}
        </p>
      </div>
    </div>
  );
}

function NumberInput({ id, path, about }: { id: string; path: string; about: string }) {
  const { value, issue } = useField(path);
  return (
    <input
      id={id}
      className="number"
      inputMode="decimal"
      autoComplete="off"
      spellCheck={false}
      value={String(value)}
      aria-invalid={issue !== undefined}
      aria-describedby={about}
      onChange={(event) => change(path, event.target.value)}
    />
  );
}

/** A number with a logarithmic slider over the part of its range that is of use on this page. */
export function LogSlider(props: { path: string; label: string; min: number; max: number; hint: string }) {
  const { path, label, min, max, hint } = props;
  const { value, issue } = useField(path);
  const valid = usePage((state) => Number(shownValue({ ...state.draft, typed: {} }, path)));
  const id = useId();
  const about = `${id}-about`;
  const current = Number(value) > 0 ? Number(value) : valid;
  const field = fieldAt(path);
  return (
    <div className="field slider" data-learn={path}>
      <label htmlFor={id}>{label}</label>
      <NumberInput id={id} path={path} about={about} />
      <input
        type="range"
        aria-label={label}
        aria-valuetext={`${current} ${told(field?.unit ?? '')}`}
        min={0}
        max={SLIDER_STEPS}
        step={1}
        value={sliderPosition(current, min, max)}
        onChange={(event) => change(path, String(sliderValue(Number(event.target.value), min, max)))}
      />
      <div id={about}>
        {issue && <p className="issue">{issue}</p>}
        <p className="hint">{hint}</p>
      </div>
    </div>
  );
}

/** One of a few, all of them visible. */
export function Choices<T extends string>(props: {
  label: string;
  options: readonly (readonly [value: T, label: string, title?: string])[];
  value: T | undefined;
  onChange: (value: T) => void;
  /** Drawn as one bar rather than as single pills. */
  joined?: boolean;
  quietLabel?: boolean;
}) {
  const name = useId();
  return (
    <fieldset className={`choices${props.joined ? ' joined' : ''}`}>
      <legend className={props.quietLabel ? 'hidden' : undefined}>{props.label}</legend>
      <div>
        {props.options.map(([value, label, title]) => (
          <label key={value} title={title}>
            <input
              type="radio"
              name={name}
              value={value}
              checked={props.value === value}
              onChange={() => props.onChange(value)}
            />
            <span>{label}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
