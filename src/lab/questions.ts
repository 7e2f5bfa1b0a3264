import { badInput, CrossoverError, messageOf } from '../core/errors.ts';
import type { Dataset } from '../data/dataset.ts';
import { normaliseText } from '../data/text.ts';
import { hasWords } from '../data/tokenizer.ts';
import { familyOf } from '../families/index.ts';
import { givenOf, padded } from '../families/looking.ts';
import { hidden } from '../families/scoring.ts';
import type { Executor, ExecutorInfo, State } from '../graph/executor.ts';
import type { FamilyId, RaceSpec } from '../spec/schema.ts';
import { isTask } from '../spec/tasks.ts';
import { attentionMaps } from '../train/attention.ts';
import { embeddingLikeness, fillHoles, type InsightOptions, scoreTokens } from '../train/insight.ts';
import type { Answer, Question, ReadText, Replies, TextPart, Weights } from './asking.ts';
import type { LabEvent } from './protocol.ts';

/** Where the averaged weights of a model lie in its state. */
const ARENAS = { last: 'ema', best: 'best' } as const satisfies Record<Weights, string>;

/** A model that can be asked: its averaged weights lie in the arenas `ema` and, where there is a best step, `best`. */
export interface AskedModel {
  family: FamilyId;
  /** As of which steps it can be asked. */
  steps: Record<'last', number> & Partial<Record<Weights, number>>;
  executor: Executor;
  state: State;
  variants: Readonly<Record<string, string>>;
}

/** What questions are about, beside the models. */
export interface AskedRace {
  id: string;
  spec: RaceSpec;
  dataset: Pick<Dataset, 'tokenizer' | 'extra' | 'vocabulary' | 'windows' | 'report'>;
}

/** The averaged weights of a model after a step. */
export interface HeldWeights {
  step: number;
  values: Float32Array;
}

/** The models of a race that is over, by their weights: nothing of them is on a device. */
export interface HeldRace extends AskedRace {
  /** Whose kernels were chosen. */
  executor: ExecutorInfo;
  models: {
    family: FamilyId;
    weights: Record<'last', HeldWeights> & Partial<Record<Weights, HeldWeights>>;
    variants: Readonly<Record<string, string>>;
  }[];
}

export interface Asked {
  ask: number;
  question: Question;
  weights?: Weights;
}

/** What the models make of a question, as an event; a failure is told, never thrown. It changes nothing of the models. */
export async function answerTo(
  { ask, question, weights = 'last' }: Asked,
  race: AskedRace,
  models: readonly AskedModel[],
): Promise<LabEvent> {
  try {
    const answer = await answerOf(question, weights, race, models);
    const { id, spec, dataset } = race;
    return { type: 'answer', ask, subject: { race: id, spec, text: dataset.report.corpus.title, weights }, answer };
  } catch (error) {
    return { type: 'noAnswer', ask, why: 'refused', message: messageOf(error) };
  }
}

async function answerOf(
  question: Question,
  weights: Weights,
  race: AskedRace,
  models: readonly AskedModel[],
): Promise<Answer> {
  const { spec, dataset } = race;
  const { tokenizer, extra } = dataset;
  const { symbols } = tokenizer;
  const { context: T, layers } = spec.model;
  const ask = <R>(reply: (options: InsightOptions) => Promise<R>) => replies(race, models, weights, reply);
  switch (question.kind) {
    case 'excerpt': {
      const of = dataset.report.validation.windows;
      const number = question.number % of;
      return { kind: 'excerpt', text: tokenizer.decode(dataset.windows('validation', number, 1).tokens), number, of };
    }
    case 'score': {
      const { read, ids } = readText([{ text: question.text, hidden: false }], race);
      const { length } = ids;
      const from = question.from ?? 0;
      if (from >= length) throw badInput(`score: from must be below ${length}, the tokens of the text; got ${from}`);
      const tokens = padded(ids, T, extra);
      const families = await ask((options) => scoreTokens(options, tokens, { length, from }));
      return { kind: 'score', read, symbols, families };
    }
    case 'attend': {
      const { layer, hidden: place } = question;
      if (layer >= layers) throw badInput(`attend: layer must be below ${layers}; got ${layer}`);
      const { read, ids } = readText([{ text: question.text, hidden: false }], race);
      const whole = padded(ids, T, extra);
      const families = await ask((options) => {
        const masked = place !== undefined && givenOf(options.family) === 'rest';
        return attentionMaps(options, masked ? hidden(whole, [place], extra) : whole, { length: ids.length, layer });
      });
      return { kind: 'attend', read, symbols, families };
    }
    case 'fill': {
      const { read, ids, holes } = readText(question.parts, race);
      if (holes.length === 0) throw badInput('There is nothing to fill: hide a word first.');
      const tokens = padded(ids, T, extra);
      const families = await ask((options) => fillHoles(options, tokens, { length: ids.length, holes }));
      return { kind: 'fill', read, symbols, holes, families };
    }
    case 'likeness':
      return { kind: 'likeness', symbols, families: await ask(embeddingLikeness) };
  }
}

