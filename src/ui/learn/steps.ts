import { describeCrossing } from '../../analysis/describe.ts';
import { formatLoss, formatNumber } from '../../analysis/format.ts';
import { told as spoken } from '../../analysis/language.ts';
import { DEFAULT_SPEC } from '../../spec/presets.ts';
import type { RaceSpec } from '../../spec/schema.ts';
import { changeDraft, obstacle, train } from '../actions.ts';
import { hideAtRandom } from '../duel/state.ts';
import { showView } from '../figure/actions.ts';
import { draftOf, edit } from '../settings.ts';
import { betInWords, canBet } from '../shown/bet.ts';
import type { OnChart } from '../shown/onChart.ts';
import { play, showStep, toEnd } from '../shown/play.ts';
import { recordingOf } from '../shown/recordings.ts';
import { type ChartView, getPage, isBusy, type PageState, setPage } from '../store.ts';
import { words } from '../words.ts';
import type { StepId } from './chapters.ts';
import type { Facts } from './facts.ts';

/**
 * What each step of the guided text points at, says of the race on the chart, and does. All that it does are the page's own
 * actions, and all that it says of a race was measured in it.
 */

/** What the button of a step does; without `run` it cannot be pressed now. */
export interface Act {
  label: string;
  run?: () => void;
}

export interface Told {
  /** What holds for the race on the chart. */
  here: string | null;
  act: Act | null;
}

export interface Around {
  page: PageState;
  chart: OnChart | null;
  /** Whether there are models in this tab that answer. */
  canAsk: boolean;
}

type Known = Around & { facts: Facts; chart: OnChart };

interface Step {
  /** The elements that it points at, by their `data-learn`: the first that is on the page. */
  targets: readonly [string, ...string[]];
  tell: (known: Known) => Told;
}

const count = (value: number): string => formatNumber(value, 9);
const epoch = (value: number): string => formatNumber(value);

/** What step says and does now. Before anything was measured, how to come to a race. */
export function tell(id: StepId, around: Around, facts: Facts | null): Told {
  const { chart, page } = around;
  const elsewhere = page.view !== 'race' && !(id === 'fair' && page.view === 'gap');
  if (elsewhere) return { here: null, act: { label: words.learn.acts.race, run: () => showView('race') } };
  if (chart && facts) return GUIDE[id].tell({ ...around, chart, facts });
  const { guide } = words.learn;
  if (chart || isBusy(page)) return { here: guide.first, act: null };
  // The recording of this setup, or the list of recordings, is on its way.
  const { recordings, draft } = page;
  if (recordings.length === 0 || recordingOf(recordings, draft.spec)) return { here: null, act: null };
  return { here: guide.nothing, act: { label: guide.recording, run: () => changeDraft(draftOf(DEFAULT_SPEC)) } };
}

export const targetsOf = (id: StepId): readonly string[] => GUIDE[id].targets;

const draw = (part: Partial<ChartView>): void => setPage(({ chart }) => ({ chart: { ...chart, ...part } }));

/** Presses a button of the page, where it is there and does something. */
const press = (name: string): void => document.querySelector<HTMLElement>(`[data-learn="${name}"]:enabled`)?.click();

/** Goes to a moment of the training; from there, on. */
function visit({ shownStep, playing }: PageState, step: number, label: string): Act {
  if (shownStep === step && !playing) return { label: words.learn.acts.playOn, run: play };
  return { label, run: () => showStep(step) };
}

const goToEnd = (): Act => ({ label: words.learn.acts.toEnd, run: toEnd });

/** To a crossing, or to the end where there is none. */
function visitCrossing({ facts, page }: Known, kind: 'live' | 'strict'): Told {
  const crossing = facts.crossings[kind];
  const here = crossing
    ? words.learn.here.sentence(spoken(describeCrossing(crossing, facts.over ? 'within the budget' : 'so far')))
    : null;
  return { here, act: crossing?.at ? visit(page, crossing.at.step, words.learn.acts.toCrossing) : goToEnd() };
}

