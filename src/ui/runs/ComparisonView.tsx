import { useMemo, useState } from 'react';
import { told } from '../../analysis/language.ts';
import { AXES } from '../../analysis/record.ts';
import { comparisonPanel, drawComparison } from '../../figure/compare.ts';
import { AXIS_TITLES } from '../../figure/frame.ts';
import type { Panel } from '../../figure/grid.ts';
import { drawn, PAGE } from '../figure/markup.tsx';
import { PlateKey } from '../figure/PlateKey.tsx';
import { useWidth } from '../figure/width.ts';
import { Choices } from '../panels/Field.tsx';
import { Toggle } from '../panels/Toggle.tsx';
import { usePage } from '../store.ts';
import { words } from '../words.ts';
import '../style/comparison.css';
import { change, contents, selectNone } from './actions.ts';
import { ComparisonTables } from './ComparisonTables.tsx';
import {
  areOfOneText,
  type Comparison,
  comparisonLegend,
  comparisonOf,
  FORMATS,
  groupWords,
  saveComparison,
  summarySentences,
} from './comparison.ts';
import { shownName } from './list.ts';

const text = words.runs.compare;
/** It stands on the page itself. */
const PALETTE = { ...PAGE, paper: 'var(--paper)' };

/** The races that are ticked, side by side: one chart, what differs, what came out. */
export function ComparisonView() {
  const selected = usePage(({ runs }) => runs.selected);
  const version = usePage(({ runs }) => runs.version);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the version says when the contents have changed
  const found = useMemo(() => selected.flatMap((id) => contents.get(id) ?? []), [selected, version]);
  const measured = useMemo(() => found.filter(({ content }) => content.records.length > 0), [found]);
  const comparison = useMemo(() => comparisonOf(measured), [measured]);
  if (selected.length < 2) return null;
  const bare = found.filter((each) => !measured.includes(each));
  return (
    <section className="comparison" id="comparison" aria-labelledby="comparison-title">
      <div className="chart-head">
        <h2 id="comparison-title" tabIndex={-1}>
          {text.heading(selected.length)} <small>{text.unit}</small>
        </h2>
        <button type="button" className="quiet" onClick={selectNone}>
          {text.clear}
        </button>
      </div>
      {found.length < selected.length && (
        <p className="hint" role="status">
          {text.reading}
        </p>
      )}
      {bare.map(({ race: { id, name } }) => (
        <p key={id} className="hint">
          {text.empty(shownName(name))}
        </p>
      ))}
      {measured.length > 0 && <Compared comparison={comparison} />}
    </section>
  );
}

function Compared({ comparison }: { comparison: Comparison }) {
  const view = usePage(({ runs }) => runs.comparison);
  const [shown, setShown] = useState<string | null>(null);
  const { groups } = comparison;
  const among = groups.some(({ letter }) => letter === shown) ? shown : null;
  const panel = useMemo(() => comparisonPanel(groups, { ...view, shown: among }), [groups, view, among]);
  return (
    <>
      {!areOfOneText(comparison) && <p className="doubt-note">{text.otherTexts}</p>}
      <Controls />
      <ul className="compare-groups">
        {groups.map((group) => (
          <li key={group.letter}>
            <button
              type="button"
              className="quiet compare-group"
              aria-pressed={among === group.letter}
              title={text.standOut(group.letter)}
              onClick={() => setShown(among === group.letter ? null : group.letter)}
            >
              <b>{group.letter}</b>
              <bdi>{groupWords(group)}</bdi>
            </button>
          </li>
        ))}
      </ul>
      <figure>
        <Chart panel={panel} label={text.chart(groups.map(({ letter }) => letter).join(', '))} />
        <PlateKey items={comparisonLegend(comparison, panel)} palette={PALETTE} />
        <figcaption>
          {summarySentences(comparison).map((sentence) => (
            <p key={sentence}>{sentence}</p>
          ))}
        </figcaption>
      </figure>
      <Saving comparison={comparison} panel={panel} />
      <ComparisonTables comparison={comparison} />
    </>
  );
}

function Controls() {
  const view = usePage(({ runs }) => runs.comparison);
  const set = (part: Partial<typeof view>) => change({ comparison: { ...view, ...part } });
  return (
    <div className="chart-controls">
      <Choices
        label={text.axisLabel}
        quietLabel
        joined
        options={AXES.map((axis) => [axis, words.chart.axes[axis], words.chart.axisLong[axis]] as const)}
        value={view.axis}
        onChange={(axis) => set({ axis })}
      />
      <Toggle label={text.logX} on={view.logX} onChange={(logX) => set({ logX })} />
      <Toggle label={text.logY} on={view.logY} onChange={(logY) => set({ logY })} />
    </div>
  );
}

function Chart({ panel, label }: { panel: Panel; label: string }) {
  const { axis } = usePage(({ runs }) => runs.comparison);
  const [frame, width] = useWidth();
  const height = Math.round(Math.max(320, Math.min(480, 0.5 * width)));
  return (
    <div ref={frame} className="compare-chart" style={{ minHeight: height }}>
      {width > 0 && (
        <svg
          viewBox={`0 0 ${width} ${height}`}
          width={width}
          height={height}
          role="img"
          aria-label={`${label} ${told(AXIS_TITLES[axis])}.`}
        >
          {drawn(drawComparison(panel, { width, height, axis, palette: PALETTE }))}
        </svg>
      )}
    </div>
  );
}

function Saving({ comparison, panel }: { comparison: Comparison; panel: Panel }) {
  const view = usePage(({ runs }) => runs.comparison);
  const [problem, setProblem] = useState(false);
  return (
    <p className="actions">
      {FORMATS.map((format) => (
        <button
          key={format}
          type="button"
          onClick={() =>
            saveComparison(comparison, panel, view, format).then(
              () => setProblem(false),
              () => setProblem(true),
            )
          }
        >
          {text.save(text.formats[format])}
        </button>
      ))}
      {problem && <span className="issue">{text.noPng}</span>}
    </p>
  );
}
