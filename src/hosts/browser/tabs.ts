import type { Command, LabEvent, SweepEvent } from '../../lab/protocol.ts';
import { isOfRace, Replay } from '../../lab/replay.ts';

/** The Web Lock of the one tab that trains. */
const LOCK = 'crossover-device';
/** How long another one is waited for: one that has just been closed soon lets go. */
const PATIENCE_MS = 400;
/** How often a tab looks whether the one that trains is still there: one that was closed says no farewell. */
const LOOK_EVERY_MS = 1000;

/** What tabs tell each other. `from` and `to` are tabs. */
type Message =
  /** This tab trains from now on. */
  | { type: 'began'; from: string; what: Training }
  | { type: 'ended'; from: string }
  | { type: 'event'; from: string; event: LabEvent }
  /** What has been told so far, please. */
  | { type: 'join'; from: string }
  | { type: 'joined'; from: string; to: string; what: Training; events: LabEvent[] }
  | { type: 'command'; from: string; command: Command };

type Training = 'race' | 'experiment';

/** What a browser gives tabs to find each other; either may be missing. */
export interface Meeting {
  locks: Pick<LockManager, 'request' | 'query'> | undefined;
  channel: Pick<BroadcastChannel, 'postMessage' | 'addEventListener'> | undefined;
}

export interface TabOptions extends Meeting {
  /** To the page of this tab. */
  emit(event: LabEvent | SweepEvent): void;
  /** To the lab of this tab. */
  send(command: Command): void;
}

/** Commands about a race that is on, which a tab that watches passes on. */
const PASSED_ON: ReadonlySet<Command['type']> = new Set(['pause', 'resume', 'step', 'stop']);
const OVER: ReadonlySet<string> = new Set(['finished', 'stopped', 'failed', 'idle']);

/**
 * One of several tabs that share a device: one of them trains, and the others may watch. Stands between the page and the
 * lab of its tab. Where the browser has no locks or no channel the tab is alone, and trains when it is told to.
 */
export class Tabs {
  readonly #id = Array.from(crypto.getRandomValues(new Uint32Array(3)), (word) => word.toString(36)).join('');
  readonly #replay = new Replay();
  /** What this tab trains. */
  #mine: Training | undefined;
  /** What another tab trains. */
  #theirs: Training | undefined;
  /** 'joining': what was told so far is on its way. */
  #watching: 'no' | 'joining' | 'yes' = 'no';
  /** Whether the race that is watched was on when it was last heard of. */
  #watchedIsOn = false;

