import { z } from 'zod';
import { badInput } from '../core/errors.ts';
import { canonicalJson } from '../core/hash.ts';
import { elements, type Shape, sameShape, showShape } from '../core/shape.ts';
import type { Tokenizer } from '../data/dataset.ts';
import { toTokenizerConfig, toTokenizerJson } from '../data/tokenizerJson.ts';
import { familyOf } from '../families/index.ts';
import { type ParameterLayout, parameterLayout } from '../model/parameters.ts';
import { isRouted, tokensTaken } from '../spec/experts.ts';
import { feedForwardOf, type RunSpec } from '../spec/schema.ts';
import { readSafetensors, type Tensor, writeSafetensors } from './safetensors.ts';
import { CHECKPOINT_ARENAS, type CheckpointArenas } from './trainer.ts';

/**
 * A trained model as files that others can open: our architecture is Hugging Face's Qwen3 with as many key-value
 * heads as heads, or its Qwen3Moe, so its tensors carry their names. Fused matrices are stored as their parts, split by
 * rows, and so are the matrices of experts that lie one after the other. What neither of them is (see `architectureOf`)
 * goes by a name that nobody opens.
 */
const OUTER_NAMES: Readonly<Record<string, readonly string[]>> = {
  embed: ['model.embed_tokens'],
  norm: ['model.norm'],
  head: ['lm_head'],
};
const LAYER_NAMES: Readonly<Record<string, readonly string[]>> = {
  norm1: ['input_layernorm'],
  qkv: ['self_attn.q_proj', 'self_attn.k_proj', 'self_attn.v_proj'],
  qNorm: ['self_attn.q_norm'],
  kNorm: ['self_attn.k_norm'],
  proj: ['self_attn.o_proj'],
  norm2: ['post_attention_layernorm'],
  gateUp: ['mlp.gate_proj', 'mlp.up_proj'],
  down: ['mlp.down_proj'],
  router: ['mlp.gate'],
  'experts.gateUp': ['mlp.experts.#.gate_proj', 'mlp.experts.#.up_proj'],
  'experts.down': ['mlp.experts.#.down_proj'],
  // No Qwen3Moe has a shared expert: the name is that of Qwen2Moe, where it has a gate.
  'shared.gateUp': ['mlp.shared_expert.gate_proj', 'mlp.shared_expert.up_proj'],
  'shared.down': ['mlp.shared_expert.down_proj'],
};

/** One tensor of the exported file and where its numbers lie in the arena. */
interface Part {
  name: string;
  shape: Shape;
  offset: number;
}

/** The exported parts of every parameter, in the arena's order. */
function partsOf(layout: ParameterLayout): Part[] {
  return layout.slices.flatMap(({ name, shape, offset, experts }) => {
    const names = qwen3Names(name, experts);
    const part = [shape[0] / names.length, ...shape.slice(1)];
    return names.map((exported, i) => ({ name: exported, shape: part, offset: offset + i * elements(part) }));
  });
}

/** `layers.0.qkv` → `model.layers.0.self_attn.q_proj.weight` and so on; `#` is the number of each expert. */
function qwen3Names(name: string, experts = 1): string[] {
  const [, prefix, own] = /^(layers\.\d+\.)?([\w.]+)$/.exec(name) ?? [];
  const names = (prefix ? LAYER_NAMES : OUTER_NAMES)[own];
  if (!names) throw new Error(`parameter ${name} has no name in Qwen3`);
  return Array.from({ length: experts }, (_, e) =>
    names.map((part) => `${prefix ? `model.${prefix}` : ''}${part.replace('#', String(e))}.weight`),
  ).flat();
}

/** The arena as tensors under Qwen3's names. The tensors are views of `params`. */
export function namedTensors(layout: ParameterLayout, params: Float32Array): Map<string, Tensor> {
  return new Map(
    partsOf(layout).map(({ name, shape, offset }) => [
      name,
      { shape, data: params.subarray(offset, offset + elements(shape)) },
    ]),
  );
}

