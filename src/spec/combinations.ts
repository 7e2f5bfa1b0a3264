import type { RaceSpec } from './schema.ts';

/** Something that no single field can say: which fields it is about, and what is wrong, if anything. */
interface Combination {
  fields: readonly string[];
  /** One sentence, or undefined when the combination is possible. */
  problem(spec: RaceSpec): string | undefined;
}

const COMBINATIONS: readonly Combination[] = [
  {
    fields: ['model.channels', 'model.heads'],
    problem: ({ model: { channels, heads } }) =>
      channels % heads === 0
        ? undefined
        : `model.channels must be divisible by model.heads; got ${channels} channels and ${heads} heads`,
  },
  {
    fields: ['model.channels', 'model.heads'],
    problem: ({ model: { channels, heads } }) =>
      (channels / heads) % 4 === 0 && channels / heads <= 128
        ? undefined
        : `the head size (model.channels / model.heads) must be a multiple of 4 up to 128; got ${channels} / ${heads} = ${channels / heads}`,
  },
  {
    fields: ['data.uniqueTokens', 'train.batch', 'model.context'],
    problem: ({ data, train, model }) =>
      train.batch * model.context <= data.uniqueTokens
        ? undefined
        : `data.uniqueTokens must hold at least one batch: train.batch · model.context = ${train.batch} · ${model.context} = ${train.batch * model.context} tokens; got ${data.uniqueTokens}`,
  },
];

/** The first impossible combination of otherwise valid fields, or undefined. */
export function impossibleCombination(spec: RaceSpec): { fields: readonly string[]; message: string } | undefined {
  for (const { fields, problem } of COMBINATIONS) {
    const message = problem(spec);
    if (message !== undefined) return { fields, message };
  }
  return undefined;
}
