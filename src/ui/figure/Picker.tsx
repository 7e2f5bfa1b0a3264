import { formatNumber } from '../../analysis/format.ts';
import { SCALES } from '../../experiments/experiment.ts';
import { cellsOf, EXPERIMENTS, experimentOf } from '../../experiments/index.ts';
import type { Status } from '../../experiments/verdict.ts';
import { Choices } from '../panels/Field.tsx';
import { usePage } from '../store.ts';
import { words } from '../words.ts';
import { choose, chooseScale } from './actions.ts';
import { Runner } from './Runner.tsx';
import { entryOf } from './shown.ts';

const text = words.figure.picker;

/** Which experiment, at which size, and the buttons that run it. */
export function Picker() {
  const { experiment, scale } = usePage(({ figure }) => figure.choice);
  const cells = cellsOf(experimentOf(experiment), scale);
  const seeds = new Set(cells.map(({ seed }) => seed)).size;
  return (
    <div className="setup">
      <h2>{text.title}</h2>
      <fieldset className="experiments">
        <legend className="hidden">{text.label}</legend>
        {EXPERIMENTS.map(({ id, title }) => (
          <label key={id}>
            <input
              type="radio"
              name="experiment"
              checked={id === experiment}
              onChange={() => choose({ experiment: id })}
            />
            <span>
              {title}
              <Recorded experiment={id} />
            </span>
          </label>
        ))}
      </fieldset>
      <div>
        <Choices
          label={text.scale}
          joined
          options={SCALES.map((each) => [each, text.scales[each], text.scalesLong[each]] as const)}
          value={scale}
          onChange={chooseScale}
        />
        <p className="hint">
          {text.scalesLong[scale]}; {text.cells(formatNumber(cells.length / seeds), formatNumber(seeds))}
        </p>
      </div>
      <Runner />
    </div>
  );
}

/** The recorded status at the smallest size that has one. */
function Recorded({ experiment }: { experiment: string }) {
  const status = usePage(
    ({ figure }) =>
      SCALES.flatMap((scale) => entryOf(figure, { experiment, scale })?.verdict.status ?? [])[0] as Status | undefined,
  );
  return status ? <Badge status={status} short /> : null;
}

const SIGNS: Readonly<Record<Status, string>> = {
  reproduced: '✓',
  'not reproduced at this scale': '✗',
  inconclusive: '?',
};

/** A status by sign, word and colour. */
export function Badge({ status, short = false }: { status: Status; short?: boolean }) {
  const word = words.figure.verdict.status[status];
  return (
    <span className={`status-badge is-${status.split(' ')[0]}`} title={short ? word : undefined}>
      <span aria-hidden="true">{SIGNS[status]}</span>
      <span className={short ? 'hidden' : undefined}>{word}</span>
    </span>
  );
}
