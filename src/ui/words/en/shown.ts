/** The sentences about the race on the chart: whence it comes, its moments, ghosts, bets and small charts. */
export const shown = {
  shown: {
    label: 'What is on the chart',
    recorded: 'Recording',
    recordedOn: (device: string, date: string) => `A real run, recorded on ${device}, ${date}, with`,
    kept: (name: string, date: string) => `From your runs: ${name}, ${date}.`,
    cell: (experiment: string) => `A cell of the experiment “${experiment}”.`,
    watched: 'Another tab trains this race; this one watches.',
    otherSetup: 'The setup has been changed since: training will show what it does.',
    back: 'Back to the race trained here',
    close: 'Close',
  },

  time: {
    label: 'Moment of the training',
    play: 'Play the training from here',
    again: 'Play the training once more',
    hold: 'Hold',
    skip: 'Skip',
    skipLong: 'Skip to the end',
    at: (step: string, epoch: string) => `step ${step}, epoch ${epoch}`,
    step: (step: string) => `step ${step}`,
    newest: 'Newest',
    newestLong: 'Newest: follow what is measured last',
    nothing: 'Nothing has been measured yet.',
  },

  ghosts: {
    earlier: 'earlier run',
    label: 'Ghosts of earlier runs',
    key: (count: number) => `${count} earlier ${count === 1 ? 'run' : 'runs'}`,
    clear: 'clear',
    clearLong: 'Clear the ghosts of earlier runs',
    spoken: (list: string) => `Behind it, as thin grey lines: ${list}.`,
    one: (name: string, crossing: string | null) => (crossing ? `${name} (live crossing at epoch ${crossing})` : name),
  },

  bet: {
    place: 'Place a bet',
    question: 'Where will they cross?',
    epoch: 'epoch',
    click: 'Click the chart, or type an epoch.',
    ok: 'Bet',
    cancel: 'Cancel',
    drop: 'Take back',
    flag: (epoch: string) => `your bet: ${epoch}`,
    open: (epoch: string) => `Your bet: they cross at epoch ${epoch}.`,
    next: (epoch: string) => `Your bet on the next race: they cross at epoch ${epoch}.`,
    judged: (bet: string, found: string, error: string, sign: number) =>
      sign === 0
        ? `You bet epoch ${bet}, and that is where it was.`
        : `You bet epoch ${bet}; it was ${found}: ${error} ${sign > 0 ? 'late' : 'early'}.`,
    never: (bet: string) => `You bet epoch ${bet}; they did not cross within the budget.`,
  },

  small: {
    label: 'Further measures, on the same horizontal axis',
    titles: { train: 'training loss', gradNorm: 'gradient norm', accuracy: 'accuracy', deltaNll: 'ΔNLL' },
    units: {
      train: 'nats per token',
      gradNorm: 'before clipping',
      accuracy: 'share answered rightly',
      deltaNll: 'wrong option − right one, nats per token',
    },
    guessing: 'guessing',
    now: (family: string, value: string) => `${family} ${value}`,
    summary: (title: string, parts: readonly string[]) => `${title}: ${parts.join('; ')}.`,
    part: (family: string, now: string, low: string, high: string) =>
      `${family} now ${now}, between ${low} and ${high}`,
    none: 'not measured yet',
  },

  atMoment: (step: string, epoch: string) => `At step ${step}, epoch ${epoch}`,
};