/** Asks all at once; what one of them refuses does not keep the other from answering. */
async function replies<R>(
  { spec, dataset }: AskedRace,
  models: readonly AskedModel[],
  weights: Weights,
  reply: (options: InsightOptions) => Promise<R>,
): Promise<Replies<R>> {
  const found = await Promise.allSettled(
    models.map(async ({ family, steps, ...model }) => {
      if (steps[weights] === undefined) throw badInput('It has no best weights: none of its evaluations was finite.');
      return reply({ ...model, spec, dataset, family: familyOf(family, spec), arena: ARENAS[weights] });
    }),
  );
  return Object.fromEntries(
    found.map((each, i) => {
      const { family, steps } = models[i];
      const step = steps[weights] ?? steps.last;
      if (each.status === 'fulfilled') return [family, { step, reply: each.value }];
      if (!(each.reason instanceof CrossoverError)) throw each.reason;
      return [family, { step, refused: each.reason.message }];
    }),
  );
}

/** The tokens of a text in parts, as many as the models can read, and which of them are hidden. */
function readText(
  parts: readonly TextPart[],
  { spec, dataset: { tokenizer } }: AskedRace,
): { read: ReadText; ids: Uint32Array; holes: number[] } {
  const { context: T } = spec.model;
  // The words of a task are what they are.
  const lowercase = spec.data.lowercase && !isTask(spec.data.corpus);
  const unknown: Record<string, number> = {};
  const all: { id: number; hidden: boolean }[] = [];
  for (const { text, hidden } of parts) {
    const normal = normaliseText(text);
    const encoded = tokenizer.encode(lowercase ? normal.toLowerCase() : normal);
    for (const [part, count] of encoded.unknown) unknown[part] = (unknown[part] ?? 0) + count;
    for (const id of encoded.ids) all.push({ id, hidden });
  }
  if (all.length === 0) throw badInput('The text has no character that the models know.', 'Write something else.');
  const kept = all.slice(0, T);
  const tokens = kept.map(({ id }) => tokenizer.symbols[id]);
  return {
    read: { tokens, words: hasWords(tokenizer.symbols), unknown, beyond: all.length - kept.length },
    ids: Uint32Array.from(kept, ({ id }) => id),
    holes: kept.flatMap(({ hidden }, position) => (hidden ? [position] : [])),
  };
}

/** Answers for the race that ran last, one question after the other. */
export class HeldModels {
  #held: HeldRace | undefined;
  #answering: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly options: {
      emit: (event: LabEvent) => void;
      open: () => Promise<Executor>;
      /** Whether something else has the device. */
      busy: () => boolean;
    },
  ) {}

  /** Gives up the race before it. */
  hold(race: HeldRace): void {
    this.#held = race;
  }

  ask(asked: Asked): void {
    this.#answering = this.#answering.then(async () => this.options.emit(await this.#answer(asked)));
  }

  async #answer(asked: Asked): Promise<LabEvent> {
    const { ask, weights = 'last' } = asked;
    const race = this.#held;
    if (!race || race.models.length === 0)
      return { type: 'noAnswer', ask, why: 'no-model', message: 'Nothing has been trained here yet.' };
    if (this.options.busy())
      return { type: 'noAnswer', ask, why: 'busy', message: 'An experiment is running: look again when it is over.' };
    const states: State[] = [];
    try {
      const executor = await this.options.open();
      const lanes = executor.lanes ?? [executor];
      // Kernels that were chosen for another device may not even compile.
      const same = executor.info.kind === race.executor.kind && executor.info.adapter === race.executor.adapter;
      const models = race.models.map(({ family, weights: held, variants }, i) => {
        const lane = lanes[i % lanes.length];
        // Only what is asked about: the others would take as much room again.
        const { values } = held[weights] ?? held.last;
        const arena = ARENAS[weights];
        const state = lane.createState({ [arena]: values.length });
        states.push(state);
        state.write(arena, values);
        const steps = { last: held.last.step, ...(held.best && { best: held.best.step }) };
        return { family, steps, executor: lane, state, variants: same ? variants : {} };
      });
      return await answerTo(asked, race, models);
    } catch (error) {
      return { type: 'noAnswer', ask, why: 'refused', message: messageOf(error) };
    } finally {
      for (const state of states) state.destroy();
    }
  }
}
