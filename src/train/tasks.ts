import { stream } from '../core/rng.ts';
import { type Measured, meanAndError, measuredMean } from '../core/statistics.ts';
import type { Dataset } from '../data/dataset.ts';
import type { Family } from '../families/family.ts';
import type { Question, QuestionSet } from '../families/question.ts';
import { type FillingRule, fillingRules, type ScoringRule, scoringRules } from '../families/scoring.ts';
import type { Executor, Program, State } from '../graph/executor.ts';
import type { RaceSpec } from '../spec/schema.ts';
import { Forwards, negativeLogLikelihoods } from './forwards.ts';
import { samplingGraph } from './graphs.ts';
import { samplingOptions } from './sampling.ts';

/** What a family answered to a set of questions, or to a category of it, under one scoring. */
export interface Answers {
  task: string;
  /** Absent: the whole set. */
  category?: string;
  scoring: ScoringRule['scoring'] | 'exact-match';
  /** What the likelihoods are that were compared. */
  bound: 'exact' | 'upper';
  questions: number;
  /** Accuracy of guessing. */
  chance: number;
  /** Share of the questions answered rightly; binomial standard error. */
  accuracy: Measured;
  /** Mean NLL of the right option and of the wrong ones, nats per token of the option; where options are compared. */
  nll?: { gold: Measured; distractors: Measured; delta: Measured };
}

/** The numbers of a set of answers, by the metric that each is recorded as. */
export function measuredBy({ accuracy, nll }: Answers) {
  return [
    ['accuracy', accuracy],
    ...(nll
      ? ([
          ['goldNll', nll.gold],
          ['distractorNll', nll.distractors],
          ['deltaNll', nll.delta],
        ] as const)
      : []),
  ] as const;
}

/** What was asked, and how it was scored. */
export function askedOf({ task, category, scoring, questions, chance }: Answers) {
  return { task, ...(category && { category }), scoring, questions, chance };
}

/**
 * Asks a family the questions of a dataset, on the weights of one arena. Everything but the weights is fixed when it is
 * created: the forwards that the scorings need (equal ones are made once) and the draws, functions of the seed.
 */
export class Examiner {
  private constructor(
    private readonly examinations: readonly Examination[],
    private readonly forwards: Forwards,
  ) {}

  static async create(options: {
    executor: Executor;
    spec: RaceSpec;
    family: Family;
    dataset: Pick<Dataset, 'vocabulary' | 'extra' | 'questions'>;
    state: State;
    arena: 'ema' | 'best';
    variants: Record<string, string>;
  }): Promise<Examiner> {
    const { executor, spec, family, dataset, state, arena, variants } = options;
    const { extra, vocabulary, questions } = dataset;
    const { draws } = spec.evaluation;
    const { batch: B } = spec.train;
    const examinations = questions.flatMap((set) => {
      const choosing = { extra, draws, noise: stream(spec.seed, `${set.task} scoring`) };
      const filling = { extra, draws, noise: stream(spec.seed, `${set.task} filling`) };
      return [
        ...scoringRules(family, set, choosing).map((rule) => new Choosing(set, rule)),
        ...fillingRules(family, set, spec.sampling, filling).map((rule) => new Filling(set, rule)),
      ];
    });
    const graph = samplingGraph(spec, vocabulary, family, arena, B);
    const program = await executor.compile(graph.tape, state, { ...samplingOptions(graph), variants });
    return new Examiner(examinations, new Forwards(program, graph, { B, T: spec.model.context, extra }));
  }

  get program(): Program {
    return this.forwards.program;
  }

  /** Everything that is asked, at the present weights: of each set and scoring the whole first, then its categories. */
  async ask(): Promise<Answers[]> {
    const answers: Answers[] = [];
    for (const examination of this.examinations) answers.push(...(await examination.ask(this.forwards)));
    return answers;
  }

  destroy(): void {
    this.program.destroy();
  }
}

interface Examination {
  ask(forwards: Forwards): Promise<Answers[]>;
}

/** Compares the likelihoods of the options. */
class Choosing implements Examination {
  /** Sequences to be read, all different, and what is looked at in each; `score` numbers question and option. */
  readonly #sequences: Uint32Array[] = [];
  readonly #terms: { position: number; target: number; weight: number; score: number }[][] = [];
  readonly #scores: number;