/**
 * The inverse of `namedTensors`: an arena of `layout.size` elements, 0 in the gaps between slices.
 *
 * @param file how errors name the file that the tensors came from
 * @throws CrossoverError when a tensor is missing, of another shape or type, or not part of the model
 */
export function arenaFromTensors(
  layout: ParameterLayout,
  tensors: ReadonlyMap<string, Tensor>,
  file: string,
): Float32Array<ArrayBuffer> {
  const parts = partsOf(layout);
  const arena = new Float32Array(layout.size);
  for (const { name, shape, offset } of parts) arena.set(dataOf(tensors, name, shape, file), offset);
  const known = new Set(parts.map((part) => part.name));
  const foreign = [...tensors.keys()].find((name) => !known.has(name));
  if (foreign !== undefined) throw badInput(`${file} holds “${foreign}”, which is not part of the model of its run`);
  return arena;
}

/** The numbers of an f32 tensor that must be there in this shape. */
function dataOf(tensors: ReadonlyMap<string, Tensor>, name: string, shape: Shape, file: string): Float32Array {
  const tensor = tensors.get(name);
  if (!tensor) throw badInput(`${file} lacks the tensor “${name}” ${showShape(shape)}`);
  if (!sameShape(tensor.shape, shape))
    throw badInput(
      `${file}: “${name}” must be ${showShape(shape)} for the model of its run; got ${showShape(tensor.shape)}`,
    );
  if (!(tensor.data instanceof Float32Array)) throw badInput(`${file}: “${name}” must hold F32 numbers`);
  return tensor.data;
}

/**
 * Whose model it is. Qwen3Moe is a mixture of experts in which the tokens choose, without a shared expert; one expert is
 * Qwen3 itself. A model that was trained in several orders, in which queries and keys are turned differently, and other
 * mixtures of experts have no class in transformers that computes them: a name of our own keeps them from being opened
 * as something they are not.
 */
function architectureOf({ model }: RunSpec, ordered: boolean): { architectures: [string]; model_type: string } {
  if (ordered) return { architectures: ['CrossoverAnyOrder'], model_type: 'crossover-any-order' };
  if (!isRouted(model) && !(model.experts > 0 && model.sharedExpert))
    return { architectures: ['Qwen3ForCausalLM'], model_type: 'qwen3' };
  if (model.routing === 'token' && !model.sharedExpert)
    return { architectures: ['Qwen3MoeForCausalLM'], model_type: 'qwen3_moe' };
  return { architectures: ['CrossoverExperts'], model_type: 'crossover-experts' };
}

/** What Qwen3Moe wants to know; of other mixtures, what they differ in. */
function expertsConfig({ model, train }: RunSpec): Record<string, unknown> {
  if (model.experts === 0 || (!isRouted(model) && !model.sharedExpert)) return {};
  return {
    num_experts: model.experts,
    num_experts_per_tok: model.expertsPerToken,
    moe_intermediate_size: feedForwardOf(model),
    // The gates of one expert alone are its probability.
    norm_topk_prob: model.expertsPerToken > 1,
    decoder_sparse_step: 1,
    mlp_only_layers: [],
    router_aux_loss_coef: train.balanceLoss,
    output_router_logits: false,
    ...(model.routing === 'expert' && isRouted(model) && { routing: 'expert', tokens_per_expert: tokensTaken(model) }),
    ...(model.sharedExpert && { shared_expert_intermediate_size: feedForwardOf(model), shared_expert_gate: false }),
  };
}

/**
 * The `config.json` with which `AutoModelForCausalLM.from_pretrained` builds the same function, where it can.
 * A diffusion model attends in both directions and knows the extra token as [MASK] instead of BOS.
 *
 * @param V vocabulary, the extra token included
 */
