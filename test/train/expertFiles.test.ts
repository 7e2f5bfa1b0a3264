import { describe, expect, it } from 'vitest';
import { elements } from '../../src/core/shape.ts';
import { Interpreter } from '../../src/graph/interpreter.ts';
import { parameterLayout } from '../../src/model/parameters.ts';
import type { RunSpec } from '../../src/spec/schema.ts';
import { samplingGraph } from '../../src/train/graphs.ts';
import { arenaFromTensors, namedTensors, qwen3Config } from '../../src/train/modelFiles.ts';
import { GOLDEN_V, goldenExperts, goldenFamily, goldenSpec, huggingFaceLogits } from '../golden/golden.ts';

function withModel(changes: Partial<RunSpec['model']>, id: 'ar' | 'diffusion' = 'ar'): RunSpec {
  const spec = goldenSpec(id);
  return { ...spec, model: { ...spec.model, experts: 4, expertsPerToken: 2, ...changes } };
}

describe('a mixture of experts in files', () => {
  it('gives the logits of Hugging Face’s Qwen3Moe, which opened our files', async () => {
    const { spec, weights } = goldenExperts();
    const { inputs } = goldenFamily('ar').batches[0];
    const interpreter = new Interpreter();
    const state = interpreter.createState({ params: weights.length });
    const sequences = inputs.length / spec.model.context;
    const { tape, ids, logits } = samplingGraph(
      spec,
      GOLDEN_V,
      { causal: true, loss: 'cross-entropy' },
      'params',
      sequences,
    );
    const program = await interpreter.compile(tape, state);
    state.write('params', weights);
    program.write(ids, inputs);
    program.run();
    const expected = huggingFaceLogits('experts');
    const largest = expected.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
    expect(largest).toBeGreaterThan(1);
    const ours = program.exact(logits);
    expect(ours).toHaveLength(expected.length);
    for (const [i, x] of expected.entries()) expect(Math.abs(ours[i] - x)).toBeLessThan(1e-5 * largest);
  });

  it('has the router and each expert by itself, under the names of Qwen3Moe', () => {
    const { model } = withModel({});
    const layout = parameterLayout(model, GOLDEN_V);
    const arena = Float32Array.from({ length: layout.size }, (_, i) => i);
    const tensors = namedTensors(layout, arena);
    const { channels: C, feedForward: F } = model;
    const offsetOf = (name: string) => layout.slices.find((slice) => slice.name === `layers.1.${name}`)!.offset;
    const found = (name: string) => tensors.get(`model.layers.1.mlp.${name}.weight`)!;
    expect(found('gate').shape).toEqual([4, C]);
    for (let e = 0; e < 4; e++) {
      expect(found(`experts.${e}.gate_proj`).shape).toEqual([F, C]);
      expect(found(`experts.${e}.gate_proj`).data[0]).toBe(offsetOf('experts.gateUp') + e * 2 * F * C);
      expect(found(`experts.${e}.up_proj`).data[0]).toBe(offsetOf('experts.gateUp') + (e * 2 + 1) * F * C);
      expect(found(`experts.${e}.down_proj`).shape).toEqual([C, F]);
      expect(found(`experts.${e}.down_proj`).data[0]).toBe(offsetOf('experts.down') + e * C * F);
    }
    expect([...tensors.keys()].some((name) => /mlp\.(gate|up|down)_proj/.test(name))).toBe(false);
  });

  it.each([{}, { experts: 1, expertsPerToken: 1 }, { sharedExpert: true }, { experts: 1, sharedExpert: true }])(
    'comes back as the same arena, with %j',
    (changes) => {
      const layout = parameterLayout(withModel(changes).model, GOLDEN_V);
      const arena = new Float32Array(layout.size);
      for (const { shape, offset } of layout.slices)
        for (let i = offset; i < offset + elements(shape); i++) arena[i] = i + 1;
      expect(arenaFromTensors(layout, namedTensors(layout, arena), 'x')).toEqual(arena);
    },
  );
});

describe('the config.json of a mixture of experts', () => {
  const named = (changes: Partial<RunSpec['model']>, id?: 'diffusion') =>
    qwen3Config(withModel(changes, id), GOLDEN_V).architectures;

  it('is that of Qwen3Moe where that is the same function', () => {
    expect(qwen3Config(withModel({}), GOLDEN_V)).toMatchObject({
      architectures: ['Qwen3MoeForCausalLM'],
      model_type: 'qwen3_moe',
      num_experts: 4,
      num_experts_per_tok: 2,
      moe_intermediate_size: 48,
      norm_topk_prob: true,
      decoder_sparse_step: 1,
      mlp_only_layers: [],
    });
    expect(qwen3Config(withModel({ expertsPerToken: 1 }), GOLDEN_V).norm_topk_prob).toBe(false);
    expect(qwen3Config(goldenSpec('ar'), GOLDEN_V)).not.toHaveProperty('num_experts');
  });

  it('of one expert is that of the dense Qwen3, which it is', () => {
    expect(qwen3Config(withModel({ experts: 1, expertsPerToken: 1 }), GOLDEN_V)).toEqual(
      qwen3Config(goldenSpec('ar'), GOLDEN_V),
    );
  });

  it('passes for nothing that transformers knows where experts choose or share a token with one that all use', () => {
    expect(named({ routing: 'expert' }, 'diffusion')).toEqual(['CrossoverExperts']);
    expect(named({ sharedExpert: true })).toEqual(['CrossoverExperts']);
    expect(named({ experts: 1, expertsPerToken: 1, sharedExpert: true })).toEqual(['CrossoverExperts']);
    expect(qwen3Config(withModel({ routing: 'expert' }, 'diffusion'), GOLDEN_V)).toMatchObject({
      model_type: 'crossover-experts',
      routing: 'expert',
      tokens_per_expert: 6,
    });
  });
});
