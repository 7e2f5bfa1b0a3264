import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { badInput } from '../../core/errors.ts';
import { toJson } from '../../core/json.ts';
import { EVIDENCE_VERSION, type Evidence, type EvidenceEntry, evidenceCell } from '../../experiments/evidence.ts';
import { cellsOf } from '../../experiments/index.ts';
import type { Verdict } from '../../experiments/verdict.ts';
import { ioError, makeFolder, readIfThere, systemCode, writeAtomically } from './files.ts';
import { optionsOf, type SweepFolder } from './sweepFolder.ts';

/** Shipped evidence: a file a sweep, and `index.json`, a list of `EvidenceEntry`. */
export const EVIDENCE_INDEX = 'index.json';

export const evidenceName = ({ experiment, scale }: Pick<Verdict, 'experiment' | 'scale'>): string =>
  `${experiment}-${scale}.json`;

/**
 * Writes the evidence of a sweep into a folder and its line into the index there; resolves to the path. Refuses a sweep
 * that lacks cells. Evidence of the same experiment and scale is replaced.
 */
export async function writeEvidence(
  folder: string,
  { folder: from, about, results }: SweepFolder,
  verdict: Verdict,
  recorded: string,
): Promise<string> {
  const { missing, planned } = verdict.cells;
  if (missing.length > 0) {
    throw badInput(
      `${from} lacks ${missing.length} of ${planned} cells, so it is no evidence yet; nothing was written`,
    );
  }
  const { crossover, experiment, scale, seeds, settings } = about;
  const own = new Set(cellsOf(experiment, scale, optionsOf(about)).map(({ id }) => id));
  const cells = results.filter(({ id }) => own.has(id)).map(evidenceCell);
  const evidence: Evidence = {
    version: EVIDENCE_VERSION,
    crossover,
    recorded,
    experiment,
    scale,
    seeds,
    settings,
    verdict,
    cells,
  };
  await makeFolder(folder);
  const path = join(folder, evidenceName(verdict));
  await writeAtomically(path, `${toJson(evidence)}\n`);
  const entries = (await readEvidence(folder)).map(
    ({ file, evidence: { recorded, verdict } }): EvidenceEntry => ({
      file,
      recorded,
      verdict,
    }),
  );
  await writeAtomically(join(folder, EVIDENCE_INDEX), `${toJson(entries, 1)}\n`);
  return path;
}

/** All evidence in a folder, by name; none where there is no such folder. */
export async function readEvidence(folder: string): Promise<{ file: string; evidence: Evidence }[]> {
  let names: string[];
  try {
    names = await readdir(folder);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return [];
    throw ioError('read', folder, error);
  }
  const files = names.filter((name) => name.endsWith('.json') && name !== EVIDENCE_INDEX).sort();
  return Promise.all(files.map(async (file) => ({ file, evidence: await readEvidenceFile(join(folder, file)) })));
}

/** One file of evidence. Throws a CrossoverError for a file that is none, or of another version. */
export async function readEvidenceFile(path: string): Promise<Evidence> {
  const text = (await readIfThere(path))?.toString('utf8');
  if (text === undefined) throw badInput(`cannot read ${path}: there is no such file`);
  let evidence: Partial<Evidence>;
  try {
    evidence = JSON.parse(text) as Evidence;
  } catch {
    throw badInput(`${path} is not JSON`);
  }
  if (evidence.version !== EVIDENCE_VERSION) {
    const found = JSON.stringify(evidence.version);
    throw badInput(`${path} has version ${found}; this Crossover reads version ${EVIDENCE_VERSION}`);
  }
  return evidence as Evidence;
}
