import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CrossoverError } from '../../src/core/errors.ts';
import { elements } from '../../src/core/shape.ts';
import { tokenizerOf } from '../../src/data/tokenizer.ts';
import { parameterLayout } from '../../src/model/parameters.ts';
import type { RunSpec } from '../../src/spec/schema.ts';
import {
  arenaFromTensors,
  modelFiles,
  namedTensors,
  optimizerFile,
  qwen3Config,
  readModelFile,
  readOptimizerFile,
  type TrainingState,
} from '../../src/train/modelFiles.ts';
import { readSafetensors, writeSafetensors } from '../../src/train/safetensors.ts';
import { CHECKPOINT_ARENAS } from '../../src/train/trainer.ts';
import { GOLDEN_SYMBOLS, goldenSpec } from '../golden/golden.ts';

const V = GOLDEN_SYMBOLS.length + 1;
const FILE = 'runs/x/model.safetensors';

function specWith(model: Partial<RunSpec['model']>): RunSpec {
  const spec = goldenSpec('ar');
  return { ...spec, model: { ...spec.model, ...model } };
}

/** An arena in which every parameter is a different number and the gaps between slices are 0. */
function countingArena({ model }: RunSpec, vocabulary = V): Float32Array {
  const layout = parameterLayout(model, vocabulary);
  const arena = new Float32Array(layout.size);
  for (const { shape, offset } of layout.slices)
    for (let i = offset; i < offset + elements(shape); i++) arena[i] = i + 1;
  return arena;
}

describe('the weights under the names of Qwen3', () => {
  const spec = goldenSpec('ar');
  const layout = parameterLayout(spec.model, V);
  const arena = countingArena(spec);
  const tensors = namedTensors(layout, arena);
  const { channels: C, feedForward: F } = spec.model;

  it('are exactly the tensors that Qwen3ForCausalLM has', () => {
    const layer = [
      ['input_layernorm', [C]],
      ['mlp.down_proj', [C, F]],
      ['mlp.gate_proj', [F, C]],
      ['mlp.up_proj', [F, C]],
      ['post_attention_layernorm', [C]],
      ['self_attn.k_norm', [8]],
      ['self_attn.k_proj', [C, C]],
      ['self_attn.o_proj', [C, C]],
      ['self_attn.q_norm', [8]],
      ['self_attn.q_proj', [C, C]],
      ['self_attn.v_proj', [C, C]],
    ] as const;
    const expected = new Map<string, readonly number[]>([
      ['lm_head.weight', [V, C]],
      ['model.embed_tokens.weight', [V, C]],
      ['model.norm.weight', [C]],
      ...[0, 1].flatMap((i) =>
        layer.map(([name, shape]): [string, readonly number[]] => [`model.layers.${i}.${name}.weight`, shape]),
      ),
    ]);
    expect(new Map([...tensors].map(([name, { shape }]) => [name, shape]))).toEqual(expected);
  });

  it('split the fused matrices by rows: q, k, v and gate, up', () => {
    const first = (name: string) => tensors.get(`model.layers.1.${name}.weight`)!.data[0];
    const start = (name: string) => layout.slices.find((slice) => slice.name === `layers.1.${name}`)!.offset + 1;
    expect(['q', 'k', 'v'].map((part) => first(`self_attn.${part}_proj`))).toEqual(
      [0, 1, 2].map((third) => start('qkv') + third * C * C),
    );
    expect(['gate', 'up'].map((part) => first(`mlp.${part}_proj`))).toEqual(
      [0, 1].map((half) => start('gateUp') + half * F * C),
    );
  });

  it('have no head of their own when it is tied to the embedding', () => {
    const tied = specWith({ tiedHead: true });
    const names = [...namedTensors(parameterLayout(tied.model, V), countingArena(tied)).keys()];
    expect(names).not.toContain('lm_head.weight');
    expect(names).toContain('model.embed_tokens.weight');
  });

  it('come back as the same arena, for any model', () => {
    const shapes = fc.record({
      layers: fc.integer({ min: 1, max: 3 }),
      heads: fc.integer({ min: 1, max: 3 }),
      halfHead: fc.integer({ min: 1, max: 5 }),
      feedForward: fc.integer({ min: 1, max: 20 }),
      tiedHead: fc.boolean(),
      vocabulary: fc.integer({ min: 2, max: 40 }),
    });
    fc.assert(
      fc.property(shapes, ({ halfHead, vocabulary, heads, ...rest }) => {
        const { model } = specWith({ ...rest, heads, channels: 2 * halfHead * heads });
        const any = parameterLayout(model, vocabulary);
        const numbers = countingArena(specWith(model), vocabulary);
        const back = arenaFromTensors(any, namedTensors(any, numbers), FILE);
        expect(Buffer.from(back.buffer).equals(Buffer.from(numbers.buffer))).toBe(true);
      }),
    );
  });

  it.each([
    [
      'a tensor is missing',
      () => new Map([...tensors].filter(([name]) => name !== 'model.norm.weight')),
      'lacks the tensor “model.norm.weight” [16]',
    ],
    [
      'a tensor has another shape',
      () => new Map(tensors).set('lm_head.weight', { shape: [C, V], data: new Float32Array(C * V) }),
      '“lm_head.weight” must be [11, 16] for the model of its run; got [16, 11]',
    ],
    [
      'a tensor has another type',
      () => new Map(tensors).set('model.norm.weight', { shape: [C], data: new Float64Array(C) }),
      '“model.norm.weight” must hold F32 numbers',
    ],
    [
      'there is a tensor that the model has not',
      () => new Map(tensors).set('model.layers.0.self_attn.q_proj.bias', { shape: [C], data: new Float32Array(C) }),
      'holds “model.layers.0.self_attn.q_proj.bias”, which is not part of the model',
    ],
  ])('are refused when %s', (_, damaged, words) => {
    expect(() => arenaFromTensors(layout, damaged(), FILE)).toThrow(CrossoverError);
    expect(() => arenaFromTensors(layout, damaged(), FILE)).toThrow(`${FILE}`);
    expect(() => arenaFromTensors(layout, damaged(), FILE)).toThrow(words);
  });
});

