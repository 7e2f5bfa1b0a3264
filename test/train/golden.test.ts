import { describe, expect, it } from 'vitest';
import { elements } from '../../src/core/shape.ts';
import { families } from '../../src/families/index.ts';
import { Interpreter } from '../../src/graph/interpreter.ts';
import { parameterLayout } from '../../src/model/parameters.ts';
import { FAMILIES } from '../../src/spec/schema.ts';
import { arenaSizes, RING_COLUMNS, RING_ROWS, trainingGraph } from '../../src/train/graphs.ts';
import { stepState } from '../../src/train/schedule.ts';
import { writeBatch } from '../../src/train/trainer.ts';
import { GOLDEN_V, goldenArena, goldenFamily, goldenSpec, huggingFaceLogits } from '../golden/golden.ts';

/** Largest difference, relative to the largest expected number. */
function deviation(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  expect(actual.length).toBe(expected.length);
  let difference = 0;
  let largest = 0;
  for (let i = 0; i < expected.length; i++) {
    if (!Number.isFinite(actual[i])) return Number.POSITIVE_INFINITY;
    difference = Math.max(difference, Math.abs(actual[i] - expected[i]));
    largest = Math.max(largest, Math.abs(expected[i]));
  }
  return difference / largest;
}