/** Trains, where nothing is in the way; else the reason. */
function trainAct(page: PageState, label: string): { act: Act; why: string | null } {
  if (isBusy(page)) return { act: { label }, why: null };
  const why = obstacle(page);
  return { act: why === null ? { label, run: train } : { label }, why };
}

/** Changes the setup; once it differs from the race on the chart, trains it. */
function changeAndTrain({ page }: Known, changed: boolean, change: Act, told: string): Told {
  if (isBusy(page)) return { here: words.learn.here.busy, act: null };
  if (!changed) return { here: told, act: change };
  const { act, why } = trainAct(page, words.learn.acts.trainBoth);
  return { here: why ?? told, act };
}

/** Half of the unique tokens, rounded; double where half would be less than a batch. */
export function lessText({ data, train, model }: RaceSpec): number {
  const half = Number((data.uniqueTokens / 2).toPrecision(2));
  return half >= train.batch * model.context ? half : 2 * data.uniqueTokens;
}

function writing(sample: string): Step {
  return {
    targets: [sample, 'chart'],
    tell: ({ facts }) =>
      facts.wrote
        ? {
            here: words.learn.here.shade,
            act: { label: words.learn.acts.write, run: () => press('play-writing') },
          }
        : { here: words.learn.here.noTexts, act: null },
  };
}

