import type { Crossing, CrossingKind } from '../../analysis/crossing.ts';
import { describeCrossing } from '../../analysis/describe.ts';
import { formatLoss, formatNumber } from '../../analysis/format.ts';
import { told } from '../../analysis/language.ts';
import { lossBound } from '../../spec/bound.ts';
import { FAMILIES, type FamilyId, type RaceSpec } from '../../spec/schema.ts';
import type { RaceLog } from '../race.ts';
import { betInWords } from '../shown/bet.ts';
import { evaluatedBy } from '../shown/moment.ts';
import { type OnChart, useOnChart } from '../shown/onChart.ts';
import { epochsOfStep } from '../shown/places.ts';
import { crossingsOf, shownLog } from '../shown/show.ts';
import { usePage } from '../store.ts';
import { headlineOf } from '../verdict.ts';
import { words } from '../words.ts';

const text = words.verdict;

/** Who is ahead, whether the curves have crossed, and how sure that is: now, or at the moment that is shown. */
export function Verdict() {
  const shown = useOnChart();
  // The last evaluation by that moment: between two of them nothing new is known.
  const until = usePage(({ shownStep }) => (shownStep === null ? null : (evaluatedBy(shownLog(), shownStep) ?? 0)));
  usePage((state) => (until === null ? state.version : 0));
  const bet = usePage((state) => state.bet);
  if (!shown) return null;
  const standing = until === null ? shown : at(shown, until);
  const { lab, crossings, spec } = standing;
  const over = lab === 'finished' || lab === 'stopped' || lab === 'failed';
  const judged = betInWords(bet, standing);
  return (
    <section className="verdict" aria-labelledby="verdict-title" data-learn="verdict">
      <h2 id="verdict-title">
        {until === null ? text.title : words.atMoment(formatNumber(until, 9), formatNumber(epochsOfStep(spec, until)))}
      </h2>
      <p className="headline">{headlineOf({ lab, steps: spec.train.steps, crossings })}</p>
      {judged && <p className="judged-bet">⚑ {judged}</p>}
      <div className="verdict-parts">
        <dl className="crossings" data-learn="crossings">
          <CrossingRow kind="live" crossing={crossings.live} finished={lab === 'finished'} over={over} />
          <CrossingRow kind="strict" crossing={crossings.strict} finished={lab === 'finished'} over={over} />
        </dl>
        <Losses standing={standing} until={until} />
      </div>
      <p className="hint">{text.boundNote(lossBound('diffusion', spec), spec.evaluation.draws)}</p>
    </section>
  );
}

let lastMoment: { of: OnChart; step: number; standing: OnChart } | null = null;

/** The race as it stood after a step: nothing that came later is told. */
function at(shown: OnChart, step: number): OnChart {
  if (lastMoment?.of !== shown || lastMoment.step !== step) {
    const crossings = crossingsOf(shownLog(), step);
    lastMoment = { of: shown, step, standing: { ...shown, crossings, summary: null, lab: 'running' } };
  }
  return lastMoment.standing;
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
        {crossing && (crossing.at || over)
          ? told(`${describeCrossing(crossing, when)}.`)
          : words.crossing.meaning[kind]}
      </dd>
    </div>
  );
}

/** Best, latest and test losses of both, side by side. */
function Losses({ standing, until }: { standing: OnChart; until: number | null }) {
  const { spec, summary, crossings } = standing;
  const { live, strict } = crossings;
  const log = shownLog();
  const rows = FAMILIES.map((family) => ({ family, ...lossesOf(log, family, until ?? Number.POSITIVE_INFINITY) }));
  const tested = summary !== null && FAMILIES.some((family) => summary.families[family].test);
  return (
    <div className="scroll" data-learn="losses">
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
                <Name family={family} spec={spec} />
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

function Name({ family, spec }: { family: FamilyId; spec: RaceSpec }) {
  return (
    <th scope="row" className={`name-${family}`}>
      {words.families[family].name}
      <small>{words.bounds[lossBound(family, spec)]}</small>
    </th>
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

/** The latest and the best evaluation of a family by a step. */
function lossesOf(log: RaceLog, family: FamilyId, until: number): { now?: Measured; best?: Measured } {
  const own = log.validation[family].filter(({ step }) => step <= until);
  const now = own.at(-1);
  if (!now) return {};
  const best = own.reduce<Measured | undefined>(
    (least, each) => (Number.isFinite(each.value) && !(least && least.value <= each.value) ? each : least),
    undefined,
  );
  return { now, ...(best && { best }) };
}
