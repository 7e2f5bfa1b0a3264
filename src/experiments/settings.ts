import { badInput } from '../core/errors.ts';
import { fieldAt, nearestPath } from '../spec/fields.ts';
import { readValue } from '../spec/parse.ts';
import type { SweepOptions } from './cells.ts';
import type { Settings } from './experiment.ts';

/** `section.field=value`, as often as given. Throws a CrossoverError for what has another form, or names no field. */
export function parseSettings(texts: readonly string[]): Settings {
  return Object.fromEntries(
    texts.map((text) => {
      const equals = text.indexOf('=');
      if (equals < 1) {
        throw badInput(`a setting must have the form section.field=value; got ${JSON.stringify(text)}`);
      }
      const path = text.slice(0, equals).trim();
      if (!fieldAt(path)) {
        const near = nearestPath(path);
        throw badInput(`${path} is not a field${near ? `; did you mean ${near}?` : ' of a race'}`);
      }
      return [path, readValue(text.slice(equals + 1).trim()) as Settings[string]];
    }),
  );
}

/** Settings as they are written: `train.steps=500`. */
export function settingTexts({ settings = {} }: Pick<SweepOptions, 'settings'>): string[] {
  return Object.entries(settings).map(([path, value]) => `${path}=${value}`);
}