describe('config.json', () => {
  it('describes the model in the fields of Qwen3', () => {
    expect(qwen3Config(specWith({ feedForward: 0, tiedHead: true }), V)).toMatchObject({
      architectures: ['Qwen3ForCausalLM'],
      model_type: 'qwen3',
      vocab_size: 11,
      hidden_size: 16,
      intermediate_size: 48,
      num_hidden_layers: 2,
      num_attention_heads: 2,
      num_key_value_heads: 2,
      head_dim: 8,
      rms_norm_eps: 0.001,
      rope_theta: 500,
      tie_word_embeddings: true,
      bos_token_id: 10,
    });
  });

  it('of a diffusion model says that it attends in both directions and has a mask in the place of BOS', () => {
    expect(qwen3Config(goldenSpec('diffusion'), V)).toMatchObject({
      is_causal: false,
      mask_token_id: 10,
      bos_token_id: null,
    });
    expect(qwen3Config(goldenSpec('ar'), V)).not.toHaveProperty('is_causal');
  });

  it('of a causal diffusion model has the mask, and attends as Qwen3 does', () => {
    const spec = goldenSpec('diffusion');
    const config = qwen3Config({ ...spec, diffusion: { ...spec.diffusion, causal: true } }, V);
    expect(config).toMatchObject({ mask_token_id: 10, bos_token_id: null });
    expect(config).not.toHaveProperty('is_causal');
  });

  it('of AR in several orders passes for no Qwen3, whose queries and keys turn alike', () => {
    const spec = goldenSpec('ar');
    const { architectures, model_type } = qwen3Config({ ...spec, ar: { ...spec.ar, orders: 2 } }, V);
    expect([architectures, model_type]).toEqual([['CrossoverAnyOrder'], 'crossover-any-order']);
  });
});

describe('the files of a model', () => {
  const spec = goldenSpec('diffusion');
  const arena = countingArena(spec);
  const files = modelFiles(spec, tokenizerOf(GOLDEN_SYMBOLS), arena);

  it('hold the weights, and the run that they belong to', () => {
    expect(readModelFile(files['model.safetensors'], parameterLayout(spec.model, V), FILE)).toEqual(arena);
    const { metadata } = readSafetensors(files['model.safetensors'], FILE);
    expect(metadata.format).toBe('pt');
    expect(JSON.parse(metadata.run)).toEqual(spec);
  });

  it('agree about the extra token', () => {
    const extra = JSON.parse(files['tokenizer.json']).added_tokens[0];
    expect(JSON.parse(files['config.json']).mask_token_id).toBe(extra.id);
    expect(JSON.parse(files['tokenizer_config.json']).mask_token).toBe(extra.content);
  });
});

describe('optimizer.safetensors', () => {
  const size = 64;
  const file = 'runs/x/optimizer.safetensors';
  const state: TrainingState = {
    step: 123,
    seconds: 0.1 + 0.2,
    variants: { 'matmul NT 64×64': 'vec4', 'matmul TN': 'tile "8"' },
    arenas: Object.fromEntries(
      CHECKPOINT_ARENAS.map((name, arena) => [
        name,
        Float32Array.from({ length: size }, (_, i) => Math.sin(i + 100 * arena)),
      ]),
    ) as TrainingState['arenas'],
  };

  it('gives back the state of a training, bit for bit', () => {
    expect(readOptimizerFile(optimizerFile(state), size, file)).toEqual(state);
  });

  it('keeps numbers that no training should have: an infinity and a NaN', () => {
    const arenas = {
      ...state.arenas,
      v: new Float32Array(size).fill(Number.NaN, 0, 2).fill(Number.NEGATIVE_INFINITY, 2, 3),
    };
    expect(readOptimizerFile(optimizerFile({ ...state, arenas }), size, file).arenas.v).toEqual(arenas.v);
  });

  const metadata = (change: Record<string, string>) => {
    const { tensors, metadata: found } = readSafetensors(optimizerFile(state), file);
    return writeSafetensors(tensors, { ...found, ...change });
  };
  it.each([
    ['is of another model', optimizerFile(state), 128, '“params” must be [128] for the model of its run; got [64]'],
    [
      'is another safetensors file',
      writeSafetensors(new Map(), { format: 'pt' }),
      size,
      'must have the format crossover-optimizer-1',
    ],
    ['has no metadata', writeSafetensors(new Map()), size, 'found none'],
    ['does not say how far it was', metadata({ progress: '{"step":-1}' }), size, 'must say step, seconds and variants'],
    ['says it in no language', metadata({ progress: 'step 3' }), size, 'found step 3'],
    ['is cut off', optimizerFile(state).subarray(0, -4), size, 'truncated'],
  ])('is refused when it %s', (_, bytes, expected, words) => {
    expect(() => readOptimizerFile(bytes, expected, file)).toThrow(CrossoverError);
    expect(() => readOptimizerFile(bytes, expected, file)).toThrow(file);
    expect(() => readOptimizerFile(bytes, expected, file)).toThrow(words);
  });
});
