import { Fragment } from 'react';
import { Table } from '../panels/Table.tsx';
import { words } from '../words.ts';
import {
  type Cell,
  type Comparison,
  crossingCell,
  differenceRows,
  groupWords,
  type ResultRow,
  resultRows,
  settingRows,
} from './comparison.ts';

const text = words.runs.compare;

export function ComparisonTables({ comparison }: { comparison: Comparison }) {
  return (
    <div className="compare-tables">
      <Settings comparison={comparison} />
      <Results comparison={comparison} />
      <Differences comparison={comparison} />
    </div>
  );
}

function Settings({ comparison }: { comparison: Comparison }) {
  const rows = settingRows(comparison);
  const { groups } = comparison;
  if (rows.length === 0) {
    return (
      <section>
        <h3>{text.settings}</h3>
        <p className="hint">{text.same}</p>
      </section>
    );
  }
  return (
    <section>
      <h3>{text.settings}</h3>
      <Table
        label={text.settings}
        columns={[
          text.settingColumn,
          ...groups.map((group) => <Letter key={group.letter} of={group.letter} name={groupWords(group)} />),
        ]}
      >
        <tbody>
          {rows.map(({ label, values }) => (
            <tr key={label}>
              <th scope="row">{label}</th>
              {values.map((value, i) => (
                <td key={groups[i].letter}>
                  <bdi>{value}</bdi>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </Table>
    </section>
  );
}

function Letter({ of, name }: { of: string; name: string }) {
  return <abbr title={name}>{of}</abbr>;
}

function Results({ comparison }: { comparison: Comparison }) {
  const rows = resultRows(comparison);
  return (
    <section>
      <h3>{text.results}</h3>
      <Table label={text.results} columns={text.resultColumns}>
        {comparison.groups.map((group) => (
          <tbody key={group.letter} className="pair-rows">
            {rows
              .filter(({ letter }) => letter === group.letter)
              .map((row, i) => (
                <tr key={row.family}>
                  {i === 0 && (
                    <th scope="rowgroup" rowSpan={2}>
                      {group.letter} <small>{groupWords(group)}</small>
                    </th>
                  )}
                  <Losses row={row} />
                  {i === 0 &&
                    (['live', 'strict'] as const).map((kind) => (
                      <td key={kind} rowSpan={2}>
                        {crossingCell(group, kind)}
                      </td>
                    ))}
                </tr>
              ))}
          </tbody>
        ))}
      </Table>
    </section>
  );
}

function Losses({ row: { family, bound, losses } }: { row: ResultRow }) {
  return (
    <>
      <th scope="row" className={`name-${family}`}>
        {words.families[family].name} <small>{text.bound[bound]}</small>
      </th>
      <td>
        <Value of={losses.best} />
      </td>
      <td>
        <Value of={losses.last} />
      </td>
      <td>
        <Value of={losses.test} />
      </td>
    </>
  );
}

function Differences({ comparison }: { comparison: Comparison }) {
  return (
    <section>
      <h3>{text.differences}</h3>
      <p className="hint">{text.differencesNote}</p>
      <Table label={text.differences} columns={text.differenceColumns}>
        <tbody>
          {differenceRows(comparison).map(({ label, family, best, test, seeds }) => (
            <tr key={`${label} ${family}`}>
              <th scope="row">{label}</th>
              <td className={family ? `name-${family}` : undefined}>{family ? words.families[family].name : ''}</td>
              {best === null && test === null ? (
                <td colSpan={3} className="muted">
                  {text.noPair}
                </td>
              ) : (
                <Fragment>
                  <td>
                    <Value of={best} />
                  </td>
                  <td>
                    <Value of={test} />
                  </td>
                  <td>{seeds}</td>
                </Fragment>
              )}
            </tr>
          ))}
        </tbody>
      </Table>
    </section>
  );
}

function Value({ of }: { of: Cell | null }) {
  if (!of) return '–';
  return (
    <>
      {of.value}
      {of.note && <small>{of.note}</small>}
    </>
  );
}
