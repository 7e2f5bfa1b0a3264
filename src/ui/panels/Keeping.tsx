import { formatNumber } from '../../analysis/format.ts';
import { showView } from '../figure/actions.ts';
import { sweepIsBusy } from '../figure/state.ts';
import { changeKeeping, leave, watch } from '../keeping/actions.ts';
import { exportZip, goOn, openOnChart } from '../runs/actions.ts';
import { shownName } from '../runs/list.ts';
import { isBusy, type PageState, usePage } from '../store.ts';
import { words } from '../words.ts';
import { Icon } from './Icons.tsx';
import '../style/keeping.css';

/** What has become of races while nobody looked: calm bars above the chart, at most one of each kind. */
export function Keeping() {
  return (
    <>
      <Elsewhere />
      <Interrupted />
      <Recovered />
      <NotKept />
    </>
  );
}

/** Another tab trains. */
function Elsewhere() {
  const text = words.keeping.elsewhere;
  const elsewhere = usePage((state) => state.keeping.elsewhere);
  if (!elsewhere?.training) return null;
  const { training, watching } = elsewhere;
  return (
    <div className="notice keeping" role="status">
      <p>{watching ? text.watching : text[training]}</p>
      {training === 'race' && !watching && (
        <div className="offers">
          <button type="button" onClick={watch}>
            {text.watch}
          </button>
        </div>
      )}
    </div>
  );
}

/** The newest race that was cut off, if it is to be asked about, and how many others there are. */
export function interrupted({ keeping, runs, figure, ...state }: PageState) {
  // Who has just trained something does not look for what was left before.
  const mayAsk = keeping.elsewhere?.training === null && state.lab === 'idle' && !isBusy(state) && !sweepIsBusy(figure);
  const cut = mayAsk ? (runs.races ?? []).filter((each) => each.state === 'unfinished' && each.origin === 'here') : [];
  return cut[0] && cut[0].id !== keeping.later ? { newest: cut[0], others: cut.length - 1 } : null;
}

function Interrupted() {
  const text = words.keeping.interrupted;
  const newest = usePage((state) => interrupted(state)?.newest);
  const others = usePage((state) => interrupted(state)?.others ?? 0);
  const ready = usePage((state) => state.executor !== null);
  if (!newest) return null;
  const { id, name, steps, checkpoints, spec } = newest;
  const total = spec.train.steps;
  const step = Math.max(0, ...Object.values(steps));
  const checkpoint = Math.max(-1, ...Object.values(checkpoints));
  const count = (value: number) => formatNumber(value, 9);
  return (
    <section className="interrupted" aria-labelledby="interrupted-title">
      <div>
        <h2 id="interrupted-title">{text.title}</h2>
        <p className="lead">{shownName(name)}</p>
      </div>
      <progress aria-label={text.where(count(step), count(total))} value={step} max={total} />
      <p className="hint">
        {text.where(count(step), count(total))}
        {'. '}
        {checkpoint <= 0 ? text.fromStart : checkpoint === step ? text.fromHere : text.from(count(checkpoint))}{' '}
        {others > 0 && text.others(others)}
      </p>
      <div className="offers">
        <button type="button" className="primary" disabled={!ready} onClick={() => goOn(newest)}>
          <Icon name="play" />
          {text.goOn}
        </button>
        <button type="button" onClick={() => openOnChart(newest)}>
          {text.show}
        </button>
        <button type="button" className="quiet" onClick={() => leave(id)}>
          {text.later}
        </button>
      </div>
    </section>
  );
}

/** The device was lost, and the race has gone on by itself. */
function Recovered() {
  const text = words.keeping.recovered;
  const recovered = usePage((state) => state.keeping.recovered);
  if (!recovered) return null;
  const step = Math.max(0, ...Object.values(recovered.steps));
  return (
    <div className="notice" role="status">
      <p>{text.text(step > 0 ? text.step(formatNumber(step, 9)) : text.start)}</p>
      <Close label={text.dismiss} act={() => changeKeeping({ recovered: null })} />
    </div>
  );
}

/** Nothing more of the race is kept: it can be taken away as a file. */
function NotKept() {
  const text = words.keeping.notKept;
  const notKept = usePage((state) => state.runs.notKept);
  const read = usePage((state) => state.keeping.read);
  const id = usePage((state) => state.runs.writing);
  const packing = usePage((state) => id !== null && state.runs.exporting.includes(id));
  if (!notKept || notKept.message === read) return null;
  return (
    <div className="notice keeping" role="status">
      <p>{text[notKept.why]}</p>
      <div className="offers">
        {id !== null && (
          <button type="button" disabled={packing} onClick={() => exportZip({ id })}>
            {packing ? text.exporting : text.exportIt}
          </button>
        )}
        {notKept.why === 'storage-full' && (
          <button type="button" className="quiet" onClick={() => showView('runs')}>
            {text.runs}
          </button>
        )}
      </div>
      <Close label={text.dismiss} act={() => changeKeeping({ read: notKept.message })} />
    </div>
  );
}

function Close({ label, act }: { label: string; act: () => void }) {
  return (
    <button type="button" className="quiet square" aria-label={label} onClick={act}>
      <Icon name="close" />
    </button>
  );
}