const GUIDE: Readonly<Record<StepId, Step>> = {
  race: {
    targets: ['chart'],
    tell: ({ facts: { spec, epochs } }) => ({
      here: words.learn.here.race(count(spec.data.uniqueTokens), count(spec.train.steps), epoch(epochs)),
      act: { label: words.learn.acts.play, run: play },
    }),
  },
  left: writing('writes-ar'),
  masks: writing('writes-diffusion'),
  duel: {
    targets: ['duel', 'writes-diffusion'],
    tell: ({ page, canAsk }) => {
      const { here, acts } = words.learn;
      if (canAsk) return { here: here.duel, act: { label: acts.hide, run: hideAtRandom } };
      if (isBusy(page)) return { here: here.modelsSoon, act: null };
      const { act, why } = trainAct(page, acts.trainHere);
      return { here: why ?? here.noModels, act };
    },
  },
  turn: {
    targets: ['chart'],
    tell: ({ facts: { families, turned, over }, page }) => {
      const { best, last } = families.ar;
      const { here, acts } = words.learn;
      return {
        here: turned
          ? here.turned(
              count(best.step),
              epoch(best.epoch),
              formatLoss(best.value),
              formatLoss(last.value),
              count(last.step),
            )
          : here.notTurned(formatLoss(best.value), count(best.step), over),
        act: visit(page, best.step, acts.toBest),
      };
    },
  },
  heart: {
    targets: ['chart'],
    tell: ({ facts: { families, training }, page }) => {
      const { here, acts } = words.learn;
      if (!training) return { here: here.noTraining, act: null };
      const { best, last } = families.ar;
      const on = page.chart.training;
      return {
        here: here.byHeart(
          formatLoss(training.atBest),
          formatLoss(training.last),
          formatLoss(best.value),
          formatLoss(last.value),
        ),
        act: { label: on ? acts.hideTraining : acts.drawTraining, run: () => draw({ training: !on }) },
      };
    },
  },
  feeds: {
    targets: ['chart'],
    tell: (known) => {
      const { best } = known.facts.families.diffusion;
      const { here, act } = visitCrossing(known, 'live');
      const end = words.learn.here.ends(count(best.step), formatLoss(best.value), epoch(best.epoch));
      return { here: here ? `${here} ${end}` : end, act };
    },
  },
  less: {
    targets: ['data.uniqueTokens', 'train', 'chart'],
    tell: (known) => {
      const { spec } = known.facts;
      const [race, own] = [spec.data.uniqueTokens, known.page.draft.spec.data.uniqueTokens];
      const wanted = lessText(known.page.draft.spec);
      const { here, acts } = words.learn;
      const set: Act = {
        label: acts.setU(count(wanted)),
        run: () => changeDraft(edit(getPage().draft, 'data.uniqueTokens', String(wanted))),
      };
      const told = race === own ? here.unique(count(race)) : here.setup(count(race), count(own));
      return changeAndTrain(known, race !== own, set, told);
    },
  },
  bet: {
    targets: ['bet', 'chart'],
    tell: ({ page, chart }) => {
      const { here, acts } = words.learn;
      const placed = page.bet && (page.bet.race === null ? words.bet.next(epoch(page.bet.epoch)) : null);
      const judged = betInWords(page.bet, chart);
      if (!canBet(page)) return { here: judged ?? here.noBet, act: null };
      return { here: placed ?? judged, act: { label: acts.bet, run: () => setPage({ betting: true }) } };
    },
  },
  train: {
    targets: ['train', 'chart'],
    tell: ({ page }) => {
      const { here, acts } = words.learn;
      const { act, why } = trainAct(page, acts.trainBoth);
      if (!isBusy(page)) return { here: why, act };
      const steps = Object.values(page.progress?.steps ?? {});
      if (!page.progress || steps.length === 0) return { here: words.learn.guide.first, act: null };
      return { here: here.training(count(Math.max(...steps)), count(page.progress.total)), act: null };
    },
  },
  exact: {
    targets: ['losses', 'chart'],
    tell: ({ facts: { bound, spec } }) => ({
      here: bound === 'upper' ? words.learn.here.draws(spec.evaluation.draws) : words.learn.here.chain,
      act: goToEnd(),
    }),
  },
  above: {
    targets: ['verdict', 'chart'],
    tell: ({ facts: { families, bound, aboveAtBest }, page }) => {
      const { here, acts } = words.learn;
      const { step } = families.ar.best;
      const act = visit(page, step, acts.toBest);
      if (bound === 'exact') return { here: here.chain, act };
      if (aboveAtBest === null) return { here: null, act };
      const told = aboveAtBest > 0 ? here.above : here.below;
      return { here: told(formatLoss(Math.abs(aboveAtBest)), count(step)), act };
    },
  },
  strict: { targets: ['crossings', 'chart'], tell: (known) => visitCrossing(known, 'strict') },
  cost: {
    targets: ['chart'],
    tell: ({ facts: { families, costOfStep }, page }) => {
      const { here, acts } = words.learn;
      const steps = [families.diffusion.last.step, families.ar.last.step].map(count) as [string, string];
      const onFlops = page.chart.axis === 'flops';
      return {
        here: costOfStep === null ? here.trained(...steps) : here.cost(formatNumber(costOfStep), ...steps),
        act: {
          label: onFlops ? acts.epochs : acts.flops,
          run: () => draw({ axis: onFlops ? 'epoch' : 'flops' }),
        },
      };
    },
  },
  fair: {
    targets: ['view-gap', 'verdict'],
    tell: ({ page }) => {
      const { acts } = words.learn;
      const there = page.view === 'gap';
      return {
        here: null,
        act: { label: there ? acts.race : acts.gap, run: () => showView(there ? 'race' : 'gap') },
      };
    },
  },
  seed: {
    targets: ['train', 'chart'],
    tell: (known) => {
      const [race, own] = [known.facts.spec.seed, known.page.draft.spec.seed];
      const { here, acts } = words.learn;
      const take: Act = {
        label: acts.setSeed(String(own + 1)),
        run: () => changeDraft(edit(getPage().draft, 'seed', String(own + 1))),
      };
      const told = race === own ? here.seed(String(race)) : here.newSeed(String(race), String(own));
      return changeAndTrain(known, race !== own, take, told);
    },
  },
};
