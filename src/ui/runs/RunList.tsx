import { useId, useMemo } from 'react';
import { usePage } from '../store.ts';
import { words } from '../words.ts';
import '../style/runList.css';
import { change } from './actions.ts';
import { listed, SORT_KEYS, type SortKey } from './list.ts';
import { Run } from './Run.tsx';

const text = words.runs.list;
const COLUMNS = ['race', 'setup', 'progress', 'best', 'crossing', 'kept'] as const;

/** Every kept race, filtered and sorted. */
export function RunList() {
  const races = usePage(({ runs }) => runs.races) ?? [];
  const filter = usePage(({ runs }) => runs.filter);
  const sort = usePage(({ runs }) => runs.sort);
  const shown = useMemo(() => listed(races, filter, sort), [races, filter, sort]);
  return (
    <section className="run-section" aria-label={text.label}>
      <Controls shown={shown.length} of={races.length} />
      {shown.length === 0 ? (
        <p className="hint run-none">
          {text.none}{' '}
          <button type="button" className="link" onClick={() => change({ filter: '' })}>
            {text.showAll}
          </button>
        </p>
      ) : (
        <div className="run-table">
          {/* Each value has its own label beside it, for those who do not see the columns. */}
          <div className="run-columns" aria-hidden="true">
            {COLUMNS.map((column) => (
              <span key={column}>{text.columns[column]}</span>
            ))}
          </div>
          <ul>
            {shown.map((race) => (
              <Run key={race.id} race={race} />
            ))}
          </ul>
        </div>
      )}
    </section>
  );
}

function Controls({ shown, of }: { shown: number; of: number }) {
  const filter = usePage(({ runs }) => runs.filter);
  const sort = usePage(({ runs }) => runs.sort);
  const filterId = useId();
  const sortId = useId();
  return (
    <div className="run-controls">
      <label htmlFor={filterId}>{text.filter}</label>
      <input
        id={filterId}
        type="search"
        className="number"
        placeholder={text.filterHint}
        autoComplete="off"
        spellCheck={false}
        value={filter}
        onChange={(event) => change({ filter: event.target.value })}
      />
      <label htmlFor={sortId}>{text.sort}</label>
      <span className="run-sort">
        <select
          id={sortId}
          value={sort.by}
          onChange={(event) => change({ sort: { ...sort, by: event.target.value as SortKey } })}
        >
          {SORT_KEYS.map((key) => (
            <option key={key} value={key}>
              {text.keys[key]}
            </option>
          ))}
        </select>
        <button
          type="button"
          className="square"
          aria-label={`${text.turn}: ${sort.descending ? text.order.down : text.order.up}`}
          title={sort.descending ? text.order.down : text.order.up}
          onClick={() => change({ sort: { ...sort, descending: !sort.descending } })}
        >
          <span aria-hidden="true">{sort.descending ? '↓' : '↑'}</span>
        </button>
      </span>
      <p className="hint" role="status">
        {text.count(shown, of)}
      </p>
    </div>
  );
}
