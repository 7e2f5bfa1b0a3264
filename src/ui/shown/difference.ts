import { formatNumber } from '../../analysis/format.ts';
import { told } from '../../analysis/language.ts';
import { fieldList, valueAt } from '../../spec/fields.ts';
import type { RaceSpec } from '../../spec/schema.ts';

/** What sets a setup apart from another one, each setting with its value: `Unique tokens U 500`. */
export function differences(spec: RaceSpec, from: RaceSpec): string[] {
  return fieldList().flatMap(({ path, label }) => {
    const value = valueAt(spec, path);
    if (value === valueAt(from, path)) return [];
    return [`${told(label)} ${typeof value === 'number' ? formatNumber(value, 9) : String(value)}`];
  });
}
