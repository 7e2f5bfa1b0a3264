import { useId } from 'react';
import { formatBytes, formatDuration, formatNumber, formatPower } from '../../analysis/format.ts';
import { told } from '../../analysis/language.ts';
import { experimentOf } from '../../experiments/index.ts';
import type { SweepCost } from '../../lab/protocol.ts';
import { onFirstClick } from '../actions.ts';
import { Icon } from '../panels/Icons.tsx';
import { usePage } from '../store.ts';
import { words } from '../words.ts';
import { choose, end, goOn, hold, measure, run, sweepObstacle } from './actions.ts';
import { isSame, type SweepState, sweepIsBusy, wasCutOff } from './state.ts';

const text = words.figure.run;

/** What the chosen experiment costs on this device, and the buttons that begin, hold and end it. */
export function Runner() {
  const choice = usePage(({ figure }) => figure.choice);
  const sweep = usePage(({ figure }) => figure.sweep);
  const busy = usePage(({ figure }) => sweepIsBusy(figure));
  if (sweep && busy) return isSame(sweep.choice, choice) ? <Busy sweep={sweep} /> : <Elsewhere sweep={sweep} />;
  return <Ready sweep={sweep && isSame(sweep.choice, choice) ? sweep : null} />;
}

function Ready({ sweep }: { sweep: SweepState | null }) {
  const why = usePage(sweepObstacle);
  const reason = useId();
  const cost = sweep?.phase === 'planned' ? sweep.cost : null;
  const cutOff = wasCutOff({ sweep });
  return (
    <>
      {cost && <Cost cost={cost} />}
      {sweep?.phase === 'stopped' && <p className="hint">{text.stopped}</p>}
      {sweep?.phase === 'failed' && <p className="issue">{cutOff ? text.cutOff : text.failed}</p>}
      <div className="transport">
        {cost?.cells === 0 ? null : (
          <button
            type="button"
            className="primary"
            onClick={onFirstClick(cost ? run : cutOff ? goOn : measure)}
            disabled={why !== null}
            aria-describedby={reason}
          >
            {(cost || cutOff) && <Icon name="play" />}
            {cost ? text.start(text.cells(formatNumber(cost.cells))) : cutOff ? text.goOn : text.measure}
          </button>
        )}
        <p id={reason} className="reason">
          {why ?? (cost ? text.reload : cutOff ? text.goOnNote : text.measureNote)}
        </p>
      </div>
    </>
  );
}

function Cost({ cost: { cells, done, trainingFlops, evaluationFlops, seconds, bytes } }: { cost: SweepCost }) {
  if (cells === 0) return <p className="hint">{text.allKept}</p>;
  const flops = formatPower(trainingFlops + evaluationFlops);
  return (
    <div className="cost">
      <p>{text.cost(flops, formatDuration(seconds), formatBytes(bytes))}</p>
      {done > 0 && <p className="hint">{text.kept(formatNumber(done))}</p>}
    </div>
  );
}

function Busy({ sweep: { phase, progress } }: { sweep: SweepState }) {
  const waiting = phase === 'preparing' ? text.preparing : phase === 'measuring' ? text.measuring : null;
  if (waiting || phase === 'starting') {
    return (
      <div className="transport">
        <button type="button" className="primary" disabled>
          {waiting ?? text.starting}
        </button>
      </div>
    );
  }
  return (
    <>
      {progress && (
        <div className="sweep-progress">
          <p>
            {text.progress(formatNumber(progress.cells.done), formatNumber(progress.cells.total))} ·{' '}
            {phase === 'paused' ? text.paused : text.eta(formatDuration(progress.etaSeconds))}
          </p>
          <progress max={1} value={progress.share} aria-label={words.states.running} />
          <ul>
            {progress.running.map(({ cell, family, step, total }) => (
              <li key={cell.id + family} className={`hint name-${family}`}>
                {text.step(
                  words.figure.races.race(
                    Object.values(cell.levels)
                      .map((level) => told(level))
                      .join(', '),
                    cell.seed,
                  ),
                  words.families[family].inText,
                  formatNumber(step, 9),
                  formatNumber(total, 9),
                )}
              </li>
            ))}
          </ul>
        </div>
      )}
      <div className="transport">
        <button type="button" className="primary" onClick={onFirstClick(hold)} disabled={phase === 'stopping'}>
          <Icon name={phase === 'paused' ? 'play' : 'pause'} />
          {phase === 'paused' ? text.resume : text.pause}
        </button>
        <button type="button" onClick={onFirstClick(end)} disabled={phase === 'stopping'}>
          <Icon name="stop" />
          {phase === 'stopping' ? text.stopping : text.stop}
        </button>
      </div>
    </>
  );
}

function Elsewhere({ sweep: { choice } }: { sweep: SweepState }) {
  const { title } = experimentOf(choice.experiment);
  return (
    <div className="transport">
      <p className="reason">{text.elsewhere(told(title))}</p>
      <button type="button" onClick={() => choose(choice)}>
        {text.show}
      </button>
    </div>
  );
}
