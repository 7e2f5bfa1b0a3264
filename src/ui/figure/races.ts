import { bestOf, evaluationsOf } from '../../analysis/compare.ts';
import { formatDate } from '../../analysis/format.ts';
import { language, told } from '../../analysis/language.ts';
import type { CellResult, FamilyResult } from '../../experiments/cell.ts';
import { type Contest, contestsOf } from '../../experiments/pairing.ts';
import { levelWords } from '../../experiments/words.ts';
import type { ExecutorInfo } from '../../lab/protocol.ts';
import { FAMILIES, type FamilyId } from '../../spec/schema.ts';
import { changeDraft } from '../actions.ts';
import { draftOf } from '../settings.ts';
import { showContent } from '../shown/show.ts';
import { en } from '../words/en/index.ts';
import { words } from '../words.ts';
import { showView } from './actions.ts';
import type { Shown } from './shown.ts';

/** A race of a sweep: a cell, with the reference that it is judged against where it trains one family alone. */
export interface RaceOfSweep {
  contest: Contest;
  /** `dropout 0.3, rate 0.002` */
  name: string;
  best: Partial<Record<FamilyId, number>>;
}

/** The races behind the panels of a row, in the order of the plan: those of which something was measured. */
export function racesOf({ cells, results, experiment, grid }: Shown, row: string): RaceOfSweep[] {
  const rowAxis = grid.rows.length > 1 ? experiment.figure.rows : undefined;
  return contestsOf(cells, results)
    .filter(({ cell, pair }) => (rowAxis === undefined || cell.levels[rowAxis] === row) && (pair.ar || pair.diffusion))
    .map((contest) => ({
      contest,
      name: levelsOf(contest.cell.levels),
      best: Object.fromEntries(
        FAMILIES.flatMap((family) => {
          const best = bestOf(evaluationsOf(contest.pair[family]?.records ?? []));
          return best ? [[family, best.value]] : [];
        }),
      ),
    }));
}

/** In English a bare number is told with its axis; elsewhere each level is told by itself. */
function levelsOf(levels: Contest['cell']['levels']): string {
  const english = levelWords(levels);
  return (
    language().sentence(english) ??
    Object.values(levels)
      .map((level) => told(level))
      .join(', ')
  );
}

/** Puts the race of a cell on the chart of the view of races, as what it is: a cell of a sweep, from where and when. */
export function openRace({ contest: { cell, pair, from }, name }: RaceOfSweep, shown: Shown): void {
  const text = words.figure.races;
  const { evidence, experiment, results } = shown;
  const own = results.find(({ id }) => id === cell.id) ?? results.find(({ id }) => id === Object.values(from)[0]);
  const ranOn = own?.ranOn.adapter ? own.ranOn : undefined;
  const where = evidence && ranOn ? text.recorded(formatDate(evidence.recorded), told(ranOn.adapter)) : text.own;
  const references = FAMILIES.filter((family) => from[family] !== undefined && from[family] !== cell.id);
  const besides = references.map((family) => text.reference(words.families[family].inText));
  showContent(
    { kind: 'cell', experiment: experiment.id, cell: cell.id },
    {
      id: `cell-${cell.id}`,
      name: [`${text.race(name, cell.seed)};`, where, ...besides].join(' '),
      spec: cell.spec,
      state: standingOf(pair),
      ...(ranOn && { executor: executorOf(ranOn) }),
      ...(evidence && { begun: evidence.recorded }),
    },
    { records: FAMILIES.flatMap((family) => pair[family]?.records ?? []), samples: [], events: [] },
  );
  showView('race');
  window.scrollTo({ top: 0 });
}

function standingOf(pair: Contest['pair']): 'diverged' | 'finished' {
  const ended = Object.values(pair).map(({ ended: how }: FamilyResult) => how);
  return ended.includes('diverged') ? 'diverged' : 'finished';
}

function executorOf({ executor, adapter, host }: CellResult['ranOn']): ExecutorInfo {
  return {
    kind: executor as ExecutorInfo['kind'],
    adapter,
    vendor: '',
    architecture: '',
    software: executor !== 'gpu',
    limits: {},
    features: [],
    why: en.figure.races.ranOn(host),
  };
}

/** Takes over the setup of a cell, to train it here. */
export function trainSetup({ contest: { cell } }: RaceOfSweep): void {
  changeDraft(draftOf(cell.spec));
  showView('race');
  window.scrollTo({ top: 0 });
}
