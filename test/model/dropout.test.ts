import { describe, expect, it } from 'vitest';
import { u32 } from '../../src/graph/op.ts';
import { Tape } from '../../src/graph/tape.ts';
import { transformer } from '../../src/model/transformer.ts';
import type { RaceSpec } from '../../src/spec/schema.ts';
import { tinySpec } from '../support/tiny.ts';

const { model } = tinySpec();

/** Every dropout in the order it is traced: its number, and what it drops of. */
function dropoutsOf(dropoutOn: RaceSpec['train']['dropoutOn'], dropout = 0.2): { site: number; of: string }[] {
  const tape = new Tape();
  const ids = tape.input('ids', u32(model.context));
  transformer(ids, { model, vocabulary: 9, causal: true, arena: 'params', dropout: { dropout, dropoutOn } });
  return tape.nodes
    .filter(({ op }) => op.name === 'dropout')
    .map(({ attrs, inputs }) => {
      const source = tape.nodes.find(({ outputs }) => outputs.includes(inputs[0]))!;
      return { site: attrs.site, of: source.op.name };
    });
}

const onResidual = [
  { site: 0, of: 'embedding' },
  { site: 1, of: 'matmulNT' },
  { site: 2, of: 'matmulNT' },
  { site: 3, of: 'matmulNT' },
  { site: 4, of: 'matmulNT' },
];

describe('dropout', () => {
  it('on the residual stream acts on the embedding and on what each block adds', () => {
    expect(dropoutsOf('residual')).toEqual(onResidual);
  });

  it('on attention acts on the mixed values, before they are projected', () => {
    expect(dropoutsOf('attention').map(({ of }) => of)).toEqual(['attention', 'attention']);
  });

  it('on the MLP acts on its hidden layer', () => {
    expect(dropoutsOf('mlp').map(({ of }) => of)).toEqual(['swiglu', 'swiglu']);
  });

  it('everywhere acts on all of these, each with masks of its own, the same as if it were alone', () => {
    const all = dropoutsOf('all');
    expect(new Set(all.map(({ site }) => site)).size).toBe(all.length);
    const bySite = (a: { site: number }, b: { site: number }) => a.site - b.site;
    const alone = [...onResidual, ...dropoutsOf('attention'), ...dropoutsOf('mlp')];
    expect(all.sort(bySite)).toEqual(alone.sort(bySite));
  });

  it('at a rate of 0 is not there at all', () => {
    expect(dropoutsOf('all', 0)).toEqual([]);
  });
});
