import { useEffect, useState } from 'react';
import { formatDate } from '../../analysis/format.ts';
import { told } from '../../analysis/language.ts';
import { SCALES, type Scale } from '../../experiments/experiment.ts';
import type { GapMetric } from '../../figure/gap.ts';
import { sendCommand } from '../actions.ts';
import { loadEntries } from '../figure/actions.ts';
import { entryOf, type Shown, useExperiment } from '../figure/shown.ts';
import type { FigureState } from '../figure/state.ts';
import { Boundary } from '../panels/Boundary.tsx';
import { ErrorCard } from '../panels/ErrorCard.tsx';
import { Choices } from '../panels/Field.tsx';
import { Notices } from '../panels/Header.tsx';
import { usePage } from '../store.ts';
import { words } from '../words.ts';
import { answersOf, type GapAnswer, type Question, REMEDIES, type Remedy } from './answers.ts';
import { Meaning } from './Meaning.tsx';
import { RemedyFigures } from './RemedyFigures.tsx';
import '../style/gap.css';

type Source = Shown['source'];
export type Answers = ReadonlyMap<Remedy, Partial<Record<Question, GapAnswer>>>;

const text = words.gap;

/** AR with every remedy against diffusion: curves, the best of each setting, and what follows from the verdicts. */
export default function GapView() {
  const [metric, setMetric] = useState<GapMetric>('loss');
  const [wanted, setWanted] = useState<Source>('recorded');
  const found = useRemedies(wanted);
  const shown = [...found].flatMap(([remedy, { shown: own }]) => (own ? [[remedy, own] as const] : []));
  const answers: Answers = new Map(shown.map(([remedy, own]) => [remedy, answersOf(own.experiment, own.verdict)]));
  const sources = new Set([...found.values()].flatMap((each) => each.sources));
  const loading = usePage(({ figure }) => figure.evidence === null);
  return (
    <main className="gap-view">
      <Notices />
      <ErrorCard />
      <header>
        <h2>{text.title}</h2>
        <p className="lead">{text.lead}</p>
      </header>
      <div className="gap-columns">
        <Boundary>
          <Meaning answers={answers} bounded={shown.some(([, own]) => own.grid.bounds.has('upper'))} />
        </Boundary>
        <div className="gap-figures">
          <div className="gap-controls">
            <Choices
              label={text.metric}
              joined
              quietLabel
              options={(['loss', 'accuracy'] as const).map((each) => [each, text.metrics[each]] as const)}
              value={metric}
              onChange={setMetric}
            />
            {sources.size > 1 && (
              <Choices
                label={text.source}
                joined
                quietLabel
                options={(['recorded', 'own'] as const).map((each) => [each, words.figure.source[each]] as const)}
                value={wanted}
                onChange={setWanted}
              />
            )}
          </div>
          <p className="hint">{text.bestsNote}</p>
          {loading ? (
            <p className="hint">{words.figure.loading}</p>
          ) : (
            REMEDIES.map((remedy) => (
              <Boundary key={remedy}>
                <RemedyFigures
                  remedy={remedy}
                  metric={metric}
                  answers={answers.get(remedy) ?? {}}
                  {...found.get(remedy)!}
                />
              </Boundary>
            ))
          )}
          <Origin shown={shown.map(([, own]) => own)} />
        </div>
      </div>
    </main>
  );
}

/** When and on what the recorded ones were run, each once. */
function Origin({ shown }: { shown: readonly Shown[] }) {
  const said = new Set(
    shown.map(({ evidence, verdict }) =>
      evidence
        ? words.figure.source.banner(formatDate(evidence.recorded), told(verdict.ranOn.join('; ')))
        : words.figure.source.ownBanner,
    ),
  );
  return <p className="hint">{[...said].join(' ')}</p>;
}

export interface FoundRemedy {
  shown: Shown | null;
  sources: Source[];
  problem: string | null;
  scale: Scale;
}

/** The results of every remedy, at the largest size that is recorded. Loads what is needed. */
function useRemedies(wanted: Source): Map<Remedy, FoundRemedy> {
  const evidence = usePage(({ figure }) => figure.evidence);
  useEffect(() => {
    loadEntries();
    for (const experiment of REMEDIES) sendCommand({ type: 'openSweep', experiment, scale: 'minutes' });
  }, []);
  const [masking, dropout, decay, all] = REMEDIES;
  return new Map([
    [masking, useRemedy(masking, evidence, wanted)],
    [dropout, useRemedy(dropout, evidence, wanted)],
    [decay, useRemedy(decay, evidence, wanted)],
    [all, useRemedy(all, evidence, wanted)],
  ]);
}

function useRemedy(experiment: Remedy, evidence: FigureState['evidence'], wanted: Source): FoundRemedy {
  const [choices] = useState(() => SCALES.map((scale) => ({ experiment, scale })));
  const choice = choices.findLast((each) => entryOf({ evidence }, each)) ?? choices[0];
  return { ...useExperiment(choice, 'epoch', wanted), scale: choice.scale };
}
