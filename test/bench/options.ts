import { badInput } from '../../src/core/errors.ts';

/** A list with commas, each one of `allowed`; without one, `byDefault`. */
export function listOption<T extends string>(
  option: string,
  given: string | undefined,
  allowed: readonly T[],
  byDefault: readonly T[] = allowed,
): T[] {
  if (given === undefined) return [...byDefault];
  return given.split(',').map((word) => oneOf(option, word.trim(), allowed));
}

/** `given` when it is one of `allowed`. */
export function oneOf<T extends string>(option: string, given: string, allowed: readonly T[]): T {
  const found = allowed.find((name) => name === given);
  if (found === undefined)
    throw badInput(
      `${option}: there is no “${given}”; allowed are ${allowed.join(', ')}, with commas between several.`,
    );
  return found;
}

/** A whole number from `min` to `max`; without one, `byDefault`. */
export function countOption(
  option: string,
  given: string | undefined,
  byDefault: number,
  [min, max]: readonly [number, number] = [1, 1000],
): number {
  const count = given === undefined ? byDefault : Number(given);
  if (!Number.isInteger(count) || count < min || count > max)
    throw badInput(`${option}: “${given}” is no whole number from ${min} to ${max}.`);
  return count;
}
