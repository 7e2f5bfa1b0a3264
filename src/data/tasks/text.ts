import { stream } from '../../core/rng.ts';
import type { Question, QuestionSet } from '../../families/question.ts';
import { fourOptions, keyOf } from './items.ts';

/** Share of a window that a cloze asks for at its end, and that an infilling hides in its middle. */
const CLOZE_SHARE = 1 / 4;
const INFILLING_SHARE = 1 / 10;

/**
 * The questions that any text carries: two sets about the same windows, up to `count` of T ids, spread over a held-out
 * span:
 *
 * - cloze: which of four continuations is the one of a window's beginning (the analogue of HellaSwag);
 * - infilling: what stands in a span in the middle of a window; the model writes it, and compares it with three others.
 *
 * The wrong options are passages of the same length from elsewhere in the span.
 */
export function textQuestions(span: Uint32Array, T: number, count: number, seed: number): QuestionSet[] {
  const available = Math.floor(span.length / T);
  const asked = Math.min(count, available);
  const starts = Array.from({ length: asked }, (_, i) => Math.floor((i * available) / asked) * T);
  const ask = (task: string, length: number, from: number): Question[] => {
    const rng = stream(seed, `${task} questions`);
    const holes = Array.from({ length }, (_, i) => from + i);
    return starts.map((start, n) => {
      const right = span.slice(start + from, start + from + length);
      const elsewhere = passages(span, start + from, length, (i) => rng.below(span.length - length + 1, n, 4 + i));
      return { tokens: span.slice(start, start + T), holes, ...fourOptions(right, elsewhere, rng, n) };
    });
  };
  const ending = Math.max(1, Math.floor(T * CLOZE_SHARE));
  const hidden = Math.max(1, Math.floor(T * INFILLING_SHARE));
  return [
    { task: 'cloze', ways: ['choose'], questions: ask('cloze', ending, T - ending) },
    { task: 'infilling', ways: ['choose', 'fill'], questions: ask('infilling', hidden, (T - hidden) >> 1) },
  ];
}

/** How often a place is drawn before a span counts as having no other passages: it may repeat one character. */
const TRIES = 200;

/** Up to three passages that differ from one another and from the one at `own`, which they do not overlap. */
function passages(span: Uint32Array, own: number, length: number, place: (i: number) => number): Uint32Array[] {
  const right = keyOf(span.subarray(own, own + length));
  const found = new Map<string, Uint32Array>();
  for (let i = 0; found.size < 3 && i < TRIES; i++) {
    const start = place(i);
    const passage = span.slice(start, start + length);
    const key = keyOf(passage);
    if (Math.abs(start - own) >= length && key !== right) found.set(key, passage);
  }
  return [...found.values()];
}
