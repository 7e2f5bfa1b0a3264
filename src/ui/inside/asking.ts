import { createStore } from 'zustand/vanilla';
import { told } from '../../analysis/language.ts';
import type { AnswerOf, LabEvent, Question, Subject, Weights, WhyNoAnswer } from '../../lab/protocol.ts';
import { sendCommand } from '../actions.ts';
import { words } from '../words.ts';

/** Questions to the models that are trained in this tab, and what is answered. */

/** Why a question was not answered; its message is for people. */
export class NoAnswer extends Error {
  constructor(
    readonly why: WhyNoAnswer,
    message: string,
  ) {
    super(words.inside.why[why] || told(message));
  }
}

/** The models that can be asked: those of the race that 'plan' or 'lookedInto' told of last. */
export const models = createStore<{ race: string | null; evaluated: number | null }>(() => ({
  race: null,
  evaluated: null,
}));

interface Waiting {
  resolve: (event: Extract<LabEvent, { type: 'answer' }>) => void;
  reject: (error: NoAnswer) => void;
}

const waiting = new Map<number, Waiting>();
let asked = 0;

/** @throws NoAnswer */
export function ask<K extends Question['kind']>(
  question: Extract<Question, { kind: K }>,
  weights: Weights = 'last',
): Promise<{ answer: AnswerOf<K>; subject: Subject }> {
  const number = asked++;
  const answered = new Promise<Extract<LabEvent, { type: 'answer' }>>((resolve, reject) => {
    waiting.set(number, { resolve, reject });
  });
  sendCommand({ type: 'ask', ask: number, question, weights });
  return answered.then(({ answer, subject }) => ({ answer: answer as AnswerOf<K>, subject }));
}

/** Hears what concerns the models; whether the event was an answer, and for nobody else. */
export function receiveAnswer(event: LabEvent): boolean {
  switch (event.type) {
    case 'answer':
      // Where another tab trains what is on the chart, this one may still hold a race of its own.
      if (event.subject.race === models.getState().race) take(event.ask)?.resolve(event);
      else take(event.ask)?.reject(new NoAnswer('no-model', ''));
      return true;
    case 'noAnswer':
      take(event.ask)?.reject(new NoAnswer(event.why, event.message));
      return true;
    case 'plan':
      models.setState({ race: event.id, evaluated: null });
      return false;
    case 'lookedInto':
      models.setState({ race: event.id, evaluated: event.step });
      return true;
    case 'records': {
      const last = event.records.findLast(({ split, metric }) => split === 'validation' && metric === 'loss');
      if (last) models.setState({ evaluated: last.step });
      return false;
    }
    case 'recovered':
      refuseAll();
      return false;
    default:
      return false;
  }
}

/** The worker has ended, and its models with it. */
export function loseModels(): void {
  refuseAll();
  models.setState({ race: null, evaluated: null });
}

/** What was asked of a device that is gone will never be answered. */
function refuseAll(): void {
  for (const number of [...waiting.keys()]) take(number)?.reject(new NoAnswer('refused', words.inside.lost));
}

function take(number: number): Waiting | undefined {
  const found = waiting.get(number);
  waiting.delete(number);
  return found;
}

/** One thing at a time: of what is wished meanwhile only the newest is done. */
export class Line {
  #busy = false;
  #next: { work: () => Promise<unknown>; settled: () => void } | undefined;

  /** Resolves when it is done, or another has taken its place. */
  put(work: () => Promise<unknown>): Promise<void> {
    this.#next?.settled();
    return new Promise((settled) => {
      this.#next = { work, settled };
      if (!this.#busy) void this.#run();
    });
  }

  async #run(): Promise<void> {
    this.#busy = true;
    try {
      while (this.#next) {
        const { work, settled } = this.#next;
        this.#next = undefined;
        await work().finally(settled);
      }
    } finally {
      this.#busy = false;
    }
  }
}

/** Looking may take this share of the time at most, and be this often. */
const SHARE = 1 / 8;
const LEAST_MS = 2500;

/** Does something after evaluations, never so often that the training would suffer; returns what ends it. */
export function follow(act: () => Promise<unknown>): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let acting = false;
  let due = false;
  let allowed = 0;
  const look = async () => {
    timer = undefined;
    if (!due || document.hidden) return;
    due = false;
    acting = true;
    const since = performance.now();
    await act();
    acting = false;
    const now = performance.now();
    allowed = now + Math.max(LEAST_MS, (now - since) / SHARE);
    plan();
  };
  const plan = () => {
    if (due && !acting && timer === undefined) timer = setTimeout(look, Math.max(0, allowed - performance.now()));
  };
  const ended = models.subscribe((now, before) => {
    if (now.evaluated === null || now.evaluated === before.evaluated) return;
    due = true;
    plan();
  });
  document.addEventListener('visibilitychange', plan);
  return () => {
    ended();
    clearTimeout(timer);
    document.removeEventListener('visibilitychange', plan);
  };
}
