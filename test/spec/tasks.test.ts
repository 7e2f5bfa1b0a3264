import { describe, expect, it } from 'vitest';
import { applySettings, parseRaceSpec } from '../../src/spec/parse.ts';
import { DEFAULT_SPEC, presetOf } from '../../src/spec/presets.ts';
import { CORPORA, TASK_CORPORA } from '../../src/spec/schema.ts';
import { ITEM_TOKENS, isTask, withCorpus } from '../../src/spec/tasks.ts';

describe('a spec with another corpus', () => {
  it.each(CORPORA)('%s is valid, and back again is what it was', (corpus) => {
    const changed = withCorpus(DEFAULT_SPEC, corpus);
    expect(parseRaceSpec(changed)).toEqual(changed);
    expect(changed.data.corpus).toBe(corpus);
    expect(withCorpus(changed, DEFAULT_SPEC.data.corpus)).toEqual(DEFAULT_SPEC);
  });

  it('keeps what need not change: between texts the budget and the context, between tasks the number of questions', () => {
    const own = applySettings(DEFAULT_SPEC, ['data.uniqueTokens=9000', 'model.context=32', 'evaluation.questions=50']);
    expect(withCorpus(own, 'python')).toEqual({ ...own, data: { ...own.data, corpus: 'python' } });
    const task = withCorpus(own, 'brackets');
    expect(task.evaluation.questions).toBe(50);
    expect(task.model).toEqual({ ...own.model, context: 20 });
    expect(task.train).toEqual(own.train);
  });
});

describe('what belongs to a corpus', () => {
  it('does not come along to another', () => {
    const spoilt = applySettings(DEFAULT_SPEC, ['data.corruption=words', 'data.corruptionRate=0.2']);
    expect(parseRaceSpec(withCorpus(spoilt, 'world')).data).toMatchObject({ corruption: 'none', corruptionRate: 0 });
    expect(withCorpus(spoilt, 'sotu').data).toEqual({ ...spoilt.data, corpus: 'sotu' });
    const pairs = applySettings(withCorpus(DEFAULT_SPEC, 'reversal'), ['data.bothWays=0.5']);
    expect(parseRaceSpec(withCorpus(pairs, 'moby-dick')).data.bothWays).toBe(0);
  });
});

describe('the presets of tasks', () => {
  it.each(['brackets', 'world'] as const)('%s asks questions about items of the right length', (id) => {
    const { data, model, evaluation, train } = presetOf(id).spec;
    expect(TASK_CORPORA).toContain(data.corpus);
    expect(model.context).toBe(ITEM_TOKENS[id]);
    expect(evaluation.questions).toBeGreaterThanOrEqual(200);
    expect([train.batch, train.emaDecay, train.patience]).toEqual([32, 0.99, 0]);
  });
});

describe('what cannot go together', () => {
  it('is questions for a model that reads no masks', () => {
    const uniform = ['diffusion.noise=uniform', 'diffusion.objective=inverse-t', 'sampling.every=0'];
    expect(() => applySettings(DEFAULT_SPEC, [...uniform, 'evaluation.questions=10'])).toThrow(
      'evaluation.questions must be 0 with diffusion.noise uniform',
    );
    expect(applySettings(DEFAULT_SPEC, uniform).diffusion.noise).toBe('uniform');
  });

  it('is named by what is right: the context of a task, whatever else is set', () => {
    expect(CORPORA.filter(isTask)).toEqual([...TASK_CORPORA]);
    expect(() => applySettings(DEFAULT_SPEC, ['data.corpus=world'])).toThrow(
      'model.context must be 5, the tokens of an item of world; got 64',
    );
  });
});
