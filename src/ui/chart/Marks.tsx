import { ZIndexLayer } from 'recharts';
import type { Crossing } from '../../analysis/crossing.ts';
import { formatLoss, formatNumber } from '../../analysis/format.ts';
import type { Edges } from '../../figure/frame.ts';
import { spread } from '../../figure/labels.ts';
import { diamondPath } from '../../figure/marks.ts';
import { textWidth } from '../../figure/text.ts';
import { lossBound } from '../../spec/bound.ts';
import { FAMILIES, type FamilyId } from '../../spec/schema.ts';
import { useLearn } from '../learn/state.ts';
import { useOnChart } from '../shown/onChart.ts';
import { shownLog } from '../shown/show.ts';
import { usePage } from '../store.ts';
import { words } from '../words.ts';
import { BetFlag, useFlag } from './BetFlag.tsx';
import { Cursor } from './Cursor.tsx';
import { Ghosts } from './Ghosts.tsx';
import { type LabelPlace, labelPlace, type Point } from './labelPlace.ts';
import type { Picture } from './picture.ts';
import { BESIDE, lineEnd, type Plot } from './plot.ts';
import { usePlot } from './usePlot.ts';
import type { Drawing } from './view.ts';

/** recharts draws lines at 400, axes at 500 and the words of axes at 2000. */
const BEHIND = 350;
const ON_TOP = 2100;
const LABEL_GAP = 34;
/** From the end of a line to its name. */
const NAME_GAP = 10;
/** Figures are measured in Inter; the page's own type is narrower. */
const NARROWER = 0.9;
/** Ends of lines nearer than this have their names one above the other. */
const NAME_WIDTH = 110;

/** What is drawn around the lines: earlier races behind them; their names, the crossings, what broke and the cursor above. */
export function Marks({ picture, narrow }: { picture: Picture; narrow: boolean }) {
  const plot = usePlot();
  if (!plot) return null;
  const { drawing, trueLoss } = picture;
  return (
    <>
      <ZIndexLayer zIndex={BEHIND}>
        <Ghosts plot={plot} ghosts={picture.ghosts} />
      </ZIndexLayer>
      <ZIndexLayer zIndex={ON_TOP}>
        {trueLoss !== undefined && <TrueLoss plot={plot} value={trueLoss} />}
        <AxisTitle plot={plot} />
        <Names plot={plot} drawing={drawing} narrow={narrow} />
        <Broken plot={plot} drawing={drawing} />
        <Cursor plot={plot} picture={picture} />
        <Crossings plot={plot} drawing={drawing} />
      </ZIndexLayer>
    </>
  );
}

function AxisTitle({ plot }: { plot: Plot }) {
  const axis = usePage((state) => state.chart.axis);
  return (
    <text x={plot.right} y={plot.bottom + 40} textAnchor="end" className="chart-note">
      {words.chart.axisLong[axis]}
    </text>
  );
}

function TrueLoss({ plot, value }: { plot: Plot; value: number }) {
  const y = plot.y(value);
  if (!Number.isFinite(y)) return null;
  return (
    <text x={plot.left + 4} y={y - 6} className="chart-note">
      {words.chart.trueLoss(formatLoss(value))}
    </text>
  );
}

/** Each line carries its name at its end, and what its number is. */
function Names({ plot, drawing, narrow }: { plot: Plot; drawing: Drawing; narrow: boolean }) {
  const spec = useOnChart()?.spec;
  // Where the cursor is on a line, it tells the name.
  const named = usePage(({ shownStep }) => endedBy(shownStep));
  const ends = FAMILIES.flatMap((family) => {
    const end = named.includes(family) && lineEnd(drawing.lines[family].evaluations, plot);
    return end ? [{ family, ...end }] : [];
  });
  const noteSize = useLearn(({ teaching }) => (teaching ? 15 : 12));
  const note = (family: FamilyId, x: number): string | null => {
    if (!spec) return null;
    const of = (draws: number | null) => words.chart.atEnd(lossBound(family, spec), draws);
    const long = of(family === 'ar' ? null : spec.evaluation.draws);
    const room = plot.right + (narrow ? BESIDE.narrow : BESIDE.wide) - x - NAME_GAP;
    return NARROWER * textWidth(long, noteSize) <= room ? long : of(null);
  };
  const apart = ends.length < 2 || Math.abs(ends[0].x - ends[1].x) > NAME_WIDTH;
  const centres = spread(
    ends.map((end) => end.y),
    apart ? 0 : LABEL_GAP,
    [plot.top + 8, plot.bottom - 18],
  );
  return ends.map(({ family, x, y, value, leaves }, index) => (
    <g key={family} className={`name-${family}`}>
      {!leaves && <circle cx={x} cy={y} r={3.5} />}
      <text x={x + NAME_GAP} y={centres[index] - 2} className="chart-name">
        {leaves ? `${words.families[family].name} ↑ ${formatLoss(value)}` : words.families[family].name}
      </text>
      <text x={x + NAME_GAP} y={centres[index] + 12} className="chart-note">
        {note(family, x)}
      </text>
    </g>
  ));
}

