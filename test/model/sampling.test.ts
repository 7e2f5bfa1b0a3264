import { describe, expect, it } from 'vitest';
import { forwardFlops, samplingRatio } from '../../src/model/counts.ts';
import { tinySpec } from '../support/tiny.ts';

describe('FLOPs of writing with diffusion over those of AR with a KV cache', () => {
  // The three published numbers share one unknown, L·C/P; the largest fixes it, and the others must follow.
  const published = { parameters: 1e9, layers: 1, channels: 46_560 };

  it.each([
    [16, 16],
    [256, 259],
    [4096, 4752],
  ])('of a text of %d tokens in as many steps are %d times, as published for the model of 1B', (tokens, times) => {
    expect(Math.round(samplingRatio(published, tokens, tokens))).toBe(times);
  });

  it('grow with the steps, and by up to twice with the length of the text', () => {
    expect(samplingRatio(published, 8, 1024)).toBeCloseTo(8 * samplingRatio(published, 1, 1024), 12);
    expect(samplingRatio(published, 1, 1)).toBeCloseTo(1, 4);
    expect(samplingRatio(published, 1, 1e9)).toBeCloseTo(2, 4);
  });

  it('are those of whole passes, as they are counted for our own model', () => {
    const { model } = tinySpec({ model: { context: 64 } });
    const V = 30;
    const parameters = model.layers * (4 * model.channels ** 2 + 3 * model.channels * 20) + V * model.channels;
    const counted = (7 * forwardFlops(model, V, 1, false)) / forwardFlops(model, V, 1, true);
    const ratio = samplingRatio({ ...model, parameters }, 7, 64);
    // Half of T² pairs against T(T + 1)/2.
    expect(Math.abs(counted / ratio - 1)).toBeLessThan(1 / 64);
  });
});
