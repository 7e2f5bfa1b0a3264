import { useRef, useState } from 'react';
import { formatLoss } from '../../analysis/format.ts';
import { told } from '../../analysis/language.ts';
import { rowTitle } from '../../figure/grid.ts';
import { FAMILIES } from '../../spec/schema.ts';
import { Icon } from '../panels/Icons.tsx';
import { Table } from '../panels/Table.tsx';
import { isBusy, usePage } from '../store.ts';
import { words } from '../words.ts';
import { openRace, type RaceOfSweep, racesOf, trainSetup } from './races.ts';
import type { Shown } from './shown.ts';

const text = words.figure.races;

/** What is called of a row: its own name, or that of the experiment. */
export function nameOfRow({ experiment, grid }: Shown, row: string): string {
  return row ? rowTitle(grid, row) : told(experiment.title);
}

/** The button that leads from a panel to the races of its row, and their list. It takes clicks on the whole panel. */
export function Races({ shown, row }: { shown: Shown; row: string }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [open, setOpen] = useState(false);
  const races = racesOf(shown, row);
  if (races.length === 0) return null;
  const name = nameOfRow(shown, row);
  const show = () => {
    setOpen(true);
    dialog.current?.showModal();
  };
  return (
    <>
      <button type="button" className="link races-button" aria-label={text.openLong(races.length, name)} onClick={show}>
        {text.open(races.length)}
      </button>
      <dialog ref={dialog} className="help-dialog races" aria-label={text.title(name)} onClose={() => setOpen(false)}>
        {open && (
          <>
            <form method="dialog">
              <h2>{text.title(name)}</h2>
              <button type="submit" className="quiet square" aria-label={words.help.close}>
                <Icon name="close" />
              </button>
            </form>
            <p className="hint">{text.note}</p>
            <List races={races} shown={shown} done={() => dialog.current?.close()} />
          </>
        )}
      </dialog>
    </>
  );
}

function List({ races, shown, done }: { races: readonly RaceOfSweep[]; shown: Shown; done: () => void }) {
  const busy = usePage(isBusy);
  const act = (what: () => void) => () => {
    done();
    what();
  };
  return (
    <Table label={text.list} columns={text.columns} tall>
      <tbody>
        {races.map((race) => {
          const { contest, name, best } = race;
          const { seed, id } = contest.cell;
          const about = text.race(name, seed);
          return (
            <tr key={id}>
              <th scope="row">{about}</th>
              {FAMILIES.map((family) => (
                <td key={family} className={`name-${family}`}>
                  {best[family] === undefined ? '–' : formatLoss(best[family])}
                </td>
              ))}
              <td>
                <div className="races-actions">
                  <button
                    type="button"
                    className="link"
                    aria-label={text.showLong(about)}
                    onClick={act(() => openRace(race, shown))}
                  >
                    {text.show}
                  </button>
                  <button
                    type="button"
                    className="link"
                    aria-label={text.takeLong(about)}
                    disabled={busy}
                    onClick={act(() => trainSetup(race))}
                  >
                    {text.use}
                  </button>
                </div>
              </td>
            </tr>
          );
        })}
      </tbody>
    </Table>
  );
}
