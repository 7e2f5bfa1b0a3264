import { mkdtemp, readdir, rmdir } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { badInput } from '../../core/errors.ts';
import { canonicalJson } from '../../core/hash.ts';
import type { RacePlan } from '../../lab/protocol.ts';
import { RUN_FILES } from '../../lab/runFiles/names.ts';
import { RunFiles } from '../../lab/runFiles/write.ts';
import type { OwnTextFile } from '../../lab/shelf.ts';
import type { RunAbout, RunStore, StoredRun } from '../../lab/store.ts';
import type { FamilyId, RunSpec } from '../../spec/schema.ts';
import { ioError, makeFolder, readIfThere, systemCode } from './files.ts';
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
}

/**
 * Runs as folders of files. Nothing that is there is overwritten: not a run of another spec, text or schema version,
 * not a folder that is no run, and a run of the same spec only when it is to go on.
 */
export class FileStore implements RunStore {
  /** The folder of each family's run, once it is open. */
  readonly folders: Partial<Record<FamilyId, string>> = {};
  readonly #options: FileStoreOptions;
  readonly #runs: RunFiles[] = [];
  readonly #begun = new Date().toISOString();

  constructor(options: FileStoreOptions) {
    this.#options = options;
  }

  async open(runId: string, spec: RunSpec, about: RunAbout): Promise<StoredRun> {
    const name = runId.endsWith(`-${spec.family}`) ? runId : `${runId}-${spec.family}`;
    const folder = this.#options.existing?.[spec.family] ?? join(this.#options.out, name);
    const begun = await this.#refuseForeign(folder, spec);
    try {
      await makeFolder(folder);
    } catch (error) {
      throw unusable(this.#options.out, error);
    }
    const { ownText } = this.#options;
    const environment = this.#environment(about);
    const opening = { spec, symbols: about.symbols, environment, ownText, publishes: true };
    const run = await RunFiles.open(runPlace(folder), opening, begun);
    this.#runs.push(run);
    this.folders[spec.family] = folder;
    return run;
  }

  async planned(plan: RacePlan): Promise<void> {
    for (const run of this.#runs) await run.planned(plan);
  }

  /** Whether the folder holds a begun run of this spec that is to go on. Throws when it holds anything else. */
  async #refuseForeign(folder: string, spec: RunSpec): Promise<boolean> {
    const { resume, ownText } = this.#options;
    const names = await namesIn(folder);
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
    const begun = names.includes(RUN_FILES.checkpoint) || names.includes(RUN_FILES.metrics);
    if (begun && !resume) {
      throw badInput(
        `${folder} holds this very run already; nothing was written`,
        'Go on with --resume, or choose another --seed or --out.',
      );
    }
    return begun;
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
