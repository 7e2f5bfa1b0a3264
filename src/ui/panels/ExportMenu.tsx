import { addNotice, sendCommand } from '../actions.ts';
import { useOnChart } from '../shown/onChart.ts';
import type { RaceFormat } from '../shown/save.ts';
import { getPage, usePage } from '../store.ts';
import { words } from '../words.ts';
import { Menu } from './Menu.tsx';

const text = words.header;
const FORMATS = ['csv', 'jsonl', 'svg', 'png'] as const satisfies readonly RaceFormat[];

/** The race on the chart as files. */
export function ExportMenu() {
  const shown = useOnChart();
  const kept = usePage(({ shown: of, runs }) =>
    of ? (of.source.kind === 'kept' ? of.source.id : null) : runs.writing,
  );
  if (!shown) return null;
  const save = (format: RaceFormat) =>
    import('../shown/save.ts')
      .then(({ saveRace }) => saveRace(shown, getPage().chart, format))
      .catch(() => addNotice(text.noPng));
  return (
    <Menu label={text.export}>
      {FORMATS.map((format) => (
        <button key={format} type="button" className="quiet" onClick={() => save(format)}>
          {text.exports[format]}
        </button>
      ))}
      <button
        type="button"
        className="quiet"
        disabled={!kept}
        onClick={() => kept && sendCommand({ type: 'exportRace', id: kept })}
      >
        {text.exports.zip}
      </button>
      <p className="hint">{kept ? text.zipNote : text.zipMissing}</p>
    </Menu>
  );
}
