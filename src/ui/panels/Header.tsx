import { useEffect } from 'react';
import { formatDuration, formatNumber, formatRate } from '../../analysis/format.ts';
import { adapterName } from '../adapter.ts';
import { showView } from '../figure/actions.ts';
import { getPage, setPage, usePage } from '../store.ts';
import { VIEWS } from '../views.ts';
import { words } from '../words.ts';
import { Icon, Mark } from './Icons.tsx';

export function Header({ onHelp }: { onHelp: () => void }) {
  return (
    <header className="header">
      <h1 className="wordmark">
        <Mark />
        {words.name}
      </h1>
      <Views />
      <p className="tagline">{words.tagline}</p>
      <Status />
      <button type="button" className="quiet help" onClick={onHelp} aria-haspopup="dialog">
        {words.help.open}
      </button>
      <ProgressBar />
    </header>
  );
}

function Views() {
  const view = usePage((state) => state.view);
  return (
    <nav className="views" aria-label={words.views.label}>
      {VIEWS.map((each) => (
        <button
          key={each}
          type="button"
          className="quiet"
          aria-current={each === view ? 'page' : undefined}
          onClick={() => showView(each)}
        >
          {words.views.names[each]}
        </button>
      ))}
    </nav>
  );
}

function Status() {
  const lab = usePage((state) => state.lab);
  const detail = usePage((state) => state.detail);
  const progress = usePage((state) => state.progress);
  const executor = usePage((state) => state.executor);
  const failed = usePage((state) => state.error !== null);

  const step = progress && Math.max(...Object.values(progress.steps));
  const counting = progress && lab !== 'preparing' && lab !== 'compiling';
  useEffect(() => {
    document.title = lab === 'running' && progress ? `${step}/${progress.total} · ${words.name}` : words.name;
  }, [lab, step, progress]);

  const noDevice = !executor && (failed ? words.noAdapter : words.noDevice);
  const state = noDevice || (detail ?? words.states[lab]);
  return (
    <p className="status">
      <span className={`state state-${noDevice ? 'none' : lab}`}>{state}</span>
      {counting && (
        <span className="figures">
          {words.stepOf(formatNumber(step!, 9), formatNumber(progress.total, 9))}
          {lab === 'running' && progress.etaSeconds !== null && (
            <span>{words.eta(formatDuration(progress.etaSeconds))}</span>
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

function ProgressBar() {
  const progress = usePage((state) => state.progress);
  const done = progress ? Math.max(...Object.values(progress.steps)) / progress.total : 0;
  return <div className="progress" style={{ transform: `scaleX(${Math.min(1, done)})` }} aria-hidden="true" />;
}

export function Notices() {
  const notices = usePage((state) => state.notices);
  return notices.map((text) => (
    <div key={text} className="notice" role="status">
      <p>{text}</p>
      <button
        type="button"
        className="quiet square"
        aria-label={words.notices.dismiss}
        onClick={() => setPage({ notices: getPage().notices.filter((each) => each !== text) })}
      >
        <Icon name="close" />
      </button>
    </div>
  ));
}
