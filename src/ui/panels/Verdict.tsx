import type { Crossing, CrossingKind } from '../../analysis/crossing.ts';
import { describeCrossing } from '../../analysis/describe.ts';
import { formatLoss, formatNumber } from '../../analysis/format.ts';
import { lossBound } from '../../spec/bound.ts';
import { FAMILIES, type FamilyId, type RaceSpec } from '../../spec/schema.ts';
import { getRace, usePage } from '../store.ts';
import { headlineOf } from '../verdict.ts';
import { words } from '../words.ts';

const text = words.verdict;

/** Who is ahead, whether the curves have crossed, and how sure that is. */
export function Verdict() {
  const race = usePage((state) => state.race);
  const lab = usePage((state) => state.lab);
  const crossings = usePage((state) => state.crossings);
  if (!race) return null;
  const over = lab === 'finished' || lab === 'stopped' || lab === 'failed';
  return (
    <section className="verdict" aria-labelledby="verdict-title">
      <h2 id="verdict-title">{text.title}</h2>
      <p className="headline">{headlineOf({ lab, steps: race.spec.train.steps, crossings })}</p>
      <div className="verdict-parts">
        <dl className="crossings">
          <CrossingRow kind="live" crossing={crossings.live} finished={lab === 'finished'} over={over} />
          <CrossingRow kind="strict" crossing={crossings.strict} finished={lab === 'finished'} over={over} />
        </dl>
        <Losses spec={race.spec} />
      </div>
      <p className="hint">{text.boundNote(lossBound('diffusion', race.spec), race.spec.evaluation.draws)}</p>
    </section>
  );
}

function CrossingRow(props: { kind: CrossingKind; crossing: Crossing | undefined; finished: boolean; over: boolean }) {
  const { kind, crossing, finished, over } = props;
  const status = crossing?.status ?? 'none';
  const label = status === 'none' && finished ? words.crossing.never : words.crossing.status[status];
  const when = over ? 'within the budget' : 'so far';
  return (
    <div className={`crossing-row is-${status}`}>
      <dt>
        <span aria-hidden="true">{kind === 'live' ? '◆' : '◇'}</span> {words.crossing.kinds[kind]}
        <span className="badge">{label}</span>
      </dt>
      <dd>
        {crossing && (crossing.at || over) ? `${describeCrossing(crossing, when)}.` : words.crossing.meaning[kind]}
      </dd>
    </div>
  );
}

/** Best, latest and test losses of both, side by side. */
function Losses({ spec }: { spec: RaceSpec }) {
  usePage((state) => state.version);
  const summary = usePage((state) => state.summary);
  const { live, strict } = usePage((state) => state.crossings);
  const rows = FAMILIES.map((family) => ({ family, ...lossesOf(family) }));
  const tested = summary !== null && FAMILIES.some((family) => summary.families[family].test);
  return (
    <div className="scroll">
      <table className="losses">
        <thead>
          <tr>
            <th scope="col">
              <span className="hidden">{text.model}</span>
            </th>
            <th scope="col">{text.now}</th>
            <th scope="col">{text.best}</th>
            {tested && <th scope="col">{text.test}</th>}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ family, now, best }) => {
            const test = summary?.families[family].test;
            return (
              <tr key={family}>
                <th scope="row" className={`name-${family}`}>
                  {words.families[family].name}
                  <small>{words.bounds[lossBound(family, spec)]}</small>
                </th>
                <td>{now && <Loss {...now} />}</td>
                <td>
                  {best && <Loss {...best} />}
                  {best && <small>{text.at(formatNumber(best.epoch), formatNumber(best.step, 9))}</small>}
                </td>
                {tested && <td>{test && <Loss {...test} />}</td>}
              </tr>
            );
          })}
          {(live?.gap || strict?.gap) && (
            <tr>
              <th scope="row">
                {text.gap}
                <small>{text.gapNote}</small>
              </th>
              <td>{live?.gap && <Loss {...live.gap} />}</td>
              <td>{strict?.gap && <Loss {...strict.gap} />}</td>
              {tested && <td />}
            </tr>
          )}
        </tbody>
      </table>
      {tested && <p className="hint">{text.testNote}</p>}
    </div>
  );
}

/** A loss and its error; in a narrow column the error has a line of its own. */
function Loss({ value, se }: { value: number; se: number | null }) {
  if (se === null || Number.isNaN(se)) return formatLoss(value);
  return (
    <>
      {formatLoss(value)} <span className="error-margin">± {formatLoss(se)}</span>
    </>
  );
}

interface Measured {
  value: number;
  se: number | null;
  step: number;
  epoch: number;
}

function lossesOf(family: FamilyId): { now?: Measured; best?: Measured } {
  const track = getRace().track(family, 'validation');
  if (!track || track.length === 0) return {};
  const at = (index: number): Measured => ({
    value: track.value.at(index),
    se: Number.isNaN(track.se.at(index)) ? null : track.se.at(index),
    step: track.axes.step.at(index),
    epoch: track.axes.epoch.at(index),
  });
  let best = -1;
  track.value.values().forEach((value, index) => {
    if (Number.isFinite(value) && (best < 0 || value < track.value.at(best))) best = index;
  });
  return { now: at(track.length - 1), ...(best >= 0 && { best: at(best) }) };
}
