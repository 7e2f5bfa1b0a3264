import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import type { ArgsDef } from 'citty';
import { badInput } from '../../core/errors.ts';
import { valueAt } from '../../spec/fields.ts';
import { applySettings } from '../../spec/parse.ts';
import { pointless } from '../../spec/pointless.ts';
import { presetOf } from '../../spec/presets.ts';
import type { FamilyId, RaceSpec } from '../../spec/schema.ts';
import { ioError } from '../node/files.ts';

/**
 * citty takes unknown options in silence, and an option without its value as an empty one; here both are errors, in
 * one sentence. Options have no short forms.
 */
export function checkOptions(rawArgs: readonly string[], args: ArgsDef): void {
  const tokens = tokensOf(rawArgs, args);
  const options = Object.keys(args).filter((name) => args[name].type !== 'positional');
  for (const token of tokens) {
    if (token.kind !== 'option') continue;
    const { name, rawName, value } = token;
    const arg = options.includes(name) ? args[name] : undefined;
    if (!arg) {
      const list = options.map((each) => `--${each}`).join(', ');
      throw badInput(`${rawName} is not an option of this command; there are ${list || 'none'}`);
    }
    if (arg.type !== 'boolean' && (value === undefined || value === '')) throw badInput(`${rawName} needs a value`);
    if (arg.type === 'boolean' && value !== undefined) throw badInput(`${rawName} takes no value; got ${value}`);
    if (arg.type === 'enum' && !arg.options?.includes(value as string)) {
      throw badInput(`${rawName} must be one of ${arg.options?.join(', ')}; got ${value}`);
    }
  }
  const positional = Object.keys(args).filter((name) => args[name].type === 'positional');
  const wanted = positional.filter((name) => args[name].required !== false);
  const given = tokens.flatMap((token) => (token.kind === 'positional' ? [token.value] : []));
  if (positional.length === 0 && given.length > 0) {
    throw badInput(`this command takes options only; got ${JSON.stringify(given[0])}`);
  }
  if (given.length < wanted.length) throw badInput(`${wanted[given.length].toUpperCase()} is missing; see --help`);
}

/** All values of an option that may be given several times, in order. */
export function repeated(rawArgs: readonly string[], args: ArgsDef, name: string): string[] {
  return tokensOf(rawArgs, args).flatMap((token) =>
    token.kind === 'option' && token.name === name && token.value ? [token.value] : [],
  );
}

function tokensOf(rawArgs: readonly string[], args: ArgsDef) {
  const options = Object.fromEntries(
    Object.entries(args)
      .filter(([, { type }]) => type !== 'positional')
      .map(([name, { type }]) => [name, { type: type === 'boolean' ? ('boolean' as const) : ('string' as const) }]),
  );
  return parseArgs({ args: [...rawArgs], options, strict: false, allowPositionals: true, tokens: true }).tokens;
}

/** A whole number of an option. Errors name it. */
export function wholeNumber(name: string, text: string, { from, to }: { from: number; to: number }): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isInteger(value) && value >= from && value <= to) return value;
  throw badInput(`${name} must be a whole number from ${from} to ${to}; got ${JSON.stringify(text)}`);
}

export interface SpecOptions {
  preset: string;
  settings: readonly string[];
  seed?: string | undefined;
  /** Whether a text of one's own takes the place of the corpus. */
  ownText: boolean;
  /** Who is trained; both without it. */
  families?: readonly FamilyId[];
}

/** The spec that the options of a race ask for: the preset, then `--text`, `--seed` and every `--set` in order. */
export function specFrom({ preset, settings, seed, ownText, families }: SpecOptions): RaceSpec {
  const changes = [
    ...(ownText ? ['data.corpus=own'] : []),
    ...(seed === undefined ? [] : [`seed=${seed}`]),
    ...settings,
  ];
  const spec = applySettings(presetOf(preset).spec, changes, families);
  if (ownText && spec.data.corpus !== 'own') {
    throw badInput(`--text and data.corpus=${spec.data.corpus} cannot go together; leave one of them out`);
  }
  if (!ownText && spec.data.corpus === 'own') {
    throw badInput('data.corpus is "own", but no text was given', 'Pass it with --text FILE.');
  }
  return spec;
}

/** A line for each setting that was asked for and changes nothing beside the others. */
export function idleSettings(spec: RaceSpec, settings: readonly string[], families?: readonly FamilyId[]): string[] {
  const asked = new Set(settings.map((setting) => setting.slice(0, setting.indexOf('=')).trim()));
  return pointless(spec, families)
    .filter(({ path }) => asked.has(path))
    .map(({ path, why }) => `${path}=${valueAt(spec, path)} has no effect: ${why}`);
}

/** A text file for `--text`: UTF-8. Errors name the file. */
export async function readText(path: string): Promise<{ name: string; text: string }> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (error) {
    throw badInput(`--text: ${ioError('read', path, error).message}`);
  }
  try {
    return { name: basename(path), text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
  } catch {
    throw badInput(`--text: ${path} is not a text in UTF-8`);
  }
}
