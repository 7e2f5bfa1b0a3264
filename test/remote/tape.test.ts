import { describe, expect, it } from 'vitest';
import { familyOf } from '../../src/families/index.ts';
import type { Op } from '../../src/graph/op.ts';
import { Tape } from '../../src/graph/tape.ts';
import { tapeData, tapeOf } from '../../src/remote/tape.ts';
import { FAMILIES } from '../../src/spec/schema.ts';
import { trainingGraph } from '../../src/train/graphs.ts';
import { tinySpec } from '../support/tiny.ts';

describe('a tape that crosses to another thread', () => {
  it.each(FAMILIES)('is the same graph there: values, storage, ops, attributes and scopes of %s', (id) => {
    const { tape } = trainingGraph(tinySpec({ train: { dropout: 0.1 } }), 20, familyOf(id, tinySpec()));
    const restored = tapeOf(structuredClone(tapeData(tape)));
    expect(tapeData(restored)).toEqual(tapeData(tape));
    expect(restored.nodes.map(({ op }) => op)).toEqual(tape.nodes.map(({ op }) => op));
    for (const value of restored.values) expect(value.tape).toBe(restored);
  });

  it('is refused there when it has an op that is not registered', () => {
    const tape = new Tape();
    const op: Op = {
      name: 'unheardOf',
      inputs: [],
      outputs: ['y'],
      shader: { file: '', source: '' },
      infer: () => ({ y: { shape: [1], dtype: 'f32' } }),
      dispatches: () => [],
      reference: () => {},
      cases: [],
    };
    tape.apply(op, [], {});
    expect(() => tapeOf(tapeData(tape))).toThrow('there is no op unheardOf');
  });
});
