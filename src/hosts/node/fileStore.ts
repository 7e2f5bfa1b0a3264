import { mkdtemp, readdir, rmdir } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { badInput } from '../../core/errors.ts';
import { canonicalJson } from '../../core/hash.ts';
import type { RacePlan } from '../../lab/protocol.ts';
import { RUN_FILES } from '../../lab/runFiles/names.ts';
import { RunFiles, type RunPlace } from '../../lab/runFiles/write.ts';
import type { OwnTextFile } from '../../lab/shelf.ts';
import type { RunAbout, RunStore, StoredRun } from '../../lab/store.ts';
import type { FamilyId, RunSpec } from '../../spec/schema.ts';
import { ioError, isTemporary, makeFolder, readIfThere, removeTemporaries, systemCode } from './files.ts';
import { type FolderLock, type Locking, lockFolder } from './folderLock.ts';
import { readRunSpec, runPlace } from './runFolder.ts';

export interface FileStoreOptions {
  /** The folder of the run folders. */
  out: string;
  /** Whether a run that is there already goes on; else it is an error. */
  resume: boolean;
  /** Run folders that are to go on wherever they are and whatever they are called. */
  existing?: Partial<Record<FamilyId, string>>;
  /** Version of Crossover, for `env.json`. */
  version: string;
  ownText?: OwnTextFile;
  /** Has each run folder locked until `close`. Absent where a lock of the host's own keeps others out, as that of a sweep. */
  lock?: Omit<Locking, 'lost'>;
}

/** The lock of a process that writes to a run folder. It is no file of the run. */
const LOCK = {
  name: 'run.lock',
  excludes: (file: string) => file === LOCK.name,
  user: 'another command',
  inUse: 'Wait for its end, or stop it with Ctrl-C: it leaves a checkpoint to go on from.',
  lost: 'What it had saved is kept, and the other goes on from there.',
};

/**
 * Runs as folders of files. Nothing that is there is overwritten: not a run of another spec, text or schema version,
 * not a folder that is no run, and a run of the same spec only when it is to go on.
 */
export class FileStore implements RunStore {
  /** The folder of each family's run, once it is open. */
  readonly folders: Partial<Record<FamilyId, string>> = {};
  /** Those that were to go on and have no checkpoint: they begin anew. */
  readonly anew: FamilyId[] = [];
  readonly #locks: FolderLock[] = [];
  readonly #options: FileStoreOptions;
  readonly #runs: RunFiles[] = [];
  readonly #begun = new Date().toISOString();

  constructor(options: FileStoreOptions) {
    this.#options = options;
  }

  async open(runId: string, spec: RunSpec, about: RunAbout): Promise<StoredRun> {
    const name = runId.endsWith(`-${spec.family}`) ? runId : `${runId}-${spec.family}`;
    const folder = this.#options.existing?.[spec.family] ?? join(this.#options.out, name);
    // Before anything is written, a lock included.
    await this.#refuseForeign(folder, spec);
    try {
      await makeFolder(folder);
    } catch (error) {
      throw unusable(this.#options.out, error);
    }
    const { ownText, resume } = this.#options;
    const place = await this.#locked(folder);
    // Whoever held it may have written meanwhile.
    const begun = await this.#refuseForeign(folder, spec);
    if (begun && !resume) {
      throw badInput(
        `${folder} holds this very run already; nothing was written`,
        'Go on with --resume, or choose another --seed or --out.',
      );
    }
    await removeTemporaries(folder);
    const environment = this.#environment(about);
    const opening = { spec, symbols: about.symbols, environment, ownText, publishes: true };
    const run = await RunFiles.open(place, opening, begun);
    this.#runs.push(run);
    this.folders[spec.family] = folder;
    if (resume && !run.resumed) this.anew.push(spec.family);
    return run;
  }

  /** Gives the run folders free; nothing may be written to them any more. */
  async close(): Promise<void> {
    for (const lock of this.#locks.splice(0)) await lock.release();
  }

  async planned(plan: RacePlan): Promise<void> {
    for (const run of this.#runs) await run.planned(plan);
  }

  /** The files of a run, which can be written to as long as its lock is held. */
  async #locked(folder: string): Promise<RunPlace> {
    const place = runPlace(folder);
    const { lock } = this.#options;
    if (!lock) return place;
    const taken = new AbortController();
    this.#locks.push(await lockFolder(folder, LOCK, { ...lock, lost: (error) => taken.abort(error) }));
    const whileHeld =
      <A extends unknown[]>(act: (...args: A) => Promise<void>) =>
      async (...args: A) => {
        taken.signal.throwIfAborted();
        await act(...args);
      };
    const { write, append, remove } = place;
    return { ...place, write: whileHeld(write), append: whileHeld(append), remove: whileHeld(remove) };
  }

  /** Whether the folder holds a begun run of this spec. Throws when it holds anything else. */
  async #refuseForeign(folder: string, spec: RunSpec): Promise<boolean> {
    const { ownText } = this.#options;
    // A kill leaves these even before there is a run.
    const names = (await namesIn(folder)).filter((name) => name !== LOCK.name && !isTemporary(name));
    if (names.length === 0) return false;
    if (!names.includes(RUN_FILES.spec)) {
      throw badInput(
        `${folder} holds files and no ${RUN_FILES.spec}, so it is not a run of Crossover; nothing was written`,
        'Choose another folder with --out.',
      );
    }
    if (canonicalJson(await readRunSpec(folder)) !== canonicalJson(spec)) {
      throw badInput(`${folder} holds a run of another spec; nothing was written`, 'Choose another folder with --out.');
    }
    const text = await readIfThere(join(folder, RUN_FILES.ownText));
    if (text && text.toString('utf8') !== ownText?.text) {
      throw badInput(`${folder} holds a run on another text; nothing was written`, 'Choose another folder with --out.');
    }
    return names.includes(RUN_FILES.checkpoint) || names.includes(RUN_FILES.metrics);
  }

  #environment({ executor, dataset }: RunAbout) {
    const { version, ownText } = this.#options;
    const { node } = process.versions;
    const host = { node, platform: process.platform, arch: process.arch, cpu: cpus()[0]?.model.trim() ?? 'unknown' };
    const race = { begun: this.#begun };
    return { crossover: version, host, executor, dataset, ...(ownText && { ownText: ownText.name }), race };
  }
}

/** Says at once whether runs can be written to a folder, before anything is computed. */
export async function checkWritable(out: string): Promise<void> {
  try {
    await makeFolder(out);
    await rmdir(await mkdtemp(join(out, '.probe-')));
  } catch (error) {
    throw unusable(out, error);
  }
}

function unusable(out: string, error: unknown) {
  const { message } = ioError('write to the output folder', out, error);
  return badInput(message, 'Choose a folder that you can write to with --out.');
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return [];
    throw unusable(folder, error);
  }
}
