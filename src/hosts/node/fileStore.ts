import { appendFile, mkdir, readdir, rm, rmdir } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { badInput } from '../../core/errors.ts';
import { canonicalJson } from '../../core/hash.ts';
import { tokenizerOf } from '../../data/tokenizer.ts';
import type { Checkpoint, RunAbout, RunStore, StoredRun } from '../../lab/store.ts';
import { parameterLayout } from '../../model/parameters.ts';
import type { FamilyId, RunSpec } from '../../spec/schema.ts';
import { modelFiles, optimizerFile, readOptimizerFile } from '../../train/modelFiles.ts';
import { ioError, makeFolder, readIfThere, systemCode, toJson, writeAtomically } from './files.ts';
import { RUN_FILES, readEvents, readRecords, readRunSpec, readSamples } from './runFolder.ts';

export interface FileStoreOptions {
  /** The folder of the run folders. */
  out: string;
  /** Whether a run that is there already goes on; else it is an error. */
  resume: boolean;
  /** Run folders that are to go on wherever they are and whatever they are called. */
  existing?: Partial<Record<FamilyId, string>>;
  /** Version of Crossover, for `env.json`. */
  version: string;
  ownText?: { name: string; text: string };
}

/**
 * Runs as folders of files. Nothing that is there is overwritten: not a run of another spec, text or schema version,
 * not a folder that is no run, and a run of the same spec only when it is to go on.
 */
export class FileStore implements RunStore {
  /** The folder of each family's run, once it is open. */
  readonly folders: Partial<Record<FamilyId, string>> = {};
  readonly #options: FileStoreOptions;

  constructor(options: FileStoreOptions) {
    this.#options = options;
  }

  async open(runId: string, spec: RunSpec, about: RunAbout): Promise<StoredRun> {
    const name = runId.endsWith(`-${spec.family}`) ? runId : `${runId}-${spec.family}`;
    const folder = this.#options.existing?.[spec.family] ?? join(this.#options.out, name);
    const begun = await this.#refuseForeign(folder, spec);
    await this.#begin(folder, spec, about);
    const checkpoint = begun ? await readCheckpoint(folder, spec, about.symbols) : undefined;
    const run = new FileRun(folder, spec, about.symbols);
    if (begun) await run.rewind(checkpoint);
    this.folders[spec.family] = folder;
    return run;
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

  async #begin(folder: string, spec: RunSpec, { executor, dataset }: RunAbout): Promise<void> {
    const { version, ownText } = this.#options;
    try {
      await makeFolder(folder);
    } catch (error) {
      throw unusable(this.#options.out, error);
    }
    const { node } = process.versions;
    const host = { node, platform: process.platform, arch: process.arch, cpu: cpus()[0]?.model.trim() ?? 'unknown' };
    const environment = { crossover: version, host, executor, dataset, ...(ownText && { ownText: ownText.name }) };
    await writeAtomically(join(folder, RUN_FILES.environment), `${toJson(environment, 2)}\n`);
    if (ownText) await writeAtomically(join(folder, RUN_FILES.ownText), ownText.text);
    await writeAtomically(join(folder, RUN_FILES.spec), `${toJson(spec, 2)}\n`);
  }
}

/** Says at once whether runs can be written to a folder, before anything is computed. */
export async function checkWritable(out: string): Promise<void> {
  try {
    await makeFolder(out);
    const probe = join(out, `.probe-${process.pid}`);
    await mkdir(probe);
    await rmdir(probe);
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

async function readCheckpoint(folder: string, spec: RunSpec, symbols: RunAbout['symbols']) {
  const path = join(folder, RUN_FILES.checkpoint);
  const bytes = await readIfThere(path);
  return bytes && readOptimizerFile(bytes, parameterLayout(spec.model, symbols.length + 1).size, path);
}

class FileRun implements StoredRun {
  resumed?: NonNullable<StoredRun['resumed']>;
  readonly place: string;
  readonly #folder: string;
  readonly #spec: RunSpec;
  readonly #symbols: readonly string[];

  constructor(folder: string, spec: RunSpec, symbols: readonly string[]) {
    this.place = folder;
    this.#folder = folder;
    this.#spec = spec;
    this.#symbols = symbols;
  }

  /** Takes the files back to a checkpoint (or to nothing): what was recorded after it is recorded again. */
  async rewind(checkpoint: Checkpoint | undefined): Promise<void> {
    const kept = <T extends { step: number }>(lines: readonly T[]) =>
      checkpoint ? lines.filter(({ step }) => step <= checkpoint.step) : [];
    // The test split is scored again at the end, and texts are written again.
    const records = kept(await readRecords(this.#folder)).filter(
      ({ split }) => split !== 'test' && split !== 'samples',
    );
    await this.#rewrite(RUN_FILES.samples, kept(await readSamples(this.#folder)));
    await this.#rewrite(RUN_FILES.events, kept(await readEvents(this.#folder)));
    await this.#rewrite(RUN_FILES.metrics, records);
    await rm(join(this.#folder, RUN_FILES.summary), { force: true });
    if (checkpoint) this.resumed = { checkpoint, records };
  }

  appendRecords(records: Parameters<StoredRun['appendRecords']>[0]): Promise<void> {
    return this.#append(RUN_FILES.metrics, records);
  }

  appendSample(sample: Parameters<StoredRun['appendSample']>[0]): Promise<void> {
    return this.#append(RUN_FILES.samples, [sample]);
  }

  appendEvent(event: Parameters<StoredRun['appendEvent']>[0]): Promise<void> {
    return this.#append(RUN_FILES.events, [event]);
  }

  /**
   * The checkpoint is one file, so that a kill can never leave half of it. The model's files are published after it,
   * from the weights that were best on validation; a resume does not need them.
   */
  async saveCheckpoint(checkpoint: Checkpoint): Promise<void> {
    await writeAtomically(join(this.#folder, RUN_FILES.checkpoint), optimizerFile(checkpoint));
    const files = modelFiles(this.#spec, tokenizerOf(this.#symbols), checkpoint.arenas.best);
    for (const [name, content] of Object.entries(files)) await writeAtomically(join(this.#folder, name), content);
  }

  finish(summary: Parameters<StoredRun['finish']>[0]): Promise<void> {
    return writeAtomically(join(this.#folder, RUN_FILES.summary), `${toJson(summary, 2)}\n`);
  }

  async #append(name: string, values: readonly unknown[]): Promise<void> {
    const path = join(this.#folder, name);
    try {
      await appendFile(path, lines(values));
    } catch (error) {
      throw ioError('write', path, error);
    }
  }

  #rewrite(name: string, values: readonly unknown[]): Promise<void> {
    return writeAtomically(join(this.#folder, name), lines(values));
  }
}

function lines(values: readonly unknown[]): string {
  return values.map((value) => `${toJson(value)}\n`).join('');
}
