import { memo, type ReactNode, useId } from 'react';
import { formatBytes, formatLoss, formatMoment, formatNumber } from '../../analysis/format.ts';
import type { KeptRace } from '../../lab/protocol.ts';
import { FAMILIES } from '../../spec/schema.ts';
import { Icon } from '../panels/Icons.tsx';
import { usePage } from '../store.ts';
import { words } from '../words.ts';
import { change, goOn, isTraining, obstacleToGoOn, openOnChart, select } from './actions.ts';
import { bestOf, canGoOn, crossingEpoch, shownName, sizeWords, stepsOf, textWords } from './list.ts';
import { RunDetails } from './RunDetails.tsx';
import { RunName } from './RunName.tsx';
import { MOST_COMPARED } from './state.ts';

const text = words.runs.row;

/** A kept race: a line of the list, a card on a phone. Its details open below it. */
export const Run = memo(function Run({ race }: { race: KeptRace }) {
  usePage((state) => state.language);
  const open = usePage(({ runs }) => runs.opened === race.id);
  const ticked = usePage(({ runs }) => runs.selected.includes(race.id));
  const renamed = usePage(({ runs }) => runs.renamed[race.id]);
  const title = useId();
  const details = useId();
  const name = shownName(renamed ?? race.name);
  return (
    <li className={`run${ticked ? ' is-ticked' : ''}`} aria-labelledby={title}>
      <Tick id={race.id} name={name} />
      <div className="run-name">
        <RunName race={race} name={name} saving={renamed !== undefined} id={title} />
        <p className="hint">{aboutWords(race)}</p>
      </div>
      <dl className="run-facts">
        <Fact label={words.runs.list.columns.setup} note={noteOfSetup(race)}>
          {textWords(race)}
        </Fact>
        <Progress race={race} />
        <Fact label={words.runs.list.columns.best}>
          <Bests race={race} />
        </Fact>
        <Fact label={words.runs.list.columns.crossing}>
          <Crossings race={race} />
        </Fact>
        <Fact label={words.runs.list.columns.kept} note={race.executor.kind}>
          {formatBytes(race.bytes)}
        </Fact>
      </dl>
      <div className="run-actions">
        <First race={race} />
        <button
          type="button"
          className="quiet square disclose"
          aria-expanded={open}
          aria-controls={details}
          aria-label={text.more(name)}
          onClick={() => change({ opened: open ? null : race.id })}
        >
          <Icon name="more" />
        </button>
      </div>
      <div className="run-details" id={details} hidden={!open}>
        {open && <RunDetails race={race} />}
      </div>
    </li>
  );
});

function Tick({ id, name }: { id: string; name: string }) {
  const ticked = usePage(({ runs }) => runs.selected.includes(id));
  const full = usePage(({ runs }) => runs.selected.length >= MOST_COMPARED);
  return (
    <label className="run-tick" title={full && !ticked ? text.tooMany(MOST_COMPARED) : text.compareThis}>
      <input
        type="checkbox"
        checked={ticked}
        disabled={full && !ticked}
        aria-label={text.compare(name)}
        onChange={(event) => select(id, event.target.checked)}
      />
      <span aria-hidden="true">{text.compareThis}</span>
    </label>
  );
}

function Fact({ label, note, children }: { label: string; note?: string; children: ReactNode }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>
        {children}
        {note && <small>{note}</small>}
      </dd>
    </div>
  );
}

function aboutWords({ begun, origin, parent }: KeptRace): string {
  const parts = [formatMoment(begun), text.origin[origin]];
  if (parent) parts.push(text.branch(shownName(parent.name), formatNumber(parent.step, 9)));
  return parts.filter(Boolean).join(' · ');
}

const noteOfSetup = ({ spec }: KeptRace): string => `${sizeWords(spec)}; ${text.seed(String(spec.seed))}`;

/** The state and the steps; of the race that is being trained, as it goes. */
function Progress({ race }: { race: KeptRace }) {
  const training = usePage((state) => isTraining(state, race.id));
  const lab = usePage((state) => (training ? state.lab : null));
  const live = usePage((state) =>
    training && state.progress ? Math.max(...Object.values(state.progress.steps)) : null,
  );
  const steps = formatNumber(live ?? stepsOf(race), 9);
  return (
    <Fact label={words.runs.list.columns.progress} note={text.steps(steps, formatNumber(race.spec.train.steps, 9))}>
      <span className={`state state-${lab ?? race.state}`}>{lab ? words.states[lab] : text.state[race.state]}</span>
    </Fact>
  );
}

function Bests({ race }: { race: KeptRace }) {
  const bests = FAMILIES.map((family) => ({ family, value: bestOf(race, family) }));
  if (bests.every(({ value }) => value === null)) return <Unknown />;
  const shown = race.summary ? bests : bests.filter(({ value }) => value !== null);
  return shown.map(({ family, value }) => (
    <span key={family} className={`run-best name-${family}`}>
      {words.families[family].name} <b>{value === null ? '–' : formatLoss(value)}</b>
    </span>
  ));
}

function Crossings({ race }: { race: KeptRace }) {
  if (race.bests) return <span className="muted">{text.alone}</span>;
  if (!race.summary) return <Unknown />;
  const found = (['live', 'strict'] as const).flatMap((kind) => {
    const epoch = crossingEpoch(race, kind);
    return epoch === null ? [] : [{ kind, epoch: formatNumber(epoch) }];
  });
  if (found.length === 0) return <span className="muted">{text.noCrossing}</span>;
  return found.map(({ kind, epoch }) => (
    <span key={kind} className="run-crossing">
      <span aria-hidden="true">
        {kind === 'live' ? '◆' : '◇'} {text.epoch(epoch)}
      </span>
      <span className="hidden">{text.crossing(kind, epoch)}</span>
    </span>
  ));
}

function Unknown() {
  return (
    <span className="muted">
      <span aria-hidden="true">–</span>
      <span className="hidden">{text.unknown}</span>
    </span>
  );
}

/** One that diverged would only diverge again, and one that was stopped was meant to be. */
const FIRST_TO_GO_ON: ReadonlySet<KeptRace['state']> = new Set<KeptRace['state']>(['unfinished', 'failed']);

/** What one most likely wants of it. */
function First({ race }: { race: KeptRace }) {
  const ready = usePage((state) => obstacleToGoOn(state) === null);
  const name = shownName(race.name);
  if (ready && FIRST_TO_GO_ON.has(race.state) && canGoOn(race)) {
    return (
      <button type="button" className="first" aria-label={text.goOnWith(name)} onClick={() => goOn(race)}>
        {text.goOn}
      </button>
    );
  }
  return (
    <button type="button" className="first" aria-label={text.showOne(name)} onClick={() => openOnChart(race)}>
      {text.show}
    </button>
  );
}
