import { useEffect, useRef, useState } from 'react';
import { formatDuration, formatNumber, formatRate } from '../../analysis/format.ts';
import { told } from '../../analysis/language.ts';
import { PRESETS } from '../../spec/presets.ts';
import { addNotice, changeDraft } from '../actions.ts';
import { adapterName } from '../adapter.ts';
import { showView } from '../figure/actions.ts';
import { sweepIsBusy } from '../figure/state.ts';
import { useShows } from '../learn/state.ts';
import { TeachingBar } from '../learn/TeachingBar.tsx';
import { addressOf } from '../link.ts';
import { draftOf, presetIn } from '../settings.ts';
import { getPage, isBusy, setPage, usePage } from '../store.ts';
import { VIEWS } from '../views.ts';
import { words } from '../words.ts';
import { ExportMenu } from './ExportMenu.tsx';
import { Icon, Mark } from './Icons.tsx';
import { LanguageSelect } from './LanguageSelect.tsx';

const text = words.header;

export function Header({ onHelp }: { onHelp: () => void }) {
  const race = usePage((state) => state.view === 'race');
  const views = useShows('nav');
  return (
    <header className="header">
      <div className="bar">
        <h1 className="wordmark">
          <Mark />
          {words.name}
        </h1>
        {views && <Views />}
        <div className="tools">
          <Share />
          <ExportMenu />
          <LanguageSelect />
          <button type="button" className="quiet help" onClick={onHelp} aria-haspopup="dialog">
            {words.help.open}
          </button>
        </div>
      </div>
      <div className="sub">
        {race && <Preset />}
        <Status />
        <TeachingBar />
      </div>
      <ProgressBar />
    </header>
  );
}

function Views() {
  const view = usePage((state) => state.view);
  const current = useRef<HTMLButtonElement>(null);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the row may have to be pushed sideways when the view changes
  useEffect(() => {
    current.current?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [view]);

  return (
    <nav className="views" aria-label={words.views.label}>
      {VIEWS.map((each) => (
        <button
          key={each}
          ref={each === view ? current : undefined}
          type="button"
          className="quiet"
          data-learn={`view-${each}`}
          aria-current={each === view ? 'page' : undefined}
          onClick={() => showView(each)}
        >
          {words.views.names[each]}
        </button>
      ))}
    </nav>
  );
}

function Preset() {
  const preset = usePage((state) => presetIn(state.draft)?.id);
  const busy = usePage(isBusy);
  return (
    <select
      className="preset"
      aria-label={text.setup}
      title={text.setup}
      value={preset ?? ''}
      disabled={busy}
      onChange={(event) => {
        const chosen = PRESETS.find((each) => each.id === event.target.value);
        if (chosen) changeDraft(draftOf(chosen.spec));
      }}
    >
      {!preset && <option value="">{text.custom}</option>}
      {PRESETS.map((each) => (
        <option key={each.id} value={each.id}>
          {told(each.title)}
        </option>
      ))}
    </select>
  );
}

/** Copies the link to the setup. */
function Share() {
  const [shared, setShared] = useState(false);

  useEffect(() => {
    if (!shared) return;
    const timer = setTimeout(() => setShared(false), 2500);
    return () => clearTimeout(timer);
  }, [shared]);

  const share = async () => {
    const { spec } = getPage().draft;
    const link = addressOf(spec);
    try {
      await navigator.clipboard.writeText(link);
      setShared(true);
      if (spec.data.corpus === 'own') addNotice(text.ownText);
    } catch {
      addNotice(text.notShared(link));
    }
  };
  return (
    <button type="button" className="quiet" title={text.shareLong} onClick={share}>
      <span aria-live="polite">{shared ? text.shared : text.share}</span>
    </button>
  );
}

function Status() {
  const lab = usePage((state) => state.lab);
  const detail = usePage((state) => state.detail);
  const progress = usePage((state) => state.progress);
  const executor = usePage((state) => state.executor);
  const sooner = usePage(({ race }) => race !== null && race.spec.train.patience > 0);
  const failed = usePage((state) => state.error !== null);

  const step = progress && Math.max(...Object.values(progress.steps));
  const counting = progress && lab !== 'preparing' && lab !== 'compiling';
  useEffect(() => {
    document.title = lab === 'running' && progress ? `${step}/${progress.total} · ${words.name}` : words.name;
  }, [lab, step, progress]);

  const pausedByOther = usePage((state) => state.keeping.pausedByOther);
  const noDevice = !executor && (failed ? words.noAdapter : words.noDevice);
  const does = useSweep() ?? lab;
  const said = does === 'experiment' ? words.experiment : words.states[does];
  const state = noDevice || told(detail ?? '') || (pausedByOther ? words.keeping.pausedByOther : said);
  return (
    <p className="status">
      <span className={`state state-${noDevice ? 'none' : does}`}>{state}</span>
      {counting && (
        <span className="figures">
          {words.stepOf(formatNumber(step!, 9), formatNumber(progress.total, 9))}
          {lab === 'running' && progress.etaSeconds !== null && (
            <span>{words.eta(formatDuration(progress.etaSeconds), sooner)}</span>
          )}
          {lab === 'running' && progress.stepsPerSecond > 0 && (
            <span>{words.stepsPerSecond(formatRate(progress.stepsPerSecond))}</span>
          )}
        </span>
      )}
      {executor && (
        <span className="adapter" title={adapterName(executor)}>
          {adapterName(executor)}
        </span>
      )}
    </p>
  );
}

/** What an experiment does that has the device: no race is on, and yet the lab is not ready. */
const useSweep = (): 'experiment' | 'paused' | null =>
  usePage(({ figure }) => {
    if (!sweepIsBusy(figure)) return null;
    return figure.sweep?.phase === 'paused' ? 'paused' : 'experiment';
  });

function ProgressBar() {
  const progress = usePage((state) => (isBusy(state) ? state.progress : null));
  const done = progress ? Math.max(...Object.values(progress.steps)) / progress.total : 0;
  return <div className="progress" style={{ transform: `scaleX(${Math.min(1, done)})` }} aria-hidden="true" />;
}

export function Notices() {
  const notices = usePage((state) => state.notices);
  return notices.map((notice) => (
    <div key={notice} className="notice" role="status">
      <p>{notice}</p>
      <button
        type="button"
        className="quiet square"
        aria-label={words.notices.dismiss}
        onClick={() => setPage({ notices: getPage().notices.filter((each) => each !== notice) })}
      >
        <Icon name="close" />
      </button>
    </div>
  ));
}
