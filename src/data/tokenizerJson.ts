import { z } from 'zod';
import { badInput } from '../core/errors.ts';
import type { Tokenizer } from './dataset.ts';
import { hasWords, tokenizerOf } from './tokenizer.ts';

/** What the one extra token, id = tokenizer.size, is called in a run folder: BOS of AR or the mask of diffusion. */
export type ExtraName = '<bos>' | '[MASK]';

/**
 * `tokenizer.json` in the format of Hugging Face's `tokenizers`: byte-pair encoding without merges, which leaves
 * single characters, or whole words where the symbols are words. There is no unknown token, so what is outside the
 * vocabulary is left out, as in `Tokenizer.encode`. Nothing is put around a text: whoever wants BOS in front of it
 * adds it.
 */
export function toTokenizerJson(tokenizer: Tokenizer, extra: ExtraName, lowercase: boolean) {
  const ofWords = hasWords(tokenizer.symbols);
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
    pre_tokenizer: ofWords ? { type: 'WhitespaceSplit' } : null,
    post_processor: null,
    // Without a decoder, tokens are joined by spaces.
    decoder: ofWords ? null : { type: 'Fuse' },
    model: {
      type: 'BPE',
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: false,
      byte_fallback: false,
      // A word that is in the vocabulary is taken whole, without a look at the merges.
      ignore_merges: ofWords,
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
const labTokenizer = z.object({
  added_tokens: z.tuple([z.object({ id, content: z.enum(['<bos>', '[MASK]']) })]),
  normalizer: z.object({ type: z.literal('Lowercase') }).nullable(),
  model: z.object({
    type: z.literal('BPE'),
    ignore_merges: z.boolean(),
    vocab: z.record(z.string(), id),
    merges: z.array(z.unknown()).length(0),
  }),
});

/** Reads a `tokenizer.json` that `toTokenizerJson` wrote; anything else is refused in one sentence. */
export function fromTokenizerJson(json: string): { tokenizer: Tokenizer; extra: ExtraName; lowercase: boolean } {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    throw badInput(`tokenizer.json is not JSON (${json.length} characters); it may be cut off`);
  }
  const parsed = labTokenizer.safeParse(value);
  if (!parsed.success) {
    const [{ path, message }] = parsed.error.issues;
    throw badInput(`tokenizer.json is not a tokenizer of Crossover: ${path.join('.') || 'the file'}: ${message}`);
  }
  const {
    added_tokens: [extra],
    normalizer,
    model: { vocab, ignore_merges },
  } = parsed.data;

  const symbols: string[] = [];
  for (const [symbol, position] of Object.entries(vocab)) {
    if (ignore_merges ? !/^\S+$/.test(symbol) : [...symbol].length !== 1) {
      const allowed = ignore_merges ? 'a word without white space' : 'one character';
      throw badInput(`tokenizer.json: model.vocab holds ${JSON.stringify(symbol)}; every token must be ${allowed}`);
    }
    symbols[position] = symbol;
  }
  const count = Object.keys(vocab).length;
  if (symbols.length !== count || symbols.includes(undefined as never)) {
    throw badInput(`tokenizer.json: the ids of model.vocab must be 0 … ${count - 1}, each once`);
  }
  if (extra.id !== count) {
    throw badInput(`tokenizer.json: ${extra.content} has id ${extra.id}; it must follow the ${count} symbols`);
  }
  return { tokenizer: tokenizerOf(symbols), extra: extra.content, lowercase: normalizer !== null };
}
