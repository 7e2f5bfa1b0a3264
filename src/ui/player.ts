import type { SampleRecord } from '../lab/protocol.ts';

/** A stretch of a sample that is drawn alike: hidden, or shown with a shade of confidence. */
export interface Stretch {
  text: string;
  hidden: boolean;
  /** 0 (unsure) … 4 (certain) */
  shade: number;
}

export const HIDDEN = '█';
const SHADES = 5;

/** Passes after which the whole sample is shown. */
export function passesOf(sample: SampleRecord): number {
  return sample.order.reduce((last, pass) => Math.max(last, pass + 1), 0);
}

/** The tokens of a sample as they stand in its text: its characters, or words with the spaces between them. */
function tokensOf({ text, order }: SampleRecord): string[] {
  const words = text.split(/(?<= )/);
  return words.length === order.length ? words : Array.from(text);
}

/**
 * What is on the page after `passes` forward passes: 0 shows nothing but masks. A line break keeps its place
 * while it is hidden, so that the text does not jump, and so does the space after a word.
 */
export function stretches(sample: SampleRecord, passes: number): Stretch[] {
  const result: Stretch[] = [];
  tokensOf(sample).forEach((token, index) => {
    const hidden = (sample.order[index] ?? -1) >= passes;
    const shade = hidden ? 0 : shadeOf(sample.confidence[index] ?? 1);
    const shown = hidden ? masked(token) : token;
    const last = result.at(-1);
    if (last && last.hidden === hidden && last.shade === shade) last.text += shown;
    else result.push({ text: shown, hidden, shade });
  });
  return result;
}

function masked(token: string): string {
  if (token === '\n') return `${HIDDEN}\n`;
  const visible = Math.max(1, Array.from(token.trimEnd()).length);
  return HIDDEN.repeat(visible) + (token.length > 1 && token.endsWith(' ') ? ' ' : '');
}

function shadeOf(confidence: number): number {
  return Math.min(SHADES - 1, Math.max(0, Math.floor(confidence * SHADES)));
}

/** The newest sample that was written at or before `step`; the oldest one where all are later. */
export function sampleAt(samples: readonly SampleRecord[], step: number): SampleRecord | undefined {
  return samples.findLast((sample) => sample.step <= step) ?? samples[0];
}

/** The steps at which any of the families wrote, ascending, each once. */
export function writtenSteps(...lists: (readonly SampleRecord[])[]): number[] {
  return [...new Set(lists.flat().map((sample) => sample.step))].sort((a, b) => a - b);
}
