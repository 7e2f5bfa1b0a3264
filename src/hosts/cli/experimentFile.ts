import { badInput, CrossoverError } from '../../core/errors.ts';
import type { Experiment } from '../../experiments/experiment.ts';
import { EXPERIMENTS } from '../../experiments/index.ts';
import { parseExperiment } from '../../experiments/parse.ts';
import { readIfThere } from '../node/files.ts';

/** An experiment of the user's. Errors name the file, and what in it is wrong. */
export async function readExperimentFile(path: string): Promise<Experiment> {
  const text = (await readIfThere(path))?.toString('utf8');
  if (text === undefined) throw badInput(`--file: cannot read ${path}: there is no such file`);
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw badInput(`--file: ${path} is not JSON: ${(error as Error).message}`);
  }
  try {
    const experiment = parseExperiment(json);
    if (EXPERIMENTS.some(({ id }) => id === experiment.id)) {
      throw badInput(`id ${JSON.stringify(experiment.id)} is that of an experiment of Crossover; choose another`);
    }
    return experiment;
  } catch (error) {
    if (!(error instanceof CrossoverError)) throw error;
    throw new CrossoverError(error.code, `--file ${path}: ${error.message}`, error.hint);
  }
}
