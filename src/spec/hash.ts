import { impossibleCombination } from './combinations.ts';
import { fieldAt, fieldList, valueAt, withValue } from './fields.ts';
import { readValue } from './parse.ts';
import { DEFAULT_SPEC } from './presets.ts';
import { type RaceSpec, raceSchema, SCHEMA_VERSION } from './schema.ts';

/**
 * The spec as a URL hash, `#v=1&data.uniqueTokens=3000`: only what differs from `base`. The text of the corpus
 * 'own' is never in it.
 */
export function specToHash(spec: RaceSpec, base: RaceSpec = DEFAULT_SPEC): string {
  const query = new URLSearchParams({ v: String(SCHEMA_VERSION) });
  for (const { path } of fieldList()) {
    const value = valueAt(spec, path);
    if (value !== valueAt(base, path)) query.set(path, String(value));
  }
  return `#${query}`;
}

/**
 * The spec that a URL hash describes. A link may come from anywhere, so this never throws: whatever is not
 * understood (another version, an unknown field, a value out of range, fields that cannot go together) is left
 * out and named in `ignored`.
 */
export function specFromHash(hash: string, base: RaceSpec = DEFAULT_SPEC): { spec: RaceSpec; ignored: string[] } {
  const query = [...new URLSearchParams(hash.replace(/^#/, ''))];
  const other = query.find(([name, value]) => name === 'v' && value !== String(SCHEMA_VERSION));
  if (other) return { spec: base, ignored: query.map(([name, value]) => `${name}=${value}`) };

  const ignored: string[] = [];
  const settings = new Map<string, string>();
  for (const [path, text] of query) {
    if (path === 'v') continue;
    const understood = fieldAt(path) && !settings.has(path);
    if (understood && raceSchema.safeParse(withValue(base, path, readValue(text))).success) settings.set(path, text);
    else ignored.push(`${path}=${text}`);
  }
  for (;;) {
    const spec = [...settings].reduce((result, [path, text]) => withValue(result, path, readValue(text)), base);
    const guilty = impossibleCombination(spec)?.fields.filter((path) => settings.has(path)) ?? [];
    if (guilty.length === 0) return { spec, ignored };
    for (const path of guilty) {
      ignored.push(`${path}=${settings.get(path)}`);
      settings.delete(path);
    }
  }
}
