import { formatNumber } from '../../analysis/format.ts';
import { told } from '../../analysis/language.ts';
import { type Field, fieldList } from '../../spec/fields.ts';
import { SIZES, type SizeId, sizeOf } from '../../spec/presets.ts';
import { CORPORA } from '../../spec/schema.ts';
import { withCorpus } from '../../spec/tasks.ts';
import { changeDraft } from '../actions.ts';
import { draftOf, presetIn, resize } from '../settings.ts';
import { getPage, isBusy, usePage } from '../store.ts';
import { words } from '../words.ts';
import { ExecutorSelect } from './ExecutorSelect.tsx';
import { Choices, FieldControl, LogSlider } from './Field.tsx';
import { DropText, OwnText } from './OwnText.tsx';
import { Transport } from './Transport.tsx';

const text = words.setup;

/** The settings that have a control of their own; every other one is under Advanced. */
const BASIC: ReadonlySet<string> = new Set(['data.corpus', 'data.uniqueTokens', 'train.steps']);

export function Setup() {
  const busy = usePage(isBusy);
  const noDevice = usePage((state) => state.executor === null && state.error !== null);
  const corpus = usePage((state) => state.draft.spec.data.corpus);
  return (
    <section className="setup" aria-labelledby="setup-title">
      <h2 id="setup-title">{text.title}</h2>
      {busy && <p className="reason">{text.locked}</p>}
      <fieldset className="bare" disabled={busy || noDevice}>
        <About />
        <Choices
          label={text.corpus}
          options={CORPORA.map((id) => [id, text.corpora[id]] as const)}
          value={corpus}
          onChange={(id) => changeDraft(draftOf(withCorpus(getPage().draft.spec, id)))}
        />
        {corpus === 'own' && <OwnText />}
        <Sizes />
        <UniqueTokens />
        <Steps />
        <Advanced />
      </fieldset>
      <fieldset className="bare" disabled={busy}>
        <ExecutorSelect />
      </fieldset>
      <Transport />
      <DropText />
    </section>
  );
}

/** What the preset is for; it is chosen in the header. */
function About() {
  const about = usePage((state) => presetIn(state.draft)?.about);
  return about && <p className="hint">{told(about)}</p>;
}

function Sizes() {
  const size = usePage((state) => sizeOf(state.draft.spec));
  return (
    <div className="field">
      <Choices
        label={text.size}
        joined
        options={(Object.keys(SIZES) as SizeId[]).map((id) => [id, id, describeSize(id)] as const)}
        value={size}
        onChange={(id) => changeDraft(resize(getPage().draft, id))}
      />
      <p className="hint">{size ? describeSize(size) : text.customSize}</p>
    </div>
  );
}

function describeSize(id: SizeId): string {
  return text.describeSize(SIZES[id].layers, SIZES[id].channels, SIZES[id].heads);
}

function UniqueTokens() {
  const batch = usePage(({ draft: { spec } }) => spec.train.batch * spec.model.context);
  return (
    <LogSlider
      path="data.uniqueTokens"
      label={text.unique}
      min={batch}
      max={Math.max(1_000_000, batch * 100)}
      hint={text.uniqueHelp}
    />
  );
}

function Steps() {
  const epochs = usePage(
    ({ draft: { spec } }) => (spec.train.steps * spec.train.batch * spec.model.context) / spec.data.uniqueTokens,
  );
  return (
    <LogSlider path="train.steps" label={text.steps} min={50} max={20_000} hint={text.epochs(formatNumber(epochs))} />
  );
}

/** A form for all other settings, made from the schema. */
function Advanced() {
  const sections = new Map<string, Field[]>();
  for (const field of fieldList()) {
    if (BASIC.has(field.path)) continue;
    const section = field.path.includes('.') ? field.path.split('.')[0] : '';
    sections.set(section, [...(sections.get(section) ?? []), field]);
  }
  return (
    <details className="advanced">
      <summary>{text.advanced}</summary>
      {[...sections].map(([section, fields]) => (
        <section key={section}>
          <h3>{text.sections[section] ?? section}</h3>
          {fields.map((field) => (
            <FieldControl key={field.path} field={field} />
          ))}
        </section>
      ))}
    </details>
  );
}
