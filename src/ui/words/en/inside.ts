import type { Weights, WhyNoAnswer } from '../../../lab/protocol.ts';
import type { FamilyId } from '../../../spec/schema.ts';

const tokens = (count: number, words: boolean) => {
  const one = words ? 'word' : 'character';
  return `${count} ${count === 1 ? one : `${one}s`}`;
};

/** The sentences of the view “Inside”, and of the duel, which also stands beside the race. */
export const inside = {
  title: 'Inside',
  lead: (words: boolean) =>
    `One text, read by both models. Choose a ${words ? 'word' : 'character'} to see what each expects there, and where it looks.`,

  empty: {
    title: 'There is no model to look into yet.',
    what: 'Train both models first. You can look inside while they learn, whenever they are paused, and when they are done.',
    kept: 'The models of an earlier run can be looked into as well: open it under Runs.',
    train: 'Go to the race',
    runs: 'Go to the runs',
    preparing: 'The models are being made. They can be looked into in a moment.',
  },

  text: {
    label: 'Text',
    hint: (context: number) => `The models read ${context} tokens at a time.`,
    excerpt: 'Another excerpt',
    written: { ar: 'What AR wrote', diffusion: 'What diffusion wrote' } satisfies Record<FamilyId, string>,
    about: (title: string) => `From ${title}, text that neither has been trained on.`,
    unknown: (list: string) => `Left out, because the training text has none of it: ${list}.`,
    beyond: (count: number, words: boolean) =>
      `The last ${tokens(count, words)} ${count === 1 ? 'does' : 'do'} not fit and ${count === 1 ? 'is' : 'are'} left out.`,
  },

  now: {
    kept: (name: string) => `The models of “${name}”`,
    as: {
      last: {
        at: (step: string) => `as of step ${step}`,
        atEach: (ar: string, diffusion: string) => `AR as of step ${ar}, diffusion as of step ${diffusion}`,
      },
      best: {
        at: (step: string) => `at their best, step ${step}`,
        atEach: (ar: string, diffusion: string) => `at their best: AR at step ${ar}, diffusion at step ${diffusion}`,
      },
    } satisfies Record<Weights, unknown>,
    follow: 'Follow the training',
    again: 'Look again',
    looking: 'Looking…',
    pause: 'Pause',
    resume: 'Resume',
  },
  weights: {
    label: 'Weights of the models',
    names: { last: 'Last', best: 'Best' } satisfies Record<Weights, string>,
    hints: {
      last: 'The weights as they are now, or were last',
      best: 'The weights of each model’s lowest validation loss',
    } satisfies Record<Weights, string>,
  },
  lineBreak: 'line break',
  refused: (message: string) => `${message}${/[.!?]$/.test(message) ? '' : '.'}`,
  why: {
    'no-model': 'This tab has no models to ask. Those of a race that another tab trains are there.',
    busy: 'An experiment has the device. Look again when it is over.',
    refused: '',
  } satisfies Record<WhyNoAnswer, string>,
  lost: 'The device was lost before this was answered.',

  surprise: {
    title: (words: boolean) => `How surprising is each ${words ? 'word' : 'character'}?`,
    given: {
      ar: 'given what stands before it',
      diffusion: 'hidden alone, given all the rest',
    } satisfies Record<FamilyId, string>,
    label: (name: string) => `${name}: how surprising each token is`,
    option: (token: string, nats: string) => `${token}, ${nats} nats`,
    unscored: 'not scored',
    key: 'shade: surprise, from certain to no better than guessing',
    exact: (nats: string) =>
      `Its loss on this text is exactly ${nats} nats a token: each is counted once, from left to right.`,
    upper: (nats: string, error: string, draws: number) =>
      `Its loss on this text is at most ${nats} ± ${error} nats a token (upper bound, ${draws} draws of masks). The shades answer an easier question: one hole, everything else given.`,
    chain: (nats: string, error: string, draws: number) =>
      `Its loss on this text is about ${nats} ± ${error} nats a token (chain rule, ${draws} draws). The shades answer an easier question: one hole, everything else given.`,
    noWhole: 'The loss of the whole text would take too long with this model.',
    leftOnly: 'This diffusion model attends to the left only: the rest is what stands before.',
    leftToRight: 'It was trained with the last tokens masked, never with one in the middle: take its shades with care.',
    some: (from: number, until: number) => `Scored: tokens ${from} to ${until}, as many as this model allows at once.`,
    next: 'Score the next ones',
    first: 'Score the first ones',
    guess: (token: string) => `What it expects in the place of ${token}`,
    truth: 'the text',
    was: (token: string, p: string, nats: string) => `${token}: ${p}, ${nats} nats.`,
    instead: 'Likeliest in its place:',
    table: 'Every token as a table',
    caption: 'Nats of each token and what each model expected most',
    columns: (words: boolean) => [
      'place',
      words ? 'word' : 'character',
      'AR',
      'AR expects',
      'diffusion',
      'diffusion expects',
    ],
  },

  attention: {
    title: 'Where does it look?',
    what: 'Each layer has several heads. A row of a map is what one place looks at; a row sums to 1. AR predicts a token from the one before it and never looks ahead. Diffusion looks both ways.',
    unrelated: 'Heads of the two models have nothing to do with each other, whatever their number.',
    head: (layer: number, head: number) => `Layer ${layer}, head ${head}`,
    heads: (name: string) => `Heads of ${name}`,
    layer: 'Layer',
    hide: 'Hide the chosen token from diffusion',
    map: (name: string, head: string, summary: string) => `${name}, ${head}. ${summary}`,
    looks: (token: string, list: string) => `For ${token} it looks most at ${list}.`,
    item: (token: string, where: string, p: string) => `${token} ${where} (${p})`,
    where: (distance: number) => {
      if (distance === 0) return 'itself';
      const far = Math.abs(distance);
      return `${far} ${distance < 0 ? 'before' : 'after'}`;
    },
    start: 'the beginning',
    startShort: '⟨start⟩ ',
    unknown: 'what lies beyond the text',
    at: (row: string, column: string, p: string) => `${row} looks at ${column}: ${p}`,
    point: 'Point at the map to read it; click on a row to choose its token.',
    key: 'shade: square root of the probability',
    experts: (list: string) => `Experts of this token, by layer: ${list}.`,
    table: 'What this place looks at, as a table',
    caption: (token: string) => `Probability with which the chosen heads look at each token for ${token}`,
    columns: (words: boolean) => ['place', words ? 'word' : 'character', 'AR', 'diffusion'],
  },

  likeness: {
    title: (words: boolean, token: string) => `Which ${words ? 'words' : 'characters'} are like ${token}?`,
    what: 'The cosine of the input embeddings: tokens that a model treats alike point the same way.',
    symbols: 'The vocabulary',
    nearest: (token: string) => `Most like ${token}`,
    item: (token: string, cosine: string) => `${token}, ${cosine}`,
    map: (name: string, count: number, token: string, list: string) =>
      `Cosines of all pairs of ${count} embeddings of ${name}. Most like ${token}: ${list}.`,
    at: (a: string, b: string, cosine: string) => `${a} and ${b}: ${cosine}`,
    tooMany: (count: string) => `${count} tokens are too many for a map of all pairs.`,
    key: 'colour: alike; grey: opposed. Both maps have the same order, in which AR’s neighbours stand side by side.',
  },

  duel: {
    title: 'The duel',
    what: 'Click a word to hide it. Both models fill the gap: AR knows what stands before it, diffusion what stands on both sides.',
    waiting: 'Train both models; then hide a word of a text that they have never seen, and both try to fill it.',
    soon: 'It begins when the models are made.',
    words: 'Hide words of this text',
    random: 'Hide other words',
    clear: 'Show all',
    excerpt: 'Another text',
    nothing: 'Nothing is hidden. Click a word.',
    filling: 'Both are filling the gap…',
    sees: (family: FamilyId, step: string) =>
      `${family === 'ar' ? 'sees what stands before' : 'sees both sides'}; as of step ${step}`,
    score: (right: number, of: number, words: boolean) => `${right} of ${tokens(of, words)} right`,
    truth: (nats: string, words: boolean) => `the truth cost it ${nats} nats a ${words ? 'word' : 'character'}`,
    nearer: (name: string, more: number, less: number) => `${name} is nearer: ${more} right against ${less}.`,
    level: (right: number, of: number) => `Level: both have ${right} of ${of} right.`,
    regret: (nats: string) =>
      `Reading on to the end, it finds the true text ${nats} nats likelier than its own: what follows would have told it.`,
    content: (nats: string) =>
      `Reading on to the end, it still finds its own text ${nats} nats likelier than the true one.`,
    kept: 'What stands behind the gap is kept as it was given; it played no part.',
    was: (truth: string) => `Hidden: ${truth}.`,
    spoken: (text: string) => `It makes of it: ${text}`,
    step: (step: number, of: number) => `${step} of ${of} filled`,
    player: 'The order of filling',
    rewind: 'Back to the empty gap',
    back: 'One step back',
    play: 'Play the filling',
    halt: 'Hold',
    forward: 'One step on',
    next: (token: string, p: string) => `Next it fills in ${token} (${p}). It expects there:`,
    done: 'Everything is filled.',
    filled: (token: string, order: number, p: string) => `${token}, filled in as number ${order}, ${p}`,
    key: 'filled in: bold where right, struck through where wrong; pale: what it expects in a place that is still open',
    keyShort: 'filled in: bold where right, struck through where wrong',
  },
};