  constructor(private readonly options: TabOptions) {
    options.channel?.addEventListener('message', ({ data }: MessageEvent<Message>) => this.#hear(data));
  }

  /** Looks whether another tab trains, and tells the page. */
  async look(): Promise<void> {
    if (await this.#isHeld()) this.#elsewhere('race');
    else this.#tell();
    // Only that tab knows what it trains.
    if (this.#theirs) this.#post({ type: 'join', from: this.#id });
  }

  /** From the page. */
  command(command: Command): void {
    if (command.type === 'watch') this.#watch();
    else if (this.#theirs && this.#watching !== 'no' && PASSED_ON.has(command.type)) {
      const passed = command.type === 'pause' ? { ...command, by: this.#id } : command;
      this.#post({ type: 'command', from: this.#id, command: passed });
    } else this.options.send(command);
  }

  /** From the lab. */
  tell(event: LabEvent | SweepEvent): void {
    this.options.emit(event);
    if (this.#mine !== 'race' || !isOfRace(event as LabEvent)) return;
    const told = event as LabEvent;
    this.#replay.hear(told);
    this.#post({ type: 'event', from: this.#id, event: told });
  }

  /** `LabHost.hold`. */
  hold(what: Training): Promise<(() => void) | null> {
    const { locks } = this.options;
    if (!locks) return Promise.resolve(() => {});
    return new Promise((resolve) => {
      const waiting = new AbortController();
      const timer = setInterval(async () => {
        if (await this.#waitsForAnother()) waiting.abort();
      }, PATIENCE_MS);
      const trained = locks.request(LOCK, { signal: waiting.signal }, () => {
        clearInterval(timer);
        this.#begin(what);
        return new Promise<void>((release) =>
          resolve(() => {
            this.#mine = undefined;
            release();
            this.#post({ type: 'ended', from: this.#id });
          }),
        );
      });
      trained.catch(() => {
        clearInterval(timer);
        this.#elsewhere(this.#theirs ?? 'race');
        this.#watch();
        resolve(null);
      });
    });
  }

  #begin(what: Training): void {
    this.#mine = what;
    this.#theirs = undefined;
    this.#watching = 'no';
    this.#replay.clear();
    this.#post({ type: 'began', from: this.#id, what });
    this.#tell();
  }

  #hear(message: Message): void {
    switch (message.type) {
      case 'began':
        this.#elsewhere(message.what);
        break;
      case 'ended':
        this.#over();
        break;
      case 'join':
        if (!this.#mine) break;
        this.#post({
          type: 'joined',
          from: this.#id,
          to: message.from,
          what: this.#mine,
          events: this.#mine === 'race' ? this.#replay.events() : [],
        });
        break;
      case 'joined':
        if (message.to !== this.#id || this.#mine) break;
        this.#elsewhere(message.what);
        if (this.#watching !== 'joining') break;
        this.#watching = 'yes';
        this.#tell();
        for (const event of message.events) this.#show(event, message.from);
        break;
      case 'event':
        if (this.#watching === 'yes' && !this.#mine) this.#show(message.event, message.from);
        break;
      case 'command':
        if (this.#mine === 'race') this.options.send(message.command);
        break;
    }
  }

  /** Another tab's event, as this page should see it: who has paused is told from here. */
  #show(event: LabEvent, from: string): void {
    if (event.type !== 'state') {
      this.options.emit(event);
      return;
    }
    this.#watchedIsOn = !OVER.has(event.state);
    const { by = from, ...state } = event;
    this.options.emit(event.state === 'paused' && by !== this.#id ? { ...state, by } : state);
  }

  #watch(): void {
    if (this.#theirs !== 'race' || this.#watching !== 'no') return;
    this.#watching = 'joining';
    this.#post({ type: 'join', from: this.#id });
  }

  #elsewhere(what: Training): void {
    if (this.#mine || this.#theirs === what) return;
    const alreadyLooking = this.#theirs !== undefined;
    this.#theirs = what;
    this.#tell();
    if (!alreadyLooking) void this.#lookForEnd();
  }

  async #lookForEnd(): Promise<void> {
    while (this.#theirs) {
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
      if (this.#theirs && !(await this.#isHeld())) this.#over();
    }
  }

  async #isHeld(): Promise<boolean> {
    const { held = [] } = (await this.options.locks?.query()) ?? {};
    return !this.#mine && held.some(({ name }) => name === LOCK);
  }

  /** Whether another tab has what this one waits for. A busy browser is slow to give what nobody has: that is no refusal. */
  async #waitsForAnother(): Promise<boolean> {
    const { held = [], pending = [] } = (await this.options.locks?.query()) ?? {};
    return [held, pending].every((locks) => locks.some(({ name }) => name === LOCK));
  }

  /** Nobody trains any more. */
  #over(): void {
    if (!this.#theirs) return;
    const broken = this.#watching === 'yes' && this.#watchedIsOn;
    this.#theirs = undefined;
    this.#watching = 'no';
    this.#watchedIsOn = false;
    // The tab was closed while it trained.
    if (broken) this.options.emit({ type: 'state', state: 'idle' });
    this.#tell();
  }

  #tell(): void {
    this.options.emit({
      type: 'elsewhere',
      training: this.#theirs ?? null,
      watching: this.#watching === 'yes',
    });
  }

  #post(message: Message): void {
    this.options.channel?.postMessage(message);
  }
}
