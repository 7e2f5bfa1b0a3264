import { describe, expect, it } from 'vitest';
import { allowedWords, fieldAt, fieldList, nearestPath, valueAt, withValue } from '../../src/spec/fields.ts';
import { parseRaceSpec } from '../../src/spec/parse.ts';

const defaults = parseRaceSpec({});

/** Paths of everything in an object that is not an object itself. */
function leaves(value: object, prefix = ''): string[] {
  return Object.entries(value).flatMap(([key, child]) =>
    typeof child === 'object' ? leaves(child, `${prefix}${key}.`) : [prefix + key],
  );
}

describe('the list of fields', () => {
  it('holds every setting of a spec once, in its order, and not the version', () => {
    expect(fieldList().map((field) => field.path)).toEqual(leaves(defaults).filter((path) => path !== 'schemaVersion'));
  });

  it('says what each is called, what it may be and what it is by default', () => {
    expect(fieldAt('data.uniqueTokens')).toEqual({
      path: 'data.uniqueTokens',
      label: 'Unique tokens U',
      unit: 'tokens',
      help: 'the first U tokens of the training split; one epoch is U tokens seen',
      type: 'integer',
      min: 64,
      max: 50_000_000,
      default: 5000,
    });
    expect(fieldAt('data.windows')).toMatchObject({ type: 'choice', values: ['packed', 'random'], default: 'packed' });
    expect(fieldAt('data.lowercase')).toMatchObject({ type: 'boolean', default: true });
    expect(fieldAt('train.learningRate')).toMatchObject({ type: 'number', min: 1e-6, max: 1, default: 2e-3 });
    for (const field of fieldList()) expect(field.default).toBe(valueAt(defaults, field.path));
  });

  it('gives every field a label of its own rather than its path', () => {
    for (const field of fieldList()) expect(field.label).not.toBe(field.path);
  });

  it('puts what is allowed in words', () => {
    expect(allowedWords(fieldAt('model.heads')!)).toBe('a whole number from 1 to 64');
    expect(allowedWords(fieldAt('train.dropout')!)).toBe('a number from 0 to 0.95');
    expect(allowedWords(fieldAt('data.windows')!)).toBe('one of packed, random');
    expect(allowedWords(fieldAt('data.lowercase')!)).toBe('true or false');
  });
});

describe('values by path', () => {
  it('are read and replaced without touching the rest', () => {
    const changed = withValue(defaults, 'train.steps', 5);
    expect(valueAt(changed, 'train.steps')).toBe(5);
    expect(valueAt(defaults, 'train.steps')).toBe(1000);
    expect(withValue(changed, 'train.steps', 1000)).toEqual(defaults);
    expect(valueAt(withValue(defaults, 'seed', 9), 'seed')).toBe(9);
  });

  it('are undefined where there is nothing', () => {
    expect(valueAt(3, 'train.steps')).toBeUndefined();
    expect(valueAt({ train: null }, 'train.steps')).toBeUndefined();
    expect(valueAt({}, 'constructor')).toBeUndefined();
  });
});

describe('the nearest path to a mistyped one', () => {
  it.each([
    ['train.learningrate', 'train.learningRate'],
    ['learningRate', 'train.learningRate'],
    ['data.uniqeTokens', 'data.uniqueTokens'],
    ['evaluation.window', 'evaluation.windows'],
    ['model.dropout', 'train.dropout'],
  ])('%s → %s', (typed, meant) => expect(nearestPath(typed)).toBe(meant));

  it('is undefined for something quite different', () => expect(nearestPath('train.banana')).toBeUndefined());
});
