import { useEffect, useMemo, useState } from 'react';
import type { Cell, CellResult } from '../../experiments/cell.ts';
import { type Evidence, type EvidenceEntry, resultsOf } from '../../experiments/evidence.ts';
import type { Experiment } from '../../experiments/experiment.ts';
import { cellsOf, experimentOf, judge } from '../../experiments/index.ts';
import type { Verdict } from '../../experiments/verdict.ts';
import { type Grid, gridOf } from '../../figure/grid.ts';
import { getCells, usePage } from '../store.ts';
import { readEvidence } from './evidence.ts';
import type { FigureState, SweepChoice } from './state.ts';

/** What is on show: an experiment with results, from this device or recorded. */
export interface Shown {
  source: 'recorded' | 'own';
  experiment: Experiment;
  cells: readonly Cell[];
  results: readonly CellResult[];
  verdict: Verdict;
  grid: Grid;
  evidence: Evidence | null;
}

/** The line of the index for an experiment at a size. */
export function entryOf({ evidence }: Pick<FigureState, 'evidence'>, choice: SweepChoice): EvidenceEntry | undefined {
  if (!Array.isArray(evidence)) return undefined;
  return evidence.find(({ verdict }) => verdict.experiment === choice.experiment && verdict.scale === choice.scale);
}

/** Recorded results of the choice; undefined while they load or where there are none. */
function useEvidence(file: string | undefined): { evidence?: Evidence; problem?: string } {
  const [loaded, setLoaded] = useState<{ file: string; evidence?: Evidence; problem?: string }>();
  useEffect(() => {
    if (file === undefined) return;
    let wanted = true;
    const set = (found: { evidence: Evidence } | { problem: string }) => wanted && setLoaded({ file, ...found });
    readEvidence(file)
      .then((evidence) => set({ evidence }))
      .catch((error: unknown) => set({ problem: error instanceof Error ? error.message : String(error) }));
    return () => {
      wanted = false;
    };
  }, [file]);
  return loaded && loaded.file === file ? loaded : {};
}

/** What is on show now, which sources there are, and why the recorded results are missing where they should be there. */
export function useShown(): { shown: Shown | null; sources: Shown['source'][]; problem: string | null } {
  const choice = usePage(({ figure }) => figure.choice);
  const axis = usePage(({ figure }) => figure.axis);
  const wanted = usePage(({ figure }) => figure.source);
  const version = usePage(({ figure }) => figure.version);
  const entry = usePage(({ figure }) => entryOf(figure, choice));
  const { evidence, problem } = useEvidence(entry?.file);

  const planned = useMemo(() => cellsOf(experimentOf(choice.experiment), choice.scale), [choice]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the version says when the cells have changed
  const own = useMemo(() => getCells().all(planned), [planned, version]);
  const sources: Shown['source'][] = [
    ...(evidence ? (['recorded'] as const) : []),
    ...(own.length > 0 ? (['own'] as const) : []),
  ];
  const source = wanted && sources.includes(wanted) ? wanted : sources.at(-1);

  const shown = useMemo((): Shown | null => {
    if (source === 'recorded' && evidence) {
      const { experiment, scale, seeds, settings, verdict } = evidence;
      const cells = cellsOf(experiment, scale, { seeds, settings });
      const results = resultsOf(evidence);
      const grid = gridOf(experiment, cells, results, axis, verdict.crossings);
      return { source, experiment, cells, results, verdict, evidence, grid };
    }
    if (source !== 'own') return null;
    const experiment = experimentOf(choice.experiment);
    const verdict = judge(experiment, choice.scale, getCells().finished(planned));
    const grid = gridOf(experiment, planned, own, axis);
    return { source, experiment, cells: planned, results: own, verdict, evidence: null, grid };
  }, [source, evidence, choice, planned, own, axis]);
  return { shown, sources, problem: problem ?? null };
}