export function qwen3Config(spec: RunSpec, V: number): Record<string, unknown> {
  const { model } = spec;
  const { causal, extraToken, leftToRight } = familyOf(spec.family, spec);
  const extra = V - 1;
  return {
    ...architectureOf(spec, leftToRight !== undefined),
    vocab_size: V,
    hidden_size: model.channels,
    intermediate_size: feedForwardOf(model),
    ...expertsConfig(spec),
    num_hidden_layers: model.layers,
    num_attention_heads: model.heads,
    num_key_value_heads: model.heads,
    head_dim: model.channels / model.heads,
    max_position_embeddings: model.context,
    hidden_act: 'silu',
    rms_norm_eps: model.normEpsilon,
    rope_theta: model.ropeTheta,
    attention_bias: false,
    attention_dropout: 0,
    use_sliding_window: false,
    tie_word_embeddings: model.tiedHead,
    initializer_range: model.initStd,
    torch_dtype: 'float32',
    eos_token_id: null,
    pad_token_id: null,
    ...(extraToken === '<bos>' ? { bos_token_id: extra } : { bos_token_id: null, mask_token_id: extra }),
    ...(!causal && { is_causal: false }),
  };
}

/**
 * The files of a run folder that hold the model as `AutoModelForCausalLM` and `AutoTokenizer` open it.
 *
 * @param weights arena of the weights to publish: the averaged weights at the best validation loss
 */
export function modelFiles(spec: RunSpec, tokenizer: Tokenizer, weights: Float32Array) {
  const V = tokenizer.size + 1;
  const tensors = namedTensors(parameterLayout(spec.model, V), weights);
  const extra = familyOf(spec.family, spec).extraToken;
  return {
    'config.json': asJson(qwen3Config(spec, V)),
    'tokenizer.json': asJson(toTokenizerJson(tokenizer, extra, spec.data.lowercase)),
    'tokenizer_config.json': asJson(toTokenizerConfig(extra, spec.model.context)),
    // `format: pt` is what transformers asks of a safetensors file before it loads it.
    'model.safetensors': writeSafetensors(tensors, { format: 'pt', run: canonicalJson(spec) }),
  };
}

function asJson(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

/** The arena of the weights in a `model.safetensors`, whoever wrote it. */
export function readModelFile(bytes: Uint8Array, layout: ParameterLayout, file: string): Float32Array<ArrayBuffer> {
  return arenaFromTensors(layout, readSafetensors(bytes, file).tensors, file);
}

/** Everything needed to go on bit for bit. */
export interface TrainingState {
  step: number;
  /** Training seconds so far. */
  seconds: number;
  arenas: CheckpointArenas;
  /** Kernel variants the run began with. */
  variants: Record<string, string>;
}

const OPTIMIZER_FORMAT = 'crossover-optimizer-1';
const progressSchema = z.object({
  step: z.int().nonnegative(),
  seconds: z.number().nonnegative(),
  variants: z.record(z.string(), z.string()),
});

/** `optimizer.safetensors`: the flat arenas as they are; step, seconds and variants as JSON in the metadata. */
export function optimizerFile({ arenas, ...progress }: TrainingState): Uint8Array<ArrayBuffer> {
  const tensors = CHECKPOINT_ARENAS.map(
    (name) => [name, { shape: [arenas[name].length], data: arenas[name] }] as const,
  );
  return writeSafetensors(new Map(tensors), { format: OPTIMIZER_FORMAT, progress: canonicalJson(progress) });
}

/**
 * The inverse of `optimizerFile`.
 *
 * @param size elements of each arena of the run that is to go on
 * @throws CrossoverError when the file is damaged, foreign or of another model
 */
export function readOptimizerFile(bytes: Uint8Array, size: number, file: string): TrainingState {
  const { tensors, metadata } = readSafetensors(bytes, file);
  if (metadata.format !== OPTIMIZER_FORMAT)
    throw badInput(
      `${file} must have the format ${OPTIMIZER_FORMAT} in its metadata; found ${metadata.format ?? 'none'}`,
    );
  const progress = progressSchema.safeParse(parseJson(metadata.progress));
  if (!progress.success)
    throw badInput(`${file} must say step, seconds and variants in its metadata; found ${metadata.progress ?? 'none'}`);
  const arenas = CHECKPOINT_ARENAS.map((name) => [name, dataOf(tensors, name, [size], file)] as const);
  return { ...progress.data, arenas: Object.fromEntries(arenas) as CheckpointArenas };
}

function parseJson(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return undefined;
  }
}
