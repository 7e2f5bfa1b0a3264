import { z } from 'zod';
import { METRICS, type MetricRecord, SCORINGS } from '../../analysis/record.ts';
import { badInput } from '../../core/errors.ts';
import { FAMILIES } from '../../spec/schema.ts';
import type { FamilySummary, SampleRecord } from '../protocol.ts';

/** A note of the lab about a run. A line of `events.jsonl`. */
export interface RunEvent {
  step: number;
  text: string;
}

/** Numbers that JSON does not have, by the strings that stand for them. */
const ODD_NUMBERS = ['NaN', 'Infinity', '-Infinity', '-0'] as const;

export const wholeNumber = z.int().nonnegative();
const amount = z.number().nonnegative();
/** Any number at all: what was measured may be none, or beyond all bounds. */
export const measured = z
  .union([z.number(), z.enum(ODD_NUMBERS)], { error: `must be a number or one of ${ODD_NUMBERS.join(', ')}` })
  .transform(Number);
const error = z.nullable(measured);
const family = z.enum(FAMILIES);
const bound = z.enum(['exact', 'upper']);

const asked = z.strictObject({
  task: z.string(),
  category: z.exactOptional(z.string()),
  scoring: z.enum(SCORINGS),
  questions: wholeNumber,
  chance: amount,
});

const sampled = z.strictObject({
  reveal: z.enum([
    'left-to-right',
    'confidence',
    'margin',
    'entropy',
    'random',
    'ancestral',
    'first-hitting',
    'threshold',
  ]),
  steps: wholeNumber,
  temperature: amount,
  topK: z.exactOptional(wholeNumber),
  topP: z.exactOptional(amount),
  block: z.exactOptional(wholeNumber),
  threshold: z.exactOptional(amount),
  remask: z.exactOptional(amount),
  texts: wholeNumber,
  together: wholeNumber,
  judge: z.exactOptional(z.string()),
});

/** A line of `metrics.jsonl`. */
export const recordSchema: z.ZodType<MetricRecord> = z.strictObject({
  step: wholeNumber,
  tokens: wholeNumber,
  epoch: amount,
  flops: amount,
  seconds: amount,
  family,
  split: z.enum(['train', 'validation', 'test', 'questions', 'samples']),
  metric: z.enum(METRICS),
  asked: z.exactOptional(asked),
  sampled: z.exactOptional(sampled),
  value: measured,
  bound,
  se: error,
  windows: z.exactOptional(z.array(measured)),
});

/** A line of `samples.jsonl`. */
export const sampleSchema: z.ZodType<SampleRecord> = z.strictObject({
  family,
  step: wholeNumber,
  text: z.string(),
  forwards: wholeNumber,
  entropy: measured,
  order: z.array(wholeNumber),
  confidence: z.array(measured),
});

/** A line of `events.jsonl`. */
export const eventSchema: z.ZodType<RunEvent> = z.strictObject({ step: wholeNumber, text: z.string() });

const reached = { value: measured, se: error, step: wholeNumber };

/** `summary.json`. */
export const summarySchema: z.ZodType<FamilySummary> = z.strictObject({
  family,
  bound,
  steps: wholeNumber,
  ended: z.enum(['budget', 'patience', 'stopped']),
  best: z.strictObject({ ...reached, epoch: amount, tokens: wholeNumber, flops: amount }),
  last: z.strictObject(reached),
  test: z.exactOptional(z.strictObject({ value: measured, se: error, windows: wholeNumber, draws: wholeNumber })),
  seconds: amount,
});

/** JSON that gives every number back, bit for bit, when it is read by a schema above. */
export function encode(value: unknown, indent?: number): string {
  const odd = (v: unknown) => typeof v === 'number' && (!Number.isFinite(v) || Object.is(v, -0));
  return JSON.stringify(value, (_, v) => (odd(v) ? (v === 0 ? '-0' : String(v)) : v), indent);
}

/** Values as the lines of a file, one each. */
export function encodeLines(values: readonly unknown[]): string {
  return values.map((value) => `${encode(value)}\n`).join('');
}

/**
 * The values of a file of JSON lines. A kill can cut the last line off, which is then left out.
 *
 * @param file how errors name the file
 * @throws CrossoverError that names the first line that is no such value
 */
export function decodeLines<T>(text: string, schema: z.ZodType<T>, file: string): T[] {
  const lines = text.split('\n').slice(0, -1);
  return lines.map((line, i) => decode(line, schema, `${file}: line ${i + 1}`));
}

/**
 * The value of a JSON text.
 *
 * @param place how errors name where it stands: a file, or a line of one
 */
export function decode<T>(text: string, schema: z.ZodType<T>, place: string): T {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw badInput(`${place} is not JSON; found ${JSON.stringify(text.slice(0, 40))}`);
  }
  const result = schema.safeParse(json);
  if (result.success) return result.data;
  const [{ path, message }] = result.error.issues;
  throw badInput(`${place} is not as Crossover writes it: ${path.length > 0 ? `${path.join('.')}: ` : ''}${message}`);
}
