import { z } from 'zod';
import { badInput } from '../core/errors.ts';
import type { Tokenizer } from './dataset.ts';
import { tokenizerOf } from './tokenizer.ts';

/** What the one extra token, id = tokenizer.size, is called in a run folder: BOS of AR or the mask of diffusion. */
export type ExtraName = '<bos>' | '[MASK]';

/**
 * `tokenizer.json` in the format of Hugging Face's `tokenizers`: byte-pair encoding without merges, which leaves
 * single characters. There is no unknown token, so a character outside the vocabulary is left out, as in
 * `Tokenizer.encode`. Nothing is put around a text: whoever wants BOS in front of it adds it.
 */
export function toTokenizerJson(tokenizer: Tokenizer, extra: ExtraName, lowercase: boolean) {
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: [
      {
        id: tokenizer.size,
        content: extra,
        single_word: false,
        lstrip: false,
        rstrip: false,
        normalized: false,
        special: true,
      },
    ],
    normalizer: lowercase ? { type: 'Lowercase' } : null,
    pre_tokenizer: null,
    post_processor: null,
    // Without a decoder, tokens would be joined by spaces.
    decoder: { type: 'Fuse' },
    model: {
      type: 'BPE',
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: false,
      byte_fallback: false,
      ignore_merges: false,
      vocab: Object.fromEntries(tokenizer.symbols.map((symbol, id) => [symbol, id])),
      merges: [],
    },
  };
}

/** `tokenizer_config.json` beside it, so that `AutoTokenizer` takes the file above as it is. `context` is T. */
export function toTokenizerConfig(extra: ExtraName, context: number) {
  return {
    tokenizer_class: 'PreTrainedTokenizerFast',
    model_max_length: context,
    clean_up_tokenization_spaces: false,
    ...(extra === '<bos>' ? { bos_token: extra } : { mask_token: extra }),
  };
}

const id = z.number().int().nonnegative();
const characterTokenizer = z.object({
  added_tokens: z.tuple([z.object({ id, content: z.enum(['<bos>', '[MASK]']) })]),
  normalizer: z.object({ type: z.literal('Lowercase') }).nullable(),
  model: z.object({ type: z.literal('BPE'), vocab: z.record(z.string(), id), merges: z.array(z.unknown()).length(0) }),
});

/** Reads a `tokenizer.json` that `toTokenizerJson` wrote; anything else is refused in one sentence. */
export function fromTokenizerJson(json: string): { tokenizer: Tokenizer; extra: ExtraName; lowercase: boolean } {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    throw badInput(`tokenizer.json is not JSON (${json.length} characters); it may be cut off`);
  }
  const parsed = characterTokenizer.safeParse(value);
  if (!parsed.success) {
    const [{ path, message }] = parsed.error.issues;
    throw badInput(
      `tokenizer.json is not a character tokenizer of Crossover: ${path.join('.') || 'the file'}: ${message}`,
    );
  }
  const {
    added_tokens: [extra],
    normalizer,
    model: { vocab },
  } = parsed.data;

  const symbols: string[] = [];
  for (const [symbol, position] of Object.entries(vocab)) {
    if ([...symbol].length !== 1) {
      throw badInput(`tokenizer.json: model.vocab holds ${JSON.stringify(symbol)}; every token must be one character`);
    }
    symbols[position] = symbol;
  }
  const count = Object.keys(vocab).length;
  if (symbols.length !== count || symbols.includes(undefined as never)) {
    throw badInput(`tokenizer.json: the ids of model.vocab must be 0 … ${count - 1}, each once`);
  }
  if (extra.id !== count) {
    throw badInput(`tokenizer.json: ${extra.content} has id ${extra.id}; it must follow the ${count} characters`);
  }
  return { tokenizer: tokenizerOf(symbols), extra: extra.content, lowercase: normalizer !== null };
}
