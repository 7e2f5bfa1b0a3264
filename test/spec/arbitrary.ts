import fc from 'fast-check';
import { impossibleCombination } from '../../src/spec/combinations.ts';
import { type Field, fieldList, withValue } from '../../src/spec/fields.ts';
import { DEFAULT_SPEC } from '../../src/spec/presets.ts';

function anyValue(field: Field): fc.Arbitrary<unknown> {
  switch (field.type) {
    case 'integer':
      return fc.integer({ min: field.min, max: field.max });
    case 'number':
      // JSON and a URL know no negative zero.
      return fc.double({ min: field.min, max: field.max, noNaN: true }).map((value) => value + 0);
    case 'boolean':
      return fc.boolean();
    case 'choice':
      return fc.constantFrom(...field.values);
  }
}

/** One setting within its range: [path, value]. */
export const anySetting = fc
  .constantFrom(...fieldList())
  .chain((field) => anyValue(field).map((value) => [field.path, value] as const));

/** Valid specs: the default with some settings changed. */
export const anySpec = fc
  .array(anySetting, { maxLength: 12 })
  .map((settings) => settings.reduce((spec, [path, value]) => withValue(spec, path, value), DEFAULT_SPEC))
  .filter((spec) => impossibleCombination(spec) === undefined);
