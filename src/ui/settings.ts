import { decimals, told, withPoint } from '../analysis/language.ts';
import { impossibleCombination } from '../spec/combinations.ts';
import { type Field, fieldAt, fieldList, valueAt, withValue } from '../spec/fields.ts';
import { whyPointless } from '../spec/pointless.ts';
import { PRESETS, type Preset, type SizeId, withSize } from '../spec/presets.ts';
import type { RaceSpec } from '../spec/schema.ts';
import { words } from './words.ts';

/**
 * A setup that is being edited. `spec` is always valid; what was typed and is not (yet) stands in `typed`, with
 * the reason in `issues`, so that nothing a person typed is lost or silently corrected.
 */
export interface Draft {
  spec: RaceSpec;
  typed: Readonly<Record<string, string>>;
  issues: Readonly<Record<string, string>>;
}

export function draftOf(spec: RaceSpec): Draft {
  return { spec, typed: {}, issues: {} };
}

/** What a control shows for the setting at `path`. */
export function shownValue(draft: Draft, path: string): string | boolean {
  const value = draft.typed[path] ?? valueAt(draft.spec, path);
  if (typeof value === 'number') return decimals(String(value));
  return typeof value === 'boolean' ? value : String(value);
}

export function hasIssues(draft: Draft): boolean {
  return Object.keys(draft.issues).length > 0;
}

/** The draft after the setting at `path` was changed to what a control holds. */
export function edit(draft: Draft, path: string, value: string | boolean): Draft {
  const typed: Record<string, string> = { ...draft.typed, [path]: String(value) };
  const issues: Record<string, string> = {};
  let spec = draft.spec;
  for (const [each, text] of Object.entries(typed)) {
    const field = fieldAt(each);
    if (!field) throw new Error(`${each} is not a setting`);
    const read = readField(field, text);
    if ('issue' in read) issues[each] = read.issue;
    else spec = withValue(spec, each, read.value);
  }
  const impossible = impossibleCombination(spec);
  if (impossible) {
    const culprit = impossible.fields.includes(path) ? path : (impossible.fields.find((each) => each in typed) ?? path);
    return { spec: draft.spec, typed, issues: { ...issues, [culprit]: inWords(impossible.message) } };
  }
  return { spec, typed: Object.fromEntries(Object.entries(typed).filter(([each]) => each in issues)), issues };
}

export function resize(draft: Draft, size: SizeId): Draft {
  return draftOf(withSize(draft.spec, size));
}

/** The preset that the draft is, unchanged; undefined for a setting of one's own. */
export function presetIn(draft: Draft): Preset | undefined {
  if (Object.keys(draft.typed).length > 0) return undefined;
  const text = JSON.stringify(draft.spec);
  return PRESETS.find((preset) => JSON.stringify(preset.spec) === text);
}

function readField(field: Field, text: string): { value: string | boolean | number } | { issue: string } {
  switch (field.type) {
    case 'boolean':
      return { value: text === 'true' };
    case 'choice':
      return { value: text };
    default: {
      const value = text.trim() === '' ? Number.NaN : Number(withPoint(text));
      const { min, max } = field;
      if (Number.isNaN(value)) return { issue: words.setup.notANumber(text) };
      const allowed = value >= min && value <= max && (field.type === 'number' || Number.isInteger(value));
      if (allowed) return { value };
      const kind = field.type === 'integer' ? words.setup.whole : words.setup.real;
      return { issue: words.setup.outside(text, kind, rangeEnd(min), rangeEnd(max)) };
    }
  }
}

/** An end of a range as it is typed: 0.000001 as 1e-6. */
export function rangeEnd(value: number): string {
  const exact = String(value);
  return Math.abs(value) >= 1e5 || exact.length > 6
    ? decimals(value.toExponential().replace('e+', 'e'))
    : decimals(exact);
}

/** Why a setting that somebody changed has no effect beside the others; undefined where it has one. */
export function idleWords({ spec }: Draft, path: string): string | undefined {
  if (valueAt(spec, path) === fieldAt(path)?.default) return undefined;
  const why = whyPointless(spec, path);
  return why && words.setup.noEffect(inLabels(told(why)));
}

function inWords(message: string): string {
  const text = inLabels(told(message));
  return `${text[0].toUpperCase()}${text.slice(1)}.`;
}

/** The form shows labels, so a message about paths is told in labels: Channels C for model.channels. */
function inLabels(text: string): string {
  return fieldList().reduce((message, { path, label }) => message.replaceAll(path, told(label)), text);
}

/** Positions 0 … 1000 of a slider whose ends are `min` and `max` on a log scale. */
export const SLIDER_STEPS = 1000;

export function sliderPosition(value: number, min: number, max: number): number {
  const clamped = Math.min(max, Math.max(min, value));
  return Math.round((SLIDER_STEPS * Math.log(clamped / min)) / Math.log(max / min));
}

/** The value at a position, rounded to two significant digits: 5,000 rather than 4,987. */
export function sliderValue(position: number, min: number, max: number): number {
  const exact = min * (max / min) ** (position / SLIDER_STEPS);
  return Math.min(max, Math.max(min, Number(exact.toPrecision(2))));
}
