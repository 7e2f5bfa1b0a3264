import { listWords } from '../../../experiments/words.ts';
import type { Question, Remedy, Reply } from '../../gap/answers.ts';

const upper = (text: string) => `${text[0].toUpperCase()}${text.slice(1)}`;

/** The sentences of the view “Close the gap”. */
export const gap = {
  title: 'Close the gap',
  lead: 'Seen again and again, the same small text makes AR over-fit, while diffusion goes on learning. Can AR be helped to keep up?',
  why: 'Noise in its input, dropout and weight decay are the usual remedies. If one of them brings AR to where diffusion is, the advantage of diffusion is, at least in part, regularisation. If none does, it is something else.',

  remedies: {
    'ar-input-masking': 'input masking',
    'ar-dropout': 'dropout',
    'ar-weight-decay': 'weight decay',
    'close-the-gap': 'tuning all at once',
  } satisfies Record<Remedy, string>,
  about: {
    'ar-input-masking': 'A share of what AR reads is hidden from it while it trains.',
    'ar-dropout': 'A share of AR’s activations is dropped while it trains.',
    'ar-weight-decay': 'AR’s weights are pulled towards zero, much harder than is usual.',
    'close-the-gap': 'Dropout × weight decay × learning rate, the same grid for AR and for diffusion.',
  } satisfies Record<Remedy, string>,

  means: 'What it means',
  nothingYet:
    'No results are here yet: run one of the experiments, or open a copy of Crossover that comes with recorded ones.',
  /** `who` are remedies by their reply; each is named once. */
  found: {
    loss: (who: Record<Reply, string[]>) => foundWords('In the test loss', who),
    accuracy: (who: Record<Reply, string[]>) => foundWords('In the answers to questions', who),
  },
  helps: ({ yes, no, open }: Record<Reply, string[]>) =>
    [
      yes.length > 0 ? `${upper(listWords(yes))} ${verb(yes, 'helps', 'help')} AR.` : '',
      no.length > 0 ? `${upper(listWords(no))} ${verb(no, 'does', 'do')} not.` : '',
      open.length > 0 ? `Of ${listWords(open)} these seeds cannot tell.` : '',
    ]
      .filter(Boolean)
      .join(' '),
  conclusion: {
    closed:
      'So at this scale a regulariser alone can bring AR to diffusion’s loss: the advantage there is, at least in part, one of regularisation.',
    open: 'None of the remedies that were decided brings AR to diffusion’s loss: at this scale the advantage is more than regularisation.',
    undecided:
      'Whether the loss of a well-regularised AR reaches that of diffusion is not decided: these seeds cannot tell, or AR has passed no more than diffusion’s upper bound.',
  },
  bound:
    'Diffusion’s loss is an upper bound. AR below it has reached the bound, no more: diffusion’s own loss may lie lower still. Answers to questions have no such caveat.',

  questions: {
    helps: 'Does it help AR?',
    loss: 'Does it close the gap in loss?',
    accuracy: 'And in the answers?',
  } satisfies Record<Question, string>,
  replies: { yes: 'yes', no: 'no', open: 'not decided' } satisfies Record<Reply, string>,
  /** What the number beside a reply is. */
  effects: {
    helps: (value: string, interval: string) => `test loss lower by ${value}${interval}`,
    loss: (value: string, interval: string) => `AR minus diffusion ${value}${interval}`,
    accuracy: (value: string, interval: string) => `diffusion minus AR ${value}${interval}`,
  } satisfies Record<Question, (value: string, interval: string) => string>,
  interval: (lo: string, hi: string) => `, 95 % interval ${lo} … ${hi}`,

  metric: 'Measure',
  metrics: { loss: 'loss', accuracy: 'answers' },
  source: 'Results',
  curves: { loss: 'Validation loss, nats per token', accuracy: 'Accuracy, share of the questions' },
  curve: (name: string, best: string, end: string) => `${name}: best ${best}, end ${end}`,
  setup: (tokens: string, text: string, steps: string, seeds: number) =>
    `${tokens} unique tokens of ${text}, ${steps} steps, ${seeds} ${seeds === 1 ? 'seed' : 'seeds'}.`,
  bestsNote:
    'Marks are means over the seeds with 95 % intervals, small dots single seeds. The red band is diffusion at its best. In bold what tuning on the validation split picks.',
  tuned: 'Of the settings that are not named the best on the validation split is shown.',
  noQuestions: 'Its races ask no questions: only the loss can be compared.',
  experiment: 'Open the experiment',
  experimentLong: (title: string) => `Open the experiment “${title}”`,
  missing: 'Not recorded at this size in this copy of Crossover, and not run in this browser yet. In a terminal:',
  unfinished: (done: string, planned: string) => `${done} of ${planned} cells are there: nothing is decided yet.`,
  table: 'As a table',
};

function verb(who: readonly string[], one: string, many: string): string {
  return who.length === 1 ? one : many;
}

function foundWords(where: string, { yes, no, open }: Record<Reply, string[]>): string {
  const parts = [
    yes.length > 0 ? `${listWords(yes)} ${verb(yes, 'brings', 'bring')} AR to diffusion` : '',
    no.length > 0 ? `${listWords(no)} ${verb(no, 'leaves', 'leave')} AR behind` : '',
    open.length > 0 ? `for ${listWords(open)} it is not decided` : '',
  ].filter(Boolean);
  return parts.length > 0 ? `${where}, ${parts.join('; ')}.` : '';
}
