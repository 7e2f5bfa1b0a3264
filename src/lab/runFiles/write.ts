import { toJson } from '../../core/json.ts';
import { tokenizerOf } from '../../data/tokenizer.ts';
import type { RunSpec } from '../../spec/schema.ts';
import { modelFiles, optimizerFile } from '../../train/modelFiles.ts';
import type { RacePlan } from '../protocol.ts';
import type { OwnTextFile } from '../shelf.ts';
import type { Checkpoint, StoredRun } from '../store.ts';
import { type Environment, encodeEnvironment } from './environment.ts';
import { encode, encodeLines } from './lines.ts';
import { RUN_FILES, type RunFile } from './names.ts';
import { type RunReader, readCheckpoint, readEnvironment, readEvents, readRecords, readSamples } from './read.ts';

/** A place for the files of one run. */
export interface RunPlace extends RunReader {
  /** Replaces a file, whole or not at all. */
  write(file: RunFile, content: string | Uint8Array): Promise<void>;
  append(file: RunFile, text: string): Promise<void>;
  /** Nothing happens where there is no such file. */
  remove(file: RunFile): Promise<void>;
}

export interface RunOpening {
  spec: RunSpec;
  /** The vocabulary, without the extra token. */
  symbols: readonly string[];
  environment: Environment;
  ownText?: OwnTextFile | undefined;
  /** Whether every checkpoint leaves the files of the model, too, which follow from it. */
  publishes: boolean;
}

/** The run that is written into a place, or goes on there: the one way in which a run becomes files. */
export class RunFiles implements StoredRun {
  resumed?: NonNullable<StoredRun['resumed']>;
  #environment: Environment;

  private constructor(
    private readonly run: RunPlace,
    private readonly opening: RunOpening,
  ) {
    this.#environment = opening.environment;
  }

  /** Begins a run in an empty place, or, with `begun`, takes the files there back to their checkpoint to go on. */
  static async open(place: RunPlace, opening: RunOpening, begun: boolean): Promise<RunFiles> {
    const run = new RunFiles(place, opening);
    const { spec, symbols, ownText } = opening;
    await run.#takeOver();
    if (ownText) await place.write(RUN_FILES.ownText, ownText.text);
    await place.write(RUN_FILES.spec, `${toJson(spec, 2)}\n`);
    if (begun) await run.#rewind(await readCheckpoint(place, spec, symbols));
    return run;
  }

  get place(): string {
    return this.run.name;
  }

  appendRecords(records: Parameters<StoredRun['appendRecords']>[0]): Promise<void> {
    return this.run.append(RUN_FILES.metrics, encodeLines(records));
  }

  appendSample(sample: Parameters<StoredRun['appendSample']>[0]): Promise<void> {
    return this.run.append(RUN_FILES.samples, encodeLines([sample]));
  }

  appendEvent(event: Parameters<StoredRun['appendEvent']>[0]): Promise<void> {
    return this.run.append(RUN_FILES.events, encodeLines([event]));
  }

  /**
   * The checkpoint is one file, so that a kill can never leave half of it. The model's files are published after it,
   * from the weights that were best on validation; a resume does not need them.
   */
  async saveCheckpoint(checkpoint: Checkpoint): Promise<void> {
    await this.run.write(RUN_FILES.checkpoint, optimizerFile(checkpoint));
    if (!this.opening.publishes) return;
    const { spec, symbols } = this.opening;
    for (const [file, content] of publishedFiles(spec, symbols, checkpoint)) await this.run.write(file, content);
  }

  finish(summary: Parameters<StoredRun['finish']>[0]): Promise<void> {
    return this.run.write(RUN_FILES.summary, `${encode(summary, 2)}\n`);
  }

  /** Notes what the race of the run costs. */
  async planned({ dataset: _, ...plan }: RacePlan): Promise<void> {
    this.#environment = { ...this.#environment, race: { ...this.#environment.race, plan } };
    await this.run.write(RUN_FILES.environment, encodeEnvironment(this.#environment));
  }

  /** Writes where the run is made now; what was said of its race before stays true. */
  async #takeOver(): Promise<void> {
    const { begun, name, parent } = (await readEnvironment(this.run))?.race ?? {};
    const before = { ...(begun && { begun }), ...(name && { name }), ...(parent && { parent }) };
    this.#environment = { ...this.#environment, race: { ...this.#environment.race, ...before } };
    await this.run.write(RUN_FILES.environment, encodeEnvironment(this.#environment));
  }

  /** Takes the files back to a checkpoint (or to nothing): what was recorded after it is recorded again. */
  async #rewind(checkpoint: Checkpoint | undefined): Promise<void> {
    const { run } = this;
    const kept = <T extends { step: number }>(lines: readonly T[]) =>
      checkpoint ? lines.filter(({ step }) => step <= checkpoint.step) : [];
    // The test split is scored again at the end, and texts are written again.
    const records = kept(await readRecords(run)).filter(({ split }) => split !== 'test' && split !== 'samples');
    await run.write(RUN_FILES.samples, encodeLines(kept(await readSamples(run))));
    await run.write(RUN_FILES.events, encodeLines(kept(await readEvents(run))));
    await run.write(RUN_FILES.metrics, encodeLines(records));
    await run.remove(RUN_FILES.summary);
    if (checkpoint) this.resumed = { checkpoint, records };
  }
}

/** The files of the model that a checkpoint holds: the weights that were best on validation, as others can open them. */
export function publishedFiles(
  spec: RunSpec,
  symbols: readonly string[],
  { arenas }: Pick<Checkpoint, 'arenas'>,
): [RunFile, string | Uint8Array<ArrayBuffer>][] {
  return Object.entries(modelFiles(spec, tokenizerOf(symbols), arenas.best)) as [
    RunFile,
    string | Uint8Array<ArrayBuffer>,
  ][];
}
