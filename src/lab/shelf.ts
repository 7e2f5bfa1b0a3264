import type { FamilyId, RaceSpec } from '../spec/schema.ts';
import type { ExecutorInfo, KeptRace, RaceContent, RaceSummary, StorageUse } from './protocol.ts';
import type { Checkpoint, RunStore } from './store.ts';

export interface OwnTextFile {
  /** A file's name, or words for a pasted text. */
  name: string;
  text: string;
}

/** What a race is begun with. */
export interface RaceBeginning {
  spec: RaceSpec;
  ownText?: OwnTextFile;
  executor: ExecutorInfo;
}

/** The models of a race that is kept. */
export interface KeptModels {
  spec: RaceSpec;
  ownText?: OwnTextFile;
  executor: ExecutorInfo;
  /** SHA-256 of the text that they were trained on. */
  textHash: string;
  /** The last ones; at least one. */
  checkpoints: Partial<Record<FamilyId, Checkpoint>>;
  /** After which steps their best weights, which are in the checkpoints, were evaluated. */
  best: Partial<Record<FamilyId, number>>;
}

/** A race on the shelf that is being written. */
export interface RaceOnShelf {
  readonly id: string;
  readonly spec: RaceSpec;
  readonly ownText?: OwnTextFile;
  /**
   * Where its two runs are kept. Nothing is written before the first of them is opened: a race that cannot begin leaves
   * nothing behind. Where there is no room (any more), the rest is held in memory until the session ends, and the host
   * is told of it once: nothing here throws for that.
   */
  readonly store: RunStore;
  /** How it ended; a race that was never told to end is found as 'unfinished' when it is looked for again. */
  end(state: Exclude<KeptRace['state'], 'unfinished'>, summary?: RaceSummary): Promise<void>;
}

/**
 * Where a host keeps the races of a person, from session to session. Everything is written whole or not at all, and
 * nothing is given up but by `purge`: what another version of the schema wrote is set aside and counted as such. Methods
 * throw a CrossoverError that names the race and what was found; a full disk is 'storage-full'.
 */
export interface RaceShelf {
  list(): Promise<{ races: KeptRace[]; setAside: number; storage: StorageUse }>;
  read(id: string): Promise<{ race: KeptRace; content: RaceContent }>;
  /** Refused where there is no checkpoint, as in what was exported to be looked at only. */
  models(id: string): Promise<KeptModels>;
  begin(beginning: RaceBeginning): Promise<RaceOnShelf>;
  /** Opens a race to go on with it from its last checkpoints. */
  reopen(id: string): Promise<RaceOnShelf>;
  /**
   * A new race that has everything of another one up to its last checkpoints, and goes on from there under another spec.
   * Refused where the spec differs in more than the `train` section: the weights would not fit or mean something else.
   */
  branch(id: string, spec: RaceSpec): Promise<RaceOnShelf>;
  rename(id: string, name: string): Promise<void>;
  /** Hides a race; `restore` brings it back until it is purged. */
  remove(id: string): Promise<void>;
  restore(id: string): Promise<void>;
  /** Gives up the races that are hidden. */
  purge(): Promise<void>;
  /** The race as a .zip of its two run folders, as the terminal writes them; to be looked at only, without the weights. */
  exportZip(id: string, options?: { weights: boolean }): Promise<{ name: string; bytes: Uint8Array<ArrayBuffer> }>;
  /**
   * Takes the run folders of a .zip; nothing is kept unless all of it is sound. `already`: races of the shelf that are in
   * it and are left as they are; `ignored`: its files that are no run's.
   */
  importZip(name: string, bytes: Uint8Array): Promise<{ races: KeptRace[]; already: KeptRace[]; ignored: string[] }>;
}
