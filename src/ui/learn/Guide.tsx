import { type RefObject, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { useStore } from 'zustand';
import { showView } from '../figure/actions.ts';
import { models } from '../inside/asking.ts';
import { Icon } from '../panels/Icons.tsx';
import { useOnChart } from '../shown/onChart.ts';
import { shownLog } from '../shown/show.ts';
import { type ChartView, getPage, setPage, usePage } from '../store.ts';
import { words } from '../words.ts';
import { changeLearn, closeSteps, turnTo } from './address.ts';
import { CHAPTER_IDS, STEPS } from './chapters.ts';
import { factsOf } from './facts.ts';
import { useLit } from './lit.ts';
import { getLearn, useLearn } from './state.ts';
import { type Act, type Told, targetsOf, tell } from './steps.ts';
import '../style/guide.css';

/** What accompanies the page: the cards of the guided text, and the type of teaching. */
export default function Guide() {
  const step = useLearn((state) => state.step);
  const teaching = useLearn((state) => state.teaching);
  useMarked('data-teaching', teaching);
  useMarked('data-guided', step !== null);
  useKeys();
  return step === null ? null : <Card step={step} />;
}

/** Marks the whole document, for its styles. */
function useMarked(name: string, on: boolean): void {
  useLayoutEffect(() => {
    document.documentElement.toggleAttribute(name, on);
    return () => document.documentElement.removeAttribute(name);
  }, [name, on]);
}

/** Escape leaves; while teaching, what a presenter’s remote sends turns the cards. */
function useKeys(): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const { step, teaching } = getLearn();
      const target = event.target instanceof Element ? event.target : null;
      if (
        step === null ||
        event.defaultPrevented ||
        target?.closest('dialog, select, textarea, input, [open] > summary')
      )
        return;
      if (event.key === 'Escape') leave();
      else if (teaching && event.key === 'PageDown' && step < STEPS.length) turnTo(step + 1);
      else if (teaching && event.key === 'PageUp' && step > 1) turnTo(step - 1);
      else return;
      event.preventDefault();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
}

/** The focus goes back to where the view is chosen. */
function leave(): void {
  closeSteps();
  document.querySelector<HTMLElement>('.views [aria-current]')?.focus();
}

function finish(): void {
  leave();
  showView('learn');
}

function Card({ step }: { step: number }) {
  const { id, chapter } = STEPS[step - 1];
  const title = useRef<HTMLHeadingElement>(null);
  const { here, act } = useTold(step);
  const spoken = useSpoken(step, here);
  const card = useRoom(step);
  useLit(targetsOf(id));
  useEntered(title);
  const press = useUndone(step, act);

  const { guide, text, chapters } = words.learn;
  const last = step === STEPS.length;
  return (
    <aside className="guide" aria-label={guide.label} ref={card}>
      <div className="guide-head">
        <p className="guide-chapter">
          {1 + CHAPTER_IDS.indexOf(chapter)} · {chapters[chapter].title}
        </p>
        <h2 ref={title} tabIndex={-1}>
          {text[id].title}
        </h2>
        <Progress step={step} />
      </div>
      <div className="guide-text">
        <p>{text[id].idea}</p>
        {here && <p className="guide-here">{here}</p>}
      </div>
      <div className="guide-actions">
        {act && (
          <button type="button" className="guide-act" disabled={!act.run} onClick={press}>
            {act.label}
          </button>
        )}
        <div className="guide-turn">
          <button type="button" disabled={step === 1} onClick={() => turnTo(step - 1)}>
            {guide.back}
          </button>
          <button type="button" className="primary" onClick={last ? finish : () => turnTo(step + 1)}>
            {last ? guide.finish : guide.next}
          </button>
        </div>
      </div>
      <button type="button" className="quiet square guide-leave" aria-label={guide.leave} onClick={leave}>
        <Icon name="close" />
      </button>
      <p className="hidden" role="status">
        {spoken}
      </p>
    </aside>
  );
}

/** Where one is: a tick a step, chapter by chapter. */
function Progress({ step }: { step: number }) {
  return (
    <div className="guide-progress">
      <span className="guide-ticks" aria-hidden="true">
        {CHAPTER_IDS.map((each) => (
          <span key={each}>
            {STEPS.map(
              ({ id, chapter }, index) =>
                chapter === each && <i key={id} className={index + 1 <= step ? 'is-done' : undefined} />,
            )}
          </span>
        ))}
      </span>
      <span className="hint">{words.learn.guide.place(step, STEPS.length)}</span>
    </div>
  );
}

function useTold(step: number): Told {
  const page = usePage((state) => state);
  const chart = useOnChart();
  const canAsk = useStore(models, ({ evaluated }) => evaluated !== null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the log changes with the version
  const facts = useMemo(() => chart && factsOf(chart, shownLog()), [chart, page.version]);
  return tell(STEPS[step - 1].id, { page, chart, canAsk }, facts);
}

/** A step in words when it is turned to; what changes in it while a race is on is not read out. */
function useSpoken(step: number, here: string | null): string {
  const [spoken, setSpoken] = useState('');
  const latest = useRef(here);
  latest.current = here;
  useEffect(() => {
    const { guide, text } = words.learn;
    const { title, idea } = text[STEPS[step - 1].id];
    setSpoken(guide.spoken(step, STEPS.length, title, [idea, latest.current ?? ''].join(' ').trim()));
  }, [step]);
  return spoken;
}

/** The focus follows a person who has opened the text here. */
function useEntered(title: RefObject<HTMLElement | null>): void {
  const entered = useLearn((state) => state.entered);
  useEffect(() => {
    if (!entered) return;
    title.current?.focus({ preventScroll: true });
    changeLearn({ entered: false });
  }, [entered, title]);
}

/** Tells the styles how much of the window the card takes, so that nothing is hidden by it. */
function useRoom(step: number): RefObject<HTMLElement | null> {
  const card = useRef<HTMLElement>(null);
  // At each step before the ring is brought into sight, and whenever the window changes.
  // biome-ignore lint/correctness/useExhaustiveDependencies: every step has a height of its own
  useEffect(() => {
    const { style } = document.documentElement;
    const measure = () => style.setProperty('--guide', `${card.current?.offsetHeight ?? 0}px`);
    measure();
    const observer = new ResizeObserver(measure);
    if (card.current) observer.observe(card.current);
    return () => {
      observer.disconnect();
      style.removeProperty('--guide');
    };
  }, [step]);
  return card;
}

/** Does what the step does; how that draws the chart is undone behind it, unless a person has changed it since. */
function useUndone(step: number, act: Act | null): () => void {
  const drawn = useRef<{ before: ChartView; after: ChartView } | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: it ends with the step
  useEffect(
    () => () => {
      if (drawn.current?.after === getPage().chart) setPage({ chart: drawn.current.before });
      drawn.current = null;
    },
    [step],
  );
  return () => {
    const before = getPage().chart;
    act?.run?.();
    const after = getPage().chart;
    if (after !== before) drawn.current = { before: drawn.current?.before ?? before, after };
  };
}
