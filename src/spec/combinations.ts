import { FAMILIES, type FamilyId, type RaceSpec } from './schema.ts';
import { ITEM_TOKENS, isTask, WORDINGS } from './tasks.ts';

/** Something that no single field can say: which fields it is about, and what is wrong, if anything. */
interface Combination {
  fields: readonly string[];
  /** One sentence, or undefined when these families can be trained so. */
  problem(spec: RaceSpec, families: readonly FamilyId[]): string | undefined;
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
    fields: ['model.context', 'data.corpus'],
    problem: ({ data: { corpus }, model: { context } }) =>
      !isTask(corpus) || context === ITEM_TOKENS[corpus]
        ? undefined
        : `model.context must be ${ITEM_TOKENS[corpus]}, the tokens of an item of ${corpus}; got ${context}`,
  },
  {
    fields: ['data.uniqueTokens', 'train.batch', 'model.context'],
    problem: ({ data, train, model }) =>
      train.batch * model.context <= data.uniqueTokens
        ? undefined
        : `data.uniqueTokens must hold at least one batch: train.batch · model.context = ${train.batch} · ${model.context} = ${train.batch * model.context} tokens; got ${data.uniqueTokens}`,
  },
  {
    fields: ['data.windows', 'data.corpus'],
    problem: ({ data: { corpus, windows } }) =>
      !isTask(corpus) || windows === 'packed'
        ? undefined
        : `data.windows must be packed with data.corpus ${corpus}, whose items may not be cut; got ${windows}`,
  },
  {
    fields: ['data.corruption', 'data.corpus'],
    problem: ({ data: { corpus, corruption } }) =>
      !isTask(corpus) || corruption === 'none'
        ? undefined
        : `data.corruption must be none with data.corpus ${corpus}: only a text can be spoilt; got ${corruption}`,
  },
  {
    fields: ['data.corruption', 'data.corruptionRate'],
    problem: ({ data: { corruption, corruptionRate } }) => {
      if ((corruption === 'none') === (corruptionRate === 0)) return undefined;
      return corruption === 'none'
        ? `data.corruptionRate must be 0 with data.corruption none, which spoils nothing; got ${corruptionRate}`
        : `data.corruptionRate must be above 0 with data.corruption ${corruption}, or nothing is spoilt; got 0`;
    },
  },
  {
    fields: ['data.bothWays', 'data.corpus'],
    problem: ({ data: { corpus, bothWays } }) =>
      corpus === 'reversal' || bothWays === 0
        ? undefined
        : `data.bothWays must be 0 with data.corpus ${corpus}: only reversal has pairs; got ${bothWays}`,
  },
  {
    fields: ['data.wordings', 'data.corpus'],
    problem: ({ data: { corpus, wordings } }) =>
      corpus !== 'world' || wordings < WORDINGS
        ? undefined
        : `data.wordings must be below ${WORDINGS} with data.corpus world, or nothing is left to ask; got ${wordings}`,
  },
  {
    fields: ['evaluation.questions', 'diffusion.noise'],
    problem: ({ evaluation: { questions }, diffusion: { noise } }) =>
      questions === 0 || noise === 'mask'
        ? undefined
        : `evaluation.questions must be 0 with diffusion.noise ${noise}: only a model that reads masks can be asked; got ${questions}`,
  },
  {
    fields: ['sampling.every', 'diffusion.noise'],
    problem: ({ sampling: { every }, diffusion: { noise } }) =>
      every === 0 || noise === 'mask'
        ? undefined
        : `sampling.every must be 0 with diffusion.noise ${noise}: only a model that reads masks can write; got ${every}`,
  },
  {
    fields: ['sampling.remask', 'sampling.reveal'],
    problem: ({ sampling: { remask, reveal } }) =>
      remask === 0 || reveal === 'ancestral'
        ? undefined
        : `sampling.remask must be 0 with sampling.reveal ${reveal}: only ancestral sampling masks a token again; got ${remask}`,
  },
  {
    fields: ['diffusion.objective', 'diffusion.noise'],
    problem: ({ diffusion: { noise, objective } }) =>
      noise === 'mask' || objective === 'inverse-t'
        ? undefined
        : `diffusion.objective must be inverse-t with diffusion.noise ${noise}, whose bound is an integral over t; got ${objective}`,
  },
  {
    fields: ['diffusion.order', 'diffusion.noise'],
    problem: ({ diffusion: { noise, order } }) =>
      noise === 'mask' || order === 'any'
        ? undefined
        : `diffusion.order must be any with diffusion.noise ${noise}, which masks nothing; got ${order}`,
  },
  {
    fields: ['diffusion.schedule', 'diffusion.objective'],
    problem: ({ diffusion: { objective, schedule } }) =>
      schedule === 'linear' || objective === 'inverse-t' || objective === 'unweighted'
        ? undefined
        : `diffusion.schedule must be linear with diffusion.objective ${objective}, which draws no t to schedule; got ${schedule}`,
  },
  {
    fields: ['model.expertsPerToken', 'model.experts'],
    problem: ({ model: { experts, expertsPerToken } }) =>
      experts === 0 || expertsPerToken <= experts
        ? undefined
        : `model.expertsPerToken must be at most model.experts, which is ${experts}; got ${expertsPerToken}`,
  },
  {
    fields: ['model.sharedExpert', 'model.experts'],
    problem: ({ model: { experts, sharedExpert } }) =>
      experts > 0 || !sharedExpert
        ? undefined
        : 'model.sharedExpert must be false with model.experts 0, a dense model, which has no experts; got true',
  },
  {
    fields: ['model.routing', 'model.experts'],
    problem: ({ model: { experts, routing } }) =>
      experts > 1 || routing === 'token'
        ? undefined
        : `model.routing must be token with model.experts ${experts}, where there is nothing to choose; got ${routing}`,
  },
  {
    fields: ['model.expertCapacity', 'model.experts'],
    problem: ({ model: { experts, expertCapacity } }) =>
      experts > 1 || expertCapacity === 0
        ? undefined
        : `model.expertCapacity must be 0 with model.experts ${experts}, where there is nothing to choose; got ${expertCapacity}`,
  },
  {
    fields: ['model.routing'],
    problem: ({ model: { routing } }, families) =>
      routing === 'token' || !families.includes('ar')
        ? undefined
        : `model.routing must be token where AR is trained: an expert that chooses its tokens looks at the whole sequence, and so tells earlier positions of later ones; got ${routing}`,
  },
  {
    fields: ['model.routing', 'diffusion.causal'],
    problem: ({ model: { routing }, diffusion: { causal } }) =>
      routing === 'token' || !causal
        ? undefined
        : `model.routing must be token with diffusion.causal: an expert that chooses its tokens looks at the whole sequence; got ${routing}`,
  },
  {
    fields: ['model.expertCapacity', 'model.routing'],
    problem: ({ model: { routing, expertCapacity } }) =>
      routing === 'token' || expertCapacity === 0
        ? undefined
        : `model.expertCapacity must be 0 with model.routing expert, where each expert takes exactly T·k/E tokens of a sequence; got ${expertCapacity}`,
  },
];

/**
 * The first impossible combination of otherwise valid fields, or undefined.
 *
 * @param families those that are trained; with none, what no family can do
 */
export function impossibleCombination(
  spec: RaceSpec,
  families: readonly FamilyId[] = FAMILIES,
): { fields: readonly string[]; message: string } | undefined {
  for (const { fields, problem } of COMBINATIONS) {
    const message = problem(spec, families);
    if (message !== undefined) return { fields, message };
  }
  return undefined;
}
