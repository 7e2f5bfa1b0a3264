import { getPage, setPage } from '../store.ts';
import { shownLog } from './show.ts';

/** The training once more in a few seconds: the time slider runs from where it stands to the end. */

const WHOLE_MS = 9000;
/** What happens early is what one comes to see: the later, the faster. */
const HURRY = 1.7;

/** Thirty pictures a second are smooth; more would only warm the machine that may be training. */
const FRAME_MS = 30;

let frame = 0;

/** Begins at the cursor, or at the beginning where it stands at the end. */
export function play(): void {
  cancelAnimationFrame(frame);
  const end = shownLog().lastEvaluated;
  if (end <= 0) return;
  const from = getPage().shownStep;
  let share = from === null || from >= end ? 0 : (from / end) ** (1 / HURRY);
  let before: number | null = null;
  let drawn = 0;
  setPage({ playing: true, shownStep: stepAt(share, end) });
  const run = (now: number) => {
    if (!getPage().playing) return;
    share += before === null ? 0 : (now - before) / WHOLE_MS;
    before = now;
    if (share >= 1) return toEnd();
    if (now - drawn >= FRAME_MS) {
      drawn = now;
      setPage({ shownStep: stepAt(share, end) });
    }
    frame = requestAnimationFrame(run);
  };
  frame = requestAnimationFrame(run);
}

export function holdPlay(): void {
  cancelAnimationFrame(frame);
  setPage({ playing: false });
}

/** The newest that there is. */
export function toEnd(): void {
  cancelAnimationFrame(frame);
  setPage({ playing: false, shownStep: null });
}

/** Moves the cursor, which stops what plays; the last step is the newest one, also when more follow. */
export function showStep(step: number): void {
  cancelAnimationFrame(frame);
  setPage({ playing: false, shownStep: step >= shownLog().lastEvaluated ? null : Math.max(0, step) });
}

const stepAt = (share: number, end: number): number => Math.min(end, end * share ** HURRY);

export const wantsStillness = (): boolean => window.matchMedia('(prefers-reduced-motion: reduce)').matches;
