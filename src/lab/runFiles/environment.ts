import { z } from 'zod';
import { CORPORA, FAMILIES, raceSchema } from '../../spec/schema.ts';
import type { KeptRace, RacePlan } from '../protocol.ts';
import type { RunAbout } from '../store.ts';
import { decode, encode, wholeNumber } from './lines.ts';

/** What is known of the race that a run is one family of. */
export interface RaceAbout {
  /** ISO 8601. */
  begun?: string;
  name?: string;
  parent?: NonNullable<KeptRace['parent']>;
  /** Where it was told to end, and how. */
  state?: KeptRace['state'];
  /** From its beginning to its end, pauses left out. */
  wallSeconds?: number;
  plan?: Omit<RacePlan, 'dataset'>;
}

/** What `env.json` says: where a run was made, on which data, and in which race. */
export interface Environment extends Pick<RunAbout, 'executor' | 'dataset'> {
  /** Version of Crossover. */
  crossover: string;
  /** The computer or the browser. */
  host: Record<string, unknown>;
  /** Name of the text, where it is the person's own. */
  ownText?: string;
  race?: RaceAbout;
}

const amount = z.number().nonnegative();
const optional = z.exactOptional;

const executor = z.object({
  kind: z.enum(['gpu', 'cpu', 'interpret']),
  adapter: z.string(),
  vendor: z.string(),
  architecture: z.string(),
  software: z.boolean(),
  limits: z.record(z.string(), z.number()),
  features: z.array(z.string()),
  half: optional(z.boolean()),
  tuning: optional(z.string()),
  why: z.string(),
  noGpu: optional(z.enum(['missing', 'insecure', 'no-adapter', 'refused'])),
});

const heldOut = z.object({
  tokens: wholeNumber,
  windows: wholeNumber,
  nearDuplicates: wholeNumber,
  unknown: z.record(z.string(), wholeNumber),
});

const dataset = z.object({
  corpus: z.object({
    id: z.enum(CORPORA),
    title: z.string(),
    source: z.string(),
    licence: z.string(),
    sha256: z.string(),
    characters: wholeNumber,
  }),
  symbols: wholeNumber,
  uniqueTokens: wholeNumber,
  usedTokens: wholeNumber,
  trainWindows: wholeNumber,
  corruption: optional(
    z.object({ kind: raceSchema.shape.data.unwrap().shape.corruption.unwrap(), rate: amount, changed: amount }),
  ),
  validation: heldOut,
  test: heldOut,
  trueLoss: optional(z.object({ validation: z.number(), test: z.number() })),
  questions: optional(z.array(z.object({ task: z.string(), count: wholeNumber }))),
});

const perFamily = z.record(z.enum(FAMILIES), amount);

const plan = z.object({
  parameters: wholeNumber,
  activeParameters: wholeNumber,
  flopsPerStep: perFamily,
  bytes: wholeNumber,
  dispatches: perFamily,
  tokensPerStep: wholeNumber,
  vocabulary: wholeNumber,
  variants: z.record(z.string(), z.string()),
});

const race = z.object({
  begun: optional(z.iso.datetime()),
  name: optional(z.string().max(200)),
  parent: optional(z.object({ id: z.string(), name: z.string(), step: wholeNumber })),
  state: optional(z.enum(['unfinished', 'finished', 'stopped', 'diverged', 'failed'])),
  wallSeconds: optional(amount),
  plan: optional(plan),
});

/** What a race's record says of its executor. */
export const executorSchema = executor;

/** Unknown fields are passed over: another version may say more about where it ran. */
const environmentSchema: z.ZodType<Environment> = z.object({
  crossover: z.string(),
  host: z.record(z.string(), z.unknown()),
  executor,
  dataset,
  ownText: optional(z.string()),
  race: optional(race),
});

export function decodeEnvironment(text: string, file: string): Environment {
  return decode(text, environmentSchema, file);
}

export function encodeEnvironment(environment: Environment): string {
  return `${encode(environment, 2)}\n`;
}
