import type { ChapterId, StepId } from '../../learn/chapters.ts';
import type { LessonId } from '../../learn/lessons.ts';
import type { Part } from '../../learn/state.ts';

/** The sentences of the view “Learn”, of the guided text, of teaching, and of the page to be printed. */
export const learn = {
  title: 'Learn',
  lead: 'Two language models of one size read the same small text, again and again. One learns it by heart, the other goes on learning. Step by step, the page itself shows how that comes about, what it means, and how to doubt it.',
  begin: 'Begin',
  contents: 'The guided text',
  steps: (count: number) => `${count} ${count === 1 ? 'step' : 'steps'}`,
  chapters: {
    ar: { title: 'What AR learns', about: 'To guess what comes next, from what stands to the left.' },
    diffusion: { title: 'What diffusion learns', about: 'To fill in what is hidden, from both sides.' },
    repetition: {
      title: 'Why repetition hurts one and feeds the other',
      about: 'The same questions again, or new ones about the same text.',
    },
    starve: { title: 'Starve the data', about: 'Less text, a bet on what follows, and a race of your own.' },
    bound: { title: 'What a bound is', about: 'Why “below” decides something here, and “above” nothing.' },
    doubt: { title: 'How to doubt the result', about: 'Bests, costs, remedies for AR, and chance.' },
  } satisfies Record<ChapterId, { title: string; about: string }>,
  paper: {
    title: 'The paper',
    about:
      'Jinjie Ni et al., “Diffusion Language Models are Super Data Learners”, 2025. Crossover asks its question with models small enough for a browser.',
    link: 'arXiv 2511.03276',
    address: 'https://arxiv.org/abs/2511.03276',
  },

  guide: {
    label: 'Guided text',
    place: (step: number, of: number) => `Step ${step} of ${of}`,
    spoken: (step: number, of: number, title: string, text: string) => `Step ${step} of ${of}: ${title}. ${text}`,
    back: 'Back',
    next: 'Next',
    finish: 'Finish',
    leave: 'Leave the guided text',
    nothing: 'No race is on the chart yet.',
    recording: 'Show the recording',
    first: 'The first evaluation is still to come.',
  },

  text: {
    race: {
      title: 'One text, two models',
      idea: 'Two models of the same size learn the same small text. The chart shows how well each of them predicts text on which it was never trained: the lower, the better.',
    },
    left: {
      title: 'From left to right',
      idea: 'AR, the autoregressive model, predicts each token from those to its left and from nothing else: at every place it learns one question, what comes next? To write, it asks itself again and again.',
    },
    masks: {
      title: 'Filling in what is hidden',
      idea: 'Diffusion hides a random share of the tokens and predicts them from those that are left, on both sides. Each time it hides others: ten words can be hidden in more than a thousand ways, and each is another question.',
    },
    duel: {
      title: 'Both sides count',
      idea: 'Hide a word in the middle of a sentence. AR fills it in from the left alone; diffusion reads on both sides of the gap. Neither is larger than the other: they have learned different things.',
    },
    turn: {
      title: 'AR turns up',
      idea: 'A small text soon asks AR the same questions again. At first it learns what holds for all such texts; later it may learn this one text, and then its loss on new text rises.',
    },
    heart: {
      title: 'Learned by heart',
      idea: 'The training loss tells the two apart. Where it goes on falling while the loss on new text rises, a model no longer learns the language but the text: it over-fits.',
    },
    feeds: {
      title: 'The same text, other questions',
      idea: 'For diffusion no pass through the text is like the one before: other tokens are hidden, other questions asked. It learns more slowly, and the same text lasts it longer.',
    },
    less: {
      title: 'Less text',
      idea: 'U is how many tokens there are before they come again. The paper finds that diffusion passes AR later when there is more unique text, and not at all within the budget when there is plenty.',
    },
    bet: {
      title: 'Place a bet',
      idea: 'Before you train: at which epoch will the curves cross this time? A guess that was written down teaches more than a result that was read.',
    },
    train: {
      title: 'Let them race',
      idea: 'Both begin with random weights and go through the same windows of text in the same order. The race that is on the chart stays behind as thin grey lines, so that the two can be compared.',
    },
    exact: {
      title: 'Exact, and at most',
      idea: 'AR’s loss is exact: step by step, its predictions multiply to the probability of the text. Diffusion could fill in the text in a great many orders, and nobody can add them all up. What is measured is an upper bound: its true loss is at most that.',
    },
    above: {
      title: 'Below decides, above does not',
      idea: 'Where the bound lies below AR by more than its error, the true loss does too: diffusion is ahead, if anything by more than is seen. Where the bound lies above AR, the true loss may be on either side, and nothing is decided.',
    },
    strict: {
      title: 'Live is not strict',
      idea: 'The live crossing compares both as they are now. But who trains AR would stop it where it is best. So there is a second, strict crossing: diffusion’s best must pass the best that AR ever reached.',
    },
    cost: {
      title: 'Equal steps, unequal work',
      idea: 'By epochs, tokens and steps the two are compared at equal data. Where text is scarce that is the question; where computing is, it is not. Another axis can tell another story.',
    },
    fair: {
      title: 'Give AR a chance',
      idea: 'AR over-fits, and there are remedies for that: dropout, noise in its input, weight decay. Gao et al. (2025) found AR with either dropout or more weight decay ahead of a diffusion model that was not tuned. What was measured here stands under “Close the gap”.',
    },
    seed: {
      title: 'One race is one throw',
      idea: 'Another seed gives other weights and other masks. A claim needs several of them, and a result that does not come out is a result too: under “Experiments” each claim is judged over its seeds.',
    },
  } satisfies Record<StepId, { title: string; idea: string }>,

  /** What is said of the race on the chart. */
  here: {
    race: (unique: string, steps: string, epochs: string) =>
      `Here the text has ${unique} tokens, and ${steps} steps go through it ${epochs} times.`,
    shade: 'The shade tells how sure it was of each token.',
    noTexts: 'This race has written no texts.',
    noModels: 'A recording has no models that could be asked. Train both here, and the duel opens.',
    modelsSoon: 'The duel opens after the first evaluation.',
    duel: 'Click any word: both fill it in with what they know now.',
    turned: (step: string, epoch: string, best: string, last: string, lastStep: string) =>
      `Here AR is best at step ${step}, epoch ${epoch}, with ${best}. At step ${lastStep} it is at ${last}.`,
    notTurned: (best: string, step: string, over: boolean) =>
      over
        ? `In this race AR has not clearly turned up: its best is ${best}, at step ${step}, and it ended no further from it than the error.`
        : `So far AR has not clearly turned up: its best is ${best}, at step ${step}.`,
    byHeart: (from: string, to: string, best: string, last: string) =>
      `From AR’s best evaluation to its last, its training loss goes from ${from} to ${to}, and its loss on new text from ${best} to ${last}.`,
    noTraining: 'The training loss of this race was not recorded.',
    ends: (step: string, best: string, epoch: string) =>
      `Diffusion’s best, ${best}, is that of step ${step}, epoch ${epoch}.`,
    unique: (race: string) => `The race on the chart has U = ${race}.`,
    setup: (race: string, setup: string) =>
      `The race on the chart has U = ${race}; the setup now has ${setup}, and training will show what that does.`,
    busy: 'A race is on: its setup stays as it is.',
    noBet: 'The curves have crossed already: a bet is on the next race.',
    training: (step: string, of: string) => `Training: step ${step} of ${of}.`,
    draws: (draws: number) =>
      `Here the bound is the mean over ${draws} ${draws === 1 ? 'draw' : 'draws'} of masks for each window of text, and the margin beside it is its standard error.`,
    chain:
      'In this race diffusion hides from left to right; there the chain rule holds, and its loss is no bound but exact.',
    above: (distance: string, step: string) =>
      `At AR’s best, step ${step}, the bound lies ${distance} nats above AR. That alone does not say that AR is better.`,
    below: (distance: string, step: string) => `At AR’s best, step ${step}, the bound lies ${distance} nats below AR.`,
    cost: (factor: string, diffusion: string, ar: string) =>
      `A step of diffusion costs ${factor} times the FLOPs of a step of AR. Diffusion was trained for ${diffusion} steps, AR for ${ar}.`,
    trained: (diffusion: string, ar: string) => `Diffusion was trained for ${diffusion} steps, AR for ${ar}.`,
    seed: (seed: string) => `The race on the chart has seed ${seed}.`,
    newSeed: (race: string, setup: string) =>
      `The race on the chart has seed ${race}; the setup now has seed ${setup}.`,
    sentence: (words: string) => `${words}.`,
  },

  acts: {
    play: 'Play the training',
    write: 'Watch it write',
    trainBoth: 'Train both',
    trainHere: 'Train both here',
    hide: 'Hide some words',
    toBest: 'Go to AR’s best',
    playOn: 'Play on from here',
    toCrossing: 'Go to the crossing',
    toEnd: 'Go to the end',
    drawTraining: 'Draw the training loss',
    hideTraining: 'Hide the training loss',
    setU: (unique: string) => `Set U to ${unique}`,
    bet: 'Place a bet',
    flops: 'Compare by FLOPs',
    epochs: 'Compare by epochs',
    gap: 'Open “Close the gap”',
    race: 'Back to the race',
    setSeed: (seed: string) => `Take seed ${seed}`,
  },

  teach: {
    title: 'For teachers',
    about:
      'Teaching mode is for a projector: larger type and heavier lines, nothing on the page that you do not need, and the guided text as cards, which a presenter’s remote turns, too. A link opens the page exactly so: your setup, your chart, your choice of parts.',
    leaveOut: 'Leave out',
    parts: {
      setup: 'setup',
      log: 'event log',
      reports: 'reports',
      nav: 'other views',
      duel: 'duel',
    } satisfies Record<Part, string>,
    cards: 'Begin with the first card',
    inLanguage: 'In this language, whatever the reader’s is',
    link: 'The link',
    copy: 'Copy the link',
    here: 'Teach on this screen',
    end: 'End teaching mode',
    mode: 'Teaching',
    open: 'Cards',
    leave: 'End teaching',
    lessons: 'Ready for a lesson',
    lessonsAbout: 'Each opens with a recorded race, so that nothing has to be trained before the bell rings.',
  },

  lessons: {
    crossover: { title: 'The crossover', about: 'All six chapters on Moby Dick.' },
    starve: {
      title: 'Starve the data',
      about: 'The small race: less text, a bet, and a training while the class looks on.',
    },
    brackets: { title: 'Brackets', about: 'A task that AR learns first, and forgets.' },
    world: {
      title: 'A world of facts',
      about: 'Asked in wordings that were not taught: what the order of reading decides.',
    },
    doubt: { title: 'How to doubt it', about: 'The last two chapters, for those who have seen the crossing.' },
  } satisfies Record<LessonId, { title: string; about: string }>,

  handout: {
    title: 'A page to hand out',
    about:
      'The question, the race that is on the chart, three things to see in it, and tasks with room to write; one sheet, A4 or Letter.',
    open: 'Print the handout',
    print: 'Print',
    back: 'Back to Learn',
    nothing: 'The handout shows the race on the chart, and there is none yet.',
    name: 'Name',
    date: 'Date',
    question: 'Two models, one small text: which learns more?',
    lead: 'An autoregressive model (AR) learns to predict the next token from those before it. A diffusion model of the same size learns to fill in hidden tokens from all the others. Both read the same few pages again and again. Then they are tested on pages that neither has seen.',
    figure: (unique: string, text: string, steps: string, epochs: string, seed: string) =>
      `Loss on unseen text, lower is better. ${unique} unique tokens of ${text}; ${steps} steps, ${epochs} times through the text; seed ${seed}. Dotted: the best so far. ◆\u00a0live crossing, ◇\u00a0strict crossing.`,
    origin: {
      recorded: (device: string, date: string, command: string) =>
        `A real run, recorded on ${device}, ${date}, with “${command}”.`,
      live: (device: string) => `Trained in a browser on ${device}.`,
      other: (name: string, date: string) => `A real run: ${[name, date].filter(Boolean).join(', ')}.`,
    },
    observe: 'Three things to see',
    observations: {
      fall: 'Where both lines fall, the models learn what the text has in common with all texts of its kind.',
      turned: 'AR, the solid line, turns up: on new pages it gets worse again.',
      byHeart:
        'AR, the solid line, turns up: on new pages it gets worse again, while on those that it trains on it goes on improving.',
      notTurned: 'AR, the solid line, does not clearly turn up in this race. What would have to change for that?',
      passed:
        'Diffusion, the dashed line, passes AR at ◆, where both have read the same text equally often: from there it predicts new pages better.',
      unsure: 'Diffusion, the dashed line, may pass AR at ◆. Too few evaluations say so to be sure.',
      reverted: 'Diffusion, the dashed line, passes AR at ◆, and later AR is ahead again.',
      notPassed: 'Diffusion, the dashed line, does not pass AR in this race.',
    },
    bound: 'What a bound is',
    boundText:
      'AR’s loss is exact. Diffusion’s is an upper bound: its true loss is at most that. So a dashed line below the solid one decides the matter; a dashed line above it decides nothing.',
    exactText:
      'The loss of both models is exact in this race: diffusion hides from left to right, so that the chain rule holds. With masks in any order it would be an upper bound.',
    tasks: 'Your turn',
    best: 'AR is best at epoch ________, with a loss of ________. After that it ________.',
    crossed: 'Diffusion passes AR at epoch ________ (◆). Its best passes AR’s best at epoch ________ (◇).',
    notCrossed: 'Diffusion does not pass AR here. At the end the two are ________ apart.',
    bet: 'With half as much text I expect the crossing ☐\u00a0earlier ☐\u00a0later ☐\u00a0not at all. My bet: epoch ________. It was: epoch ________.',
    seed: 'The same race with another seed: ◆ at epoch ________, ◇ at epoch ________.',
    /** With a line below each to write on. */
    why: 'Why can the same text teach diffusion something new each time?',
    doubt: 'One reason to doubt this result, and how it could be tested:',
    link: 'Race it yourself, in any current browser; nothing is installed, and nothing leaves it:',
  },
};