/** The families whose line has ended by a moment; all of them at the newest. */
function endedBy(step: number | null): string {
  if (step === null) return FAMILIES.join();
  return FAMILIES.filter((family) => (shownLog().validation[family].at(-1)?.step ?? 0) < step).join();
}

function Broken({ plot, drawing }: { plot: Plot; drawing: Drawing }) {
  return FAMILIES.flatMap((family, row) => {
    const places = drawing.lines[family].broken;
    if (places.length === 0) return [];
    const first = plot.x(places[0]);
    return (
      <g key={family} className={`chart-broken name-${family}`}>
        {places.map((place) => (
          <line key={place} x1={plot.x(place)} x2={plot.x(place)} y1={plot.top} y2={plot.bottom} />
        ))}
        <text
          x={first}
          y={plot.top + 12 + 18 * row}
          textAnchor={first > (plot.left + plot.right) / 2 ? 'end' : 'start'}
        >
          {`✕ ${words.families[family].name} ${words.chart.notFinite}`}
        </text>
      </g>
    );
  });
}

/** The crossings, but for those that are still to come at the moment that is shown, and the bet on where they will be. */
function Crossings({ plot, drawing }: { plot: Plot; drawing: Drawing }) {
  const { live, strict } = useOnChart()?.crossings ?? {};
  const seen = usePage(({ shownStep }) =>
    [live, strict]
      .map((crossing) => (crossing?.at && !(shownStep !== null && crossing.at.step > shownStep) ? 1 : 0))
      .join(''),
  );
  const axis = usePage((state) => state.chart.axis);
  const size = useLearn(({ teaching }) => (teaching ? 17 : 13));
  const lines = FAMILIES.map((family) =>
    drawing.lines[family].evaluations.map((point) => [plot.x(point.x), plot.y(point.y)] as const),
  );
  const flag = useFlag(plot, lines);
  const labels: Edges[] = flag ? [flag.box] : [];
  // Nor is a label to be struck through by the pole of the flag, or by the line to another label.
  const around: Point[][] = flag
    ? [
        [
          [flag.x, plot.top],
          [flag.x, plot.bottom],
        ],
      ]
    : [];
  const marks = [live, strict].map((crossing, index) => {
    if (!crossing?.at || !crossing.value || seen[index] !== '1') return null;
    const [x, y] = [plot.x(crossing.at[axis]), plot.y(crossing.value.diffusion)];
    if (!Number.isFinite(x) || !Number.isFinite(y)) return null;
    const label = crossingLabel(crossing);
    const place = labelPlace([x, y], textWidth(label, size), plot, [...lines, ...around], labels);
    labels.push(place.box);
    around.push([
      [x, y],
      [x, place.foot],
    ]);
    return <CrossingMark key={crossing.kind} {...{ x, y, crossing, label, place }} />;
  });
  return (
    <>
      {flag && <BetFlag plot={plot} flag={flag} />}
      {marks}
    </>
  );
}

function crossingLabel({ kind, at, status }: Crossing): string {
  const inWords = words.crossing.mark(words.crossing.kinds[kind], formatNumber(at!.epoch));
  return status === 'confirmed' ? inWords : `${inWords} (${words.crossing.status[status]})`;
}

/** A diamond where diffusion passed, filled for the live crossing, hollow for the strict one, with its label where there is room. */
function CrossingMark(props: { x: number; y: number; crossing: Crossing; label: string; place: LabelPlace }) {
  const { x, y, crossing, label, place } = props;
  return (
    <g className={`crossing crossing-${crossing.kind} is-${crossing.status}`}>
      <line x1={x} y1={y + place.way * 9} x2={x} y2={place.foot} />
      <path d={diamondPath([x, y], 8)} />
      <text x={place.x} y={place.y} textAnchor={place.anchor}>
        {label}
      </text>
    </g>
  );
}
