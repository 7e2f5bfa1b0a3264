import { describe, expect, it } from 'vitest';
import { DEFAULT_SPEC, PRESETS } from '../../src/spec/presets.ts';
import {
  draftOf,
  edit,
  hasIssues,
  idleWords,
  presetIn,
  rangeEnd,
  resize,
  SLIDER_STEPS,
  shownValue,
  sliderPosition,
  sliderValue,
} from '../../src/ui/settings.ts';

const draft = draftOf(DEFAULT_SPEC);

describe('editing a setup', () => {
  it('takes over what is valid', () => {
    const edited = edit(edit(draft, 'train.steps', '400'), 'model.tiedHead', true);
    expect(edited.spec.train.steps).toBe(400);
    expect(edited.spec.model.tiedHead).toBe(true);
    expect(edited.typed).toEqual({});
    expect(hasIssues(edited)).toBe(false);
  });

  it('says of a changed setting that it has no effect beside the others, in the words of the form', () => {
    const idle = edit(draft, 'train.dropoutOn', 'mlp');
    expect(idleWords(idle, 'train.dropoutOn')).toBe('Without effect here: Dropout is 0.');
    expect(idleWords(edit(idle, 'train.dropout', '0.1'), 'train.dropoutOn')).toBeUndefined();
    expect(idleWords(draft, 'train.dropoutOn')).toBeUndefined();
  });

  it('keeps what was typed, says what is wrong with it, and leaves the spec valid', () => {
    for (const [text, issue] of [
      ['', '“” is not a number.'],
      ['many', '“many” is not a number.'],
      ['2.5', '2.5 is not a whole number from 1 to 1024.'],
      ['0', '0 is not a whole number from 1 to 1024.'],
    ] as const) {
      const edited = edit(draft, 'train.batch', text);
      expect(edited.spec).toEqual(DEFAULT_SPEC);
      expect(shownValue(edited, 'train.batch')).toBe(text);
      expect(edited.issues).toEqual({ 'train.batch': issue });
    }
  });

  it('accepts other fields while one is wrong, and forgets the issue once it is mended', () => {
    const wrong = edit(edit(draft, 'train.batch', 'x'), 'train.steps', '300');
    expect(wrong.spec.train.steps).toBe(300);
    expect(Object.keys(wrong.issues)).toEqual(['train.batch']);
    expect(hasIssues(edit(wrong, 'train.batch', '8'))).toBe(false);
  });

  it('tells an impossible combination at the field that was edited, in the labels of the form', () => {
    const wrong = edit(draft, 'model.channels', '66');
    expect(wrong.spec).toEqual(DEFAULT_SPEC);
    expect(wrong.issues).toEqual({
      'model.channels': 'Channels C must be divisible by Heads H; got 66 channels and 4 heads.',
    });
    const mended = edit(edit(draft, 'model.channels', '72'), 'model.heads', '6');
    expect(mended).toMatchObject({ spec: { model: { channels: 72, heads: 6 } }, typed: {}, issues: {} });
  });

  it('knows an unchanged preset and a size', () => {
    expect(presetIn(draft)?.id).toBe(PRESETS[0].id);
    expect(presetIn(edit(draft, 'seed', '2'))).toBeUndefined();
    expect(presetIn(edit(draft, 'seed', 'two'))).toBeUndefined();
    expect(resize(draft, 'M').spec.model.channels).toBe(128);
  });
});

describe('a logarithmic slider', () => {
  it('ends at its ends and gives round values between', () => {
    expect(sliderValue(0, 1024, 1e6)).toBe(1024);
    expect(sliderValue(SLIDER_STEPS, 1024, 1e6)).toBe(1e6);
    expect(sliderValue(sliderPosition(5000, 1024, 1e6), 1024, 1e6)).toBe(5000);
    expect(sliderPosition(3, 1024, 1e6)).toBe(0);
  });
});

describe('the ends of a range', () => {
  it('are written as they are typed', () => {
    expect([0, 1, 0.9999, 1e-12, 4096, 50_000_000].map(rangeEnd)).toEqual(['0', '1', '0.9999', '1e-12', '4096', '5e7']);
  });
});