  constructor(
    private readonly set: QuestionSet,
    private readonly rule: ScoringRule,
  ) {
    const known = new Map<string, number>();
    let score = 0;
    set.questions.forEach((question, index) => {
      for (const option of question.options) {
        for (const { inputs, terms } of rule.readings(question, index, option)) {
          const key = inputs.join();
          const sequence = known.get(key) ?? this.#sequences.push(inputs) - 1;
          known.set(key, sequence);
          this.#terms[sequence] ??= [];
          for (const term of terms) this.#terms[sequence].push({ ...term, score });
        }
        score++;
      }
    });
    this.#scores = score;
  }

  async ask(forwards: Forwards): Promise<Answers[]> {
    const scores = new Float64Array(this.#scores);
    await forwards.run(this.#sequences, (sequence, logits) => {
      const terms = this.#terms[sequence];
      const losses = negativeLogLikelihoods(logits, forwards.shape, terms);
      terms.forEach(({ score, weight }, i) => {
        scores[score] += weight * losses[i];
      });
    });
    let first = 0;
    const results = this.set.questions.map(({ options, answer }) => {
      const own = scores.subarray(first, first + options.length);
      first += options.length;
      return compared(own, answer);
    });
    return parts(this.set.questions).map(({ category, members }) => {
      const of = members.map((i) => results[i]);
      return {
        ...this.#about(category, members),
        accuracy: binomial(of.map(({ right }) => right)),
        nll: {
          gold: measuredMean(of.map(({ gold }) => gold)),
          distractors: measuredMean(of.map(({ distractors }) => distractors)),
          delta: measuredMean(of.map(({ gold, distractors }) => distractors - gold)),
        },
      };
    });
  }

  #about(category: string | undefined, members: readonly number[]) {
    const { scoring, bound } = this.rule;
    const chance = mean(members.map((i) => 1 / this.set.questions[i].options.length));
    return { task: this.set.task, ...(category && { category }), scoring, bound, questions: members.length, chance };
  }
}

/** Writes into the holes and compares with what was there. */
class Filling implements Examination {
  constructor(
    private readonly set: QuestionSet,
    private readonly rule: FillingRule,
  ) {}

  async ask(forwards: Forwards): Promise<Answers[]> {
    const { questions, task } = this.set;
    const samplers = questions.map((question, index) => this.rule.sampler(question, index));
    for (;;) {
      const open = samplers.filter(({ done }) => !done);
      if (open.length === 0) break;
      await forwards.run(
        open.map(({ inputs }) => inputs),
        (i, logits) => open[i].next(logits),
      );
    }
    const right = questions.map(({ tokens, holes }, i) =>
      holes.every((hole) => samplers[i].tokens[hole] === tokens[hole]) ? 1 : 0,
    );
    const guessing = ({ holes }: Question) => forwards.shape.extra ** -holes.length;
    // The order that is not the family's own is a category by itself.
    const { category: order } = this.rule;
    const counted = order ? [{ category: order, members: [...questions.keys()] }] : parts(questions);
    return counted.map(({ category, members }) => ({
      task,
      ...(category && { category }),
      scoring: 'exact-match',
      bound: 'exact',
      questions: members.length,
      chance: mean(members.map((i) => guessing(questions[i]))),
      accuracy: binomial(members.map((i) => right[i])),
    }));
  }
}

/** Which questions are counted together: all of them, then each category. */
function parts(questions: readonly Question[]): { category?: string; members: number[] }[] {
  const categories = [...new Set(questions.flatMap(({ category }) => category ?? []))].sort();
  const all = [...questions.keys()];
  return [
    { members: all },
    ...categories.map((category) => ({ category, members: all.filter((i) => questions[i].category === category) })),
  ];
}

/** A question answered by the option of least NLL; of several it is each of them with the same share. */
function compared(scores: Float64Array, answer: number): { right: number; gold: number; distractors: number } {
  const best = Math.min(...scores);
  const ties = scores.filter((score) => score === best).length;
  const gold = scores[answer];
  return {
    right: gold === best ? 1 / ties : 0,
    gold,
    distractors: mean([...scores].filter((_, i) => i !== answer)),
  };
}

function mean(values: readonly number[]): number {
  return meanAndError(values).mean;
}

function binomial(right: readonly number[]): Measured {
  const value = mean(right);
  return { value, se: right.length > 1 ? Math.sqrt((value * (1 - value)) / right.length) : null };
}
