import { copyFile, rename } from 'node:fs/promises';
import { badInput } from '../../core/errors.ts';
import { canonicalJson } from '../../core/hash.ts';
import type { CellResult } from '../../experiments/cell.ts';
import { ioError, temporaryName } from './files.ts';
import {
  cellPath,
  differenceOf,
  joinedAbout,
  readSweepFolder,
  readSweepIfThere,
  type SweepFolder,
  writeAbout,
} from './sweepFolder.ts';

export interface Merged {
  copied: number;
  /** Cells that the target, or an earlier folder, had already with the same result. */
  known: number;
  /** Cells that are not whole: left where they are, and not copied. */
  broken: SweepFolder['broken'];
}

/**
 * Joins the folders of a sweep: copies the cells that the target lacks. Everything is looked at before anything is
 * written, and nothing is overwritten. Refused: folders of different versions, experiments, scales, settings or criteria,
 * and two cells of one hash with different results.
 */
export async function mergeSweeps(folders: readonly string[], out: string): Promise<Merged> {
  const sources: SweepFolder[] = [];
  for (const folder of folders) sources.push(await readSweepFolder(folder));
  const [first, ...others] = sources;
  for (const { folder, about } of others) {
    const different = differenceOf(about, first.about);
    if (different) {
      throw badInput(`${folder} holds a sweep of ${different}, unlike ${first.folder}; nothing was written`);
    }
  }
  const seeds = [...new Set(sources.flatMap(({ about }) => about.seeds))].sort((a, b) => a - b);
  const about = await joinedAbout(out, { ...first.about, seeds });
  const there = await readSweepIfThere(out);
  const found = new Map<string, { folder: string; result: CellResult }>();
  for (const result of there?.results ?? []) found.set(result.id, { folder: out, result });

  const copies: { from: string; to: string }[] = [];
  let known = 0;
  for (const { folder, results } of sources) {
    for (const result of results) {
      const other = found.get(result.id);
      if (other && outcome(other.result) !== outcome(result)) throw conflict(other, { folder, result });
      if (other) known++;
      else copies.push({ from: cellPath(folder, result.id), to: cellPath(out, result.id) });
      if (!other) found.set(result.id, { folder, result });
    }
  }
  await writeAbout(out, about);
  for (const { from, to } of copies) await copyWhole(from, to);
  return { copied: copies.length, known, broken: sources.flatMap(({ broken }) => broken) };
}

/** What two runs of one cell must agree in: everything but where and how fast they were. */
function outcome({ results }: CellResult): string {
  return canonicalJson(
    Object.entries(results).map(([family, { seconds: _, records, ...rest }]) => [
      family,
      rest,
      records
        .filter(({ metric }) => metric !== 'sampleSeconds')
        .map(({ seconds: _, sampled: __, ...record }) => ({ ...record, value: String(record.value) })),
    ]),
  );
}

function conflict(...two: { folder: string; result: CellResult }[]) {
  const where = two.map(
    ({ folder, result: { id, ranOn } }) => `${cellPath(folder, id)} (${ranOn.adapter}, ${ranOn.host})`,
  );
  return badInput(
    `${where.join(' and ')} are the same cell with different results; nothing was written`,
    'Cells are equal to the bit only on equal devices: run each cell once, with --shard.',
  );
}

/** A kill leaves the whole cell or none. */
async function copyWhole(from: string, to: string): Promise<void> {
  const temporary = temporaryName(to);
  try {
    await copyFile(from, temporary);
    await rename(temporary, to);
  } catch (error) {
    throw ioError('write', to, error);
  }
}
