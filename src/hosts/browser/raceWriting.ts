import type { MetricRecord } from '../../analysis/record.ts';
import { tokenizerOf } from '../../data/tokenizer.ts';
import { toTokenizerJson } from '../../data/tokenizerJson.ts';
import { familyOf } from '../../families/index.ts';
import type { KeptRace, RacePlan, RaceSummary } from '../../lab/protocol.ts';
import type { Environment } from '../../lab/runFiles/environment.ts';
import { RUN_FILES, type RunFile } from '../../lab/runFiles/names.ts';
import type { RunReader } from '../../lab/runFiles/read.ts';
import { RunFiles } from '../../lab/runFiles/write.ts';
import type { OwnTextFile, RaceOnShelf } from '../../lab/shelf.ts';
import type { Checkpoint, RunAbout, RunStore, StoredRun } from '../../lab/store.ts';
import type { FamilyId, RaceSpec, RunSpec } from '../../spec/schema.ts';
import { Folders } from './folders.ts';
import { type Label, labelChange, type RaceRow, rowChange } from './raceRow.ts';
import type { SpillingTables } from './tables.ts';

/** What a race that branches off takes over of a run: all but what says where and how it is run. */
const TAKEN_OVER: readonly RunFile[] = [
  RUN_FILES.metrics,
  RUN_FILES.samples,
  RUN_FILES.events,
  RUN_FILES.tokenizer,
  RUN_FILES.checkpoint,
];

export interface WritingOptions {
  tables: SpillingTables;
  id: string;
  row: RaceRow;
  label: Label;
  ownText?: OwnTextFile | undefined;
  /** Of `env.json`. */
  about: Pick<Environment, 'crossover' | 'host'>;
  /** The run of a family that it branches off, where it does. */
  parentRun?: (family: FamilyId) => RunReader;
  /** Told when the first of its runs is open. */
  opened: () => void;
}

/** A race of this session, on the shelf. */
export class RaceWriting implements RaceOnShelf {
  readonly id: string;
  readonly spec: RaceSpec;
  readonly ownText?: OwnTextFile;
  readonly store: RunStore;
  readonly #folders: Folders;
  readonly #runs = new Map<FamilyId, RunFiles>();
  #row: RaceRow;
  #isOpen = false;

  constructor(private readonly options: WritingOptions) {
    const { tables, id, row, ownText } = options;
    this.id = id;
    this.spec = row.spec;
    if (ownText) this.ownText = ownText;
    this.#row = row;
    this.#folders = new Folders(tables, id, () => [this.#rowChange()]);
    this.store = {
      open: (runId, spec, about) => this.#open(runId, spec, about),
      planned: (plan) => this.#planned(plan),
    };
  }

  async end(state: Exclude<KeptRace['state'], 'unfinished'>, summary?: RaceSummary): Promise<void> {
    if (!this.#isOpen) return;
    this.#row = { ...this.#row, state, ...(summary && { summary }) };
    await this.#folders.note();
  }

  /** Resolves when everything so far is written. */
  async settled(): Promise<void> {
    if (this.#isOpen) await this.#folders.flush();
  }

  async #open(runId: string, spec: RunSpec, about: RunAbout): Promise<StoredRun> {
    const { tables, id, label, ownText, opened } = this.options;
    const { family } = spec;
    if (!this.#isOpen) {
      await this.#folders.look();
      await tables.spill([labelChange(id, label)]);
      this.#isOpen = true;
      opened();
    }
    const { summary: _, ...row } = this.#row;
    const { executor } = about;
    const folders = { ...row.folders, [family]: `${runId}-${family}` };
    this.#row = { ...row, state: 'unfinished', executor, folders };
    await this.#takeOver(family);
    const begun = this.#folders.has(family, RUN_FILES.checkpoint) || this.#folders.has(family, RUN_FILES.metrics);
    const place = this.#folders.place(family, `${label.name} (${family})`);
    const { symbols } = about;
    const opening = { spec, symbols, environment: this.#environment(about), ownText, publishes: false };
    const run = await RunFiles.open(place, opening, begun);
    await place.write(RUN_FILES.tokenizer, tokenizerText(spec, symbols));
    this.#runs.set(family, run);
    const step = run.resumed?.checkpoint.step;
    this.#note(family, { steps: step ?? 0, ...(step !== undefined && { checkpoint: step }) });
    return this.#kept(family, run);
  }

  #kept(family: FamilyId, run: RunFiles): StoredRun {
    let checkpointed = Promise.resolve();
    return {
      place: `this browser, as “${this.options.label.name}”`,
      ...(run.resumed && { resumed: run.resumed }),
      appendRecords: async (records) => {
        await run.appendRecords(records);
        const steps = records.reduce((most, { step }) => Math.max(most, step), this.#row.steps[family] ?? 0);
        this.#note(family, { steps });
        if (records.some(isEvaluation)) void this.#folders.flush();
      },
      appendSample: (sample) => run.appendSample(sample),
      appendEvent: (event) => run.appendEvent(event),
      // The training goes on while it is written: it is a copy. Only one is on its way at a time.
      saveCheckpoint: async (checkpoint: Checkpoint) => {
        await checkpointed;
        this.#note(family, { checkpoint: checkpoint.step });
        checkpointed = run.saveCheckpoint(checkpoint);
      },
      finish: async (summary) => {
        await checkpointed;
        await run.finish(summary);
      },
    };
  }

  async #planned(plan: RacePlan): Promise<void> {
    for (const run of this.#runs.values()) await run.planned(plan);
  }

  /** Begins the run of a family with what its parent has, where it has nothing of its own. */
  async #takeOver(family: FamilyId): Promise<void> {
    const parent = this.options.parentRun?.(family);
    if (!parent || this.#folders.has(family, RUN_FILES.spec)) return;
    const files: [RunFile, Uint8Array][] = [];
    for (const file of TAKEN_OVER) {
      const bytes = await parent.read(file);
      if (bytes) files.push([file, bytes]);
    }
    await this.#folders.write(family, files);
  }

  #environment({ executor, dataset }: RunAbout): Environment {
    const { about, ownText } = this.options;
    const { begun, parent } = this.#row;
    const race = { begun, ...(parent && { parent }) };
    return { ...about, executor, dataset, ...(ownText && { ownText: ownText.name }), race };
  }

  #note(family: FamilyId, { steps, checkpoint }: { steps?: number; checkpoint?: number }): void {
    const row = this.#row;
    this.#row = {
      ...row,
      ...(steps !== undefined && { steps: { ...row.steps, [family]: steps } }),
      ...(checkpoint !== undefined && { checkpoints: { ...row.checkpoints, [family]: checkpoint } }),
    };
  }

  #rowChange() {
    this.#row = { ...this.#row, changed: new Date().toISOString(), bytes: this.#folders.bytes };
    return rowChange(this.id, this.#row);
  }
}

function isEvaluation({ split }: MetricRecord): boolean {
  return split !== 'train';
}

function tokenizerText(spec: RunSpec, symbols: readonly string[]): string {
  const { extraToken } = familyOf(spec.family, spec);
  return JSON.stringify(toTokenizerJson(tokenizerOf(symbols), extraToken, spec.data.lowercase));
}
