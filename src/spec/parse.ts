import type { z } from 'zod';
import { badInput, type CrossoverError } from '../core/errors.ts';
import { stableHash } from '../core/hash.ts';
import { impossibleCombination } from './combinations.ts';
import { allowedWords, fieldAt, fieldList, nearestPath, valueAt, withValue } from './fields.ts';
import { FAMILIES, type FamilyId, type RaceSpec, type RunSpec, raceSchema, SCHEMA_VERSION } from './schema.ts';

/**
 * A valid spec from anything: fields that are absent take their defaults. Throws a CrossoverError that names the
 * first field that is unknown, of the wrong type, out of range, or impossible beside the others or for the families
 * that are trained.
 */
export function parseRaceSpec(input: unknown, families: readonly FamilyId[] = FAMILIES): RaceSpec {
  const result = raceSchema.safeParse(input);
  if (!result.success) throw explain(result.error.issues, input);
  checkCombination(result.data, families);
  return result.data;
}

/** Like parseRaceSpec for what `run.json` holds: a race spec and `family`. */
export function parseRunSpec(input: unknown): RunSpec {
  if (!isObject(input)) throw notAnObject('a run', ['family', ...sectionFields('')], input);
  const { family, ...race } = input;
  if (!FAMILIES.includes(family as FamilyId)) {
    throw badInput(`family must be one of ${FAMILIES.join(', ')}; got ${show(family)}`);
  }
  return { ...parseRaceSpec(race, [family as FamilyId]), family: family as FamilyId };
}

/** Throws a CrossoverError when fields that are valid by themselves cannot go together. */
export function checkCombination(spec: RaceSpec, families: readonly FamilyId[] = FAMILIES): void {
  const impossible = impossibleCombination(spec, families);
  if (impossible) throw badInput(impossible.message);
}

/**
 * `spec` with settings of the form `section.field=value` applied in order, then validated as a whole. A value is
 * read as JSON where it is JSON (5000, true, "sotu"), else as a string (sotu). `families`: those that are trained.
 */
export function applySettings(
  spec: RaceSpec,
  settings: readonly string[],
  families: readonly FamilyId[] = FAMILIES,
): RaceSpec {
  const changed = settings.reduce((result, setting) => {
    const equals = setting.indexOf('=');
    if (equals < 1) throw badInput(`a setting must have the form section.field=value; got ${show(setting)}`);
    const path = setting.slice(0, equals).trim();
    if (!fieldAt(path)) throw unknownField(path);
    return withValue(result, path, readValue(setting.slice(equals + 1).trim()));
  }, spec);
  return parseRaceSpec(changed, families);
}

/** JSON where it is JSON, else the text itself. */
export function readValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** The identity of a run: equal specs have equal ids, whatever the order of their keys. */
export function runIdOf(spec: RunSpec): string {
  return stableHash(spec);
}

function explain(issues: readonly z.core.$ZodIssue[], input: unknown): CrossoverError {
  // A misspelt name explains more than the value beside it, so it is told first.
  const issue = issues.find((candidate) => candidate.code === 'unrecognized_keys') ?? issues[0];
  const path = issue.path.join('.');
  if (issue.code === 'unrecognized_keys') return unknownField(path ? `${path}.${issue.keys[0]}` : issue.keys[0]);
  const value = path ? valueAt(input, path) : input;
  if (path === 'schemaVersion') {
    return badInput(
      `schemaVersion must be ${SCHEMA_VERSION}; got ${show(value)}`,
      'It was written by another version of Crossover; use that version to read it.',
    );
  }
  const field = fieldAt(path);
  if (field) return badInput(`${path} must be ${allowedWords(field)}; got ${show(value)}`);
  return notAnObject(path || 'a spec', sectionFields(path), value);
}

function unknownField(path: string): CrossoverError {
  const inside = sectionFields(path);
  if (inside.length > 0) return badInput(`${path} is a section, not a field; its fields are ${inside.join(', ')}`);
  const near = nearestPath(path);
  if (near) return badInput(`${path} is not a field; did you mean ${near}?`);
  const section = path.includes('.') ? path.slice(0, path.lastIndexOf('.')) : '';
  const siblings = sectionFields(section);
  return siblings.length > 0 && section
    ? badInput(`${path} is not a field; the fields of ${section} are ${siblings.join(', ')}`)
    : badInput(`${path} is not a field; there are ${sectionFields('').join(', ')}`);
}

/** Full paths of the fields of a section; the names of what stands at the top for ''. */
function sectionFields(section: string): string[] {
  const paths = fieldList().map((field) => field.path);
  if (section === '') return [...new Set(paths.map((path) => path.split('.')[0]))];
  return paths.filter((path) => path.startsWith(`${section}.`));
}

function notAnObject(name: string, fields: readonly string[], found: unknown): CrossoverError {
  return badInput(`${name} must be an object with the fields ${fields.join(', ')}; got ${show(found)}`);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A value as an error shows it: JSON, shortened, and NaN or undefined by name. */
function show(value: unknown): string {
  const text = typeof value === 'object' || typeof value === 'string' ? JSON.stringify(value) : String(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
