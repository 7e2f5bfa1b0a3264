import { z } from 'zod';
import { CrossoverError } from '../../core/errors.ts';
import type { KeptRace } from '../../lab/protocol.ts';
import { executorSchema } from '../../lab/runFiles/environment.ts';
import { decode, encode, measured, wholeNumber } from '../../lab/runFiles/lines.ts';
import { raceSummarySchema } from '../../lab/runFiles/race.ts';
import { parseRaceSpec } from '../../spec/parse.ts';
import { FAMILIES, type FamilyId } from '../../spec/schema.ts';
import type { Change } from './tables.ts';

/**
 * A race has two rows: what its race writes as it goes, and what a person says of it. So neither ever overwrites the other,
 * in whatever tab they are. Both are JSON.
 */
export const RACES = 'races';
export const LABELS = 'labels';

/** Raised when rows of before could no longer be read; those of another version are set aside. */
const ROW_VERSION = 1;

export interface RaceRow extends Omit<KeptRace, 'id' | 'name'> {
  /** Names of the run folders, as the terminal would call them. */
  folders: Partial<Record<FamilyId, string>>;
}

export interface Label {
  name: string;
  /** When it was removed, ISO 8601. */
  removed?: string;
}

const time = z.iso.datetime();
const steps = z.partialRecord(z.enum(FAMILIES), wholeNumber);

const rowSchema = z.strictObject({
  version: z.literal(ROW_VERSION),
  spec: z.unknown(),
  ownText: z.exactOptional(z.string()),
  begun: time,
  changed: time,
  state: z.enum(['unfinished', 'finished', 'stopped', 'diverged', 'failed']),
  steps,
  checkpoints: steps,
  executor: executorSchema,
  summary: z.exactOptional(raceSummarySchema),
  bests: z.exactOptional(z.partialRecord(z.enum(FAMILIES), measured)),
  origin: z.enum(['here', 'imported']),
  parent: z.exactOptional(z.strictObject({ id: z.string(), name: z.string(), step: wholeNumber })),
  bytes: wholeNumber,
  folders: z.partialRecord(z.enum(FAMILIES), z.string()),
});

const labelSchema: z.ZodType<Label> = z.strictObject({ name: z.string(), removed: z.exactOptional(time) });

export function rowChange(id: string, row: RaceRow): Change {
  return { table: RACES, key: [id], value: encode({ version: ROW_VERSION, ...row }) };
}

export function labelChange(id: string, label: Label): Change {
  return { table: LABELS, key: [id], value: encode(label) };
}

/** The row of a race; undefined where it is none of this version. */
export function rowOf(value: unknown): RaceRow | undefined {
  return readable(() => {
    const { version: _, spec, ...row } = decode(String(value), rowSchema, 'the row of a race');
    return { ...row, spec: parseRaceSpec(spec, Object.keys(row.folders) as FamilyId[]) };
  });
}

export function labelOf(value: unknown): Label | undefined {
  return readable(() => decode(String(value), labelSchema, 'the label of a race'));
}

function readable<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof CrossoverError) return undefined;
    throw error;
  }
}
