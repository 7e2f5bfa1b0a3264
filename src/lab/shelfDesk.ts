import { badInput } from '../core/errors.ts';
import type { RaceSpec } from '../spec/schema.ts';
import type { LabEvent, RaceContent, ShelfCommand } from './protocol.ts';
import { unpackRaces } from './runFiles/archive.ts';
import { contentOf, keptRaceOf } from './runFiles/race.ts';
import type { KeptModels, RaceBeginning, RaceOnShelf, RaceShelf } from './shelf.ts';
import type { RunStore } from './store.ts';

/** What a host provides that keeps races. */
export interface ShelfHost {
  races: RaceShelf;
  /** The bytes of a file under `public/`; rejects where there is none. */
  loadFile(path: string): Promise<Uint8Array>;
}

export interface ShelfDeskOptions extends ShelfHost {
  emit(event: LabEvent): void;
}

/** The shelf on command: every method that resolves throws what went wrong. */
export class ShelfDesk {
  /** Of the race that is being written. */
  #writing: string | undefined;

  constructor(private readonly options: ShelfDeskOptions) {}

  /** A new race on the shelf; that it is kept is told when it is written. */
  async begin(beginning: RaceBeginning): Promise<RaceOnShelf> {
    return this.#written(await this.options.races.begin(beginning));
  }

  /** A kept race that goes on. */
  async reopen(id: string): Promise<RaceOnShelf> {
    return this.#written(await this.options.races.reopen(id));
  }

  /** A new race that begins where a kept one has left its checkpoints. */
  async branch(id: string, spec: RaceSpec): Promise<RaceOnShelf> {
    return this.#written(await this.options.races.branch(id, spec));
  }

  /** A race is no longer written, and has not ended. */
  leave(id: string): void {
    if (this.#writing === id) this.#writing = undefined;
  }

  /** What a race has written so far. */
  async content(id: string): Promise<RaceContent> {
    return (await this.options.races.read(id)).content;
  }

  /** The models of a race as they are kept. */
  models(id: string): Promise<KeptModels> {
    return this.options.races.models(id);
  }

  async handle(command: ShelfCommand): Promise<void> {
    const { races, emit } = this.options;
    switch (command.type) {
      case 'listRaces':
        return this.#list();
      case 'readRace':
        return emit({ type: 'raceContent', ...(await races.read(command.id)) });
      case 'readRecording':
        return this.#readRecording(command.path);
      case 'renameRace':
        return this.#listAfter(races.rename(command.id, command.name));
      case 'removeRace':
        if (command.id === this.#writing) throw badInput('This race is being trained; stop it before it is removed.');
        return this.#listAfter(races.remove(command.id));
      case 'restoreRace':
        return this.#listAfter(races.restore(command.id));
      case 'purgeRaces':
        return this.#listAfter(races.purge());
      case 'exportRace':
        return this.#export(command);
      case 'importRaces':
        emit({ type: 'imported', ...(await races.importZip(command.name, command.bytes)) });
        return this.#list();
    }
  }

  async #export({ id, withoutWeights = false }: Extract<ShelfCommand, { type: 'exportRace' }>): Promise<void> {
    const file = await this.options.races.exportZip(id, { weights: !withoutWeights });
    this.options.emit({ type: 'raceFile', id, ...file });
  }

  async #readRecording(path: string): Promise<void> {
    const bytes = await this.options.loadFile(path);
    const { races } = await unpackRaces(bytes, path);
    if (races.length !== 1) throw badInput(`${path} must hold one race; it holds ${races.length}`);
    const [runs] = races;
    const changed = runs[0].environment.race?.begun ?? new Date(0).toISOString();
    const race = keptRaceOf(runs, { id: path, origin: 'recorded', changed, bytes: bytes.length });
    this.options.emit({ type: 'raceContent', race, content: contentOf(runs) });
  }

  /** Where a change is refused, what is there must be said all the more. */
  async #listAfter(change: Promise<void>): Promise<void> {
    try {
      await change;
    } finally {
      await this.#list();
    }
  }

  async #list(): Promise<void> {
    this.options.emit({ type: 'races', ...(await this.options.races.list()) });
  }

  #written(race: RaceOnShelf): RaceOnShelf {
    const { id, spec, ownText, store } = race;
    let told = false;
    const heard: RunStore = {
      open: async (...run) => {
        const stored = await store.open(...run);
        if (!told) this.options.emit({ type: 'raceKept', id });
        told = true;
        this.#writing = id;
        return stored;
      },
      planned: async (plan) => store.planned?.(plan),
    };
    return {
      id,
      spec,
      ...(ownText && { ownText }),
      store: heard,
      end: async (...how) => {
        if (this.#writing === id) this.#writing = undefined;
        await race.end(...how);
      },
    };
  }
}
