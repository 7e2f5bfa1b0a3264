import { z } from 'zod';
import { type RaceSpec, raceSchema } from './schema.ts';

/**
 * One setting of a race as forms, `--help` and error messages need it: where it is, what it is called, what it
 * may be. `path` is `section.name`, or a bare name at the top.
 */
export type Field = { path: string; label: string; unit?: string; help?: string } & (
  | { type: 'integer' | 'number'; min: number; max: number; default: number }
  | { type: 'boolean'; default: boolean }
  | { type: 'choice'; values: readonly string[]; default: string }
);

export type FieldValue = number | boolean | string;

interface JsonSchema {
  type?: string;
  properties?: Record<string, JsonSchema>;
  const?: unknown;
  enum?: string[];
  minimum?: number;
  maximum?: number;
  default?: unknown;
  label?: string;
  unit?: string;
  help?: string;
}

/** Every setting, in the order of the schema. `schemaVersion` is not among them: it is not for a person to set. */
export function fieldList(): readonly Field[] {
  return FIELDS;
}

/** The setting at `path`, or undefined. */
export function fieldAt(path: string): Field | undefined {
  return BY_PATH.get(path);
}

/** The value of the setting at `path`, as far as `spec` has one; `spec` may be anything. */
export function valueAt(spec: unknown, path: string): unknown {
  let value = spec;
  for (const key of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Record<string, unknown>)[key];
  }
  return value;
}

/** A copy of `spec` with the setting at `path` replaced; not validated. */
export function withValue(spec: RaceSpec, path: string, value: unknown): RaceSpec {
  const [section, name] = path.split('.') as [keyof RaceSpec, string | undefined];
  if (name === undefined) return { ...spec, [section]: value };
  return { ...spec, [section]: { ...(spec[section] as object), [name]: value } };
}

/** What a setting may be, in words: `a whole number from 4 to 4096`. */
export function allowedWords(field: Field): string {
  switch (field.type) {
    case 'integer':
      return `a whole number from ${field.min} to ${field.max}`;
    case 'number':
      return `a number from ${field.min} to ${field.max}`;
    case 'boolean':
      return 'true or false';
    case 'choice':
      return `one of ${field.values.join(', ')}`;
  }
}

/** The path that a mistyped one most likely means: by its last part, then by the whole; undefined if none is near. */
export function nearestPath(path: string): string | undefined {
  const typed = path.toLowerCase();
  const [nearest] = FIELDS.map((field) => {
    const known = field.path.toLowerCase();
    const whole = editDistance(typed, known);
    return { path: field.path, whole, distance: Math.min(whole, editDistance(last(typed), last(known))) };
  }).sort((a, b) => a.distance - b.distance || a.whole - b.whole);
  return nearest.distance <= Math.max(1, Math.floor(last(path).length / 3)) ? nearest.path : undefined;
}

const FIELDS: readonly Field[] = fieldsOf(z.toJSONSchema(raceSchema, { io: 'input' }) as JsonSchema, '');
const BY_PATH: ReadonlyMap<string, Field> = new Map(FIELDS.map((field) => [field.path, field]));

function fieldsOf(schema: JsonSchema, prefix: string): Field[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, property]) => {
    const path = prefix + name;
    if (property.const !== undefined) return [];
    return property.type === 'object' ? fieldsOf(property, `${path}.`) : [fieldOf(path, property)];
  });
}

function fieldOf(path: string, schema: JsonSchema): Field {
  const { label = path, unit, help } = schema;
  const about = { path, label, ...(unit !== undefined && { unit }), ...(help !== undefined && { help }) };
  switch (schema.type) {
    case 'integer':
    case 'number':
      return {
        ...about,
        type: schema.type,
        min: schema.minimum as number,
        max: schema.maximum as number,
        default: schema.default as number,
      };
    case 'boolean':
      return { ...about, type: 'boolean', default: schema.default as boolean };
    case 'string':
      return { ...about, type: 'choice', values: schema.enum as string[], default: schema.default as string };
    default:
      throw new Error(`the schema of ${path} has type ${schema.type}, which no form can show`);
  }
}

function last(path: string): string {
  return path.slice(path.lastIndexOf('.') + 1);
}

/** Levenshtein distance: insertions, deletions and substitutions of one character. */
function editDistance(a: string, b: string): number {
  let above = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      row.push(Math.min(row[j - 1] + 1, above[j] + 1, above[j - 1] + Number(a[i - 1] !== b[j - 1])));
    }
    above = row;
  }
  return above[b.length];
}
