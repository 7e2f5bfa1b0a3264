import { useEffect, useMemo, useState } from 'react';
import { inEnglish } from '../../analysis/language.ts';
import type { Cell, CellResult } from '../../experiments/cell.ts';
import { type Evidence, type EvidenceEntry, resultsOf } from '../../experiments/evidence.ts';
import type { Experiment } from '../../experiments/experiment.ts';
import { cellsOf, experimentOf, judge } from '../../experiments/index.ts';
import type { Verdict } from '../../experiments/verdict.ts';
import type { FigureAxis } from '../../figure/curves.ts';
import { type Grid, gridOf } from '../../figure/grid.ts';
import { getCells, usePage } from '../store.ts';
import { readEvidence } from './evidence.ts';
import { type FigureState, isAsWritten, type SweepChoice } from './state.ts';

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
  if (!Array.isArray(evidence) || !isAsWritten(choice)) return undefined;
  return evidence.find(({ verdict }) => verdict.experiment === choice.experiment && verdict.scale === choice.scale);
}

/** Recorded results of a file; undefined while they load or where there are none. */
export function useEvidence(file: string | undefined): { evidence?: Evidence; problem?: string } {
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

type Source = Shown['source'];

/** What is on show now, which sources there are, and why the recorded results are missing where they should be there. */
export function useShown(): { shown: Shown | null; sources: Source[]; problem: string | null } {
  const choice = usePage(({ figure }) => figure.choice);
  const axis = usePage(({ figure }) => figure.axis);
  const wanted = usePage(({ figure }) => figure.source);
  return useExperiment(choice, axis, wanted ?? 'own');
}

/** An experiment with its results from the source that is wanted, or from the other where that has none. */
export function useExperiment(
  choice: SweepChoice,
  axis: FigureAxis,
  wanted: Source,
): { shown: Shown | null; sources: Source[]; problem: string | null } {
  const version = usePage(({ figure }) => figure.version);
  const entry = usePage(({ figure }) => entryOf(figure, choice));
  const { evidence, problem } = useEvidence(entry?.file);

  const planned = useMemo(() => cellsOf(experimentOf(choice.experiment), choice.scale, choice), [choice]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the version says when the cells have changed
  const own = useMemo(() => getCells().all(planned), [planned, version]);
  const sources: Source[] = [
    ...(evidence ? (['recorded'] as const) : []),
    ...(own.length > 0 ? (['own'] as const) : []),
  ];
  const source = sources.includes(wanted) ? wanted : sources[0];
  // Judging takes longer than drawing: it is done when a cell has ended, not whenever one has come further.
  const finished = getCells().finished(planned);
  const ended = finished.map(({ id }) => id).join();
  // biome-ignore lint/correctness/useExhaustiveDependencies: which cells have ended says whether their results differ
  const judged = useMemo(
    () =>
      source === 'own' ? inEnglish(() => judge(experimentOf(choice.experiment), choice.scale, finished, choice)) : null,
    [source, choice, ended],
  );

  const shown = useMemo((): Shown | null => {
    if (source === 'recorded' && evidence) {
      const { experiment, scale, seeds, settings, verdict } = evidence;
      const cells = cellsOf(experiment, scale, { seeds, settings });
      const results = resultsOf(evidence);
      const grid = gridOf(experiment, cells, results, axis, verdict.crossings);
      return { source, experiment, cells, results, verdict, evidence, grid };
    }
    if (source !== 'own' || !judged) return null;
    const experiment = experimentOf(choice.experiment);
    const grid = gridOf(experiment, planned, own, axis);
    return { source, experiment, cells: planned, results: own, verdict: judged, evidence: null, grid };
  }, [source, evidence, choice, planned, own, axis, judged]);
  return { shown, sources, problem: problem ?? null };
}
