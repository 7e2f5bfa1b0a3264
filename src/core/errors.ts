/** What kind of trouble an error is; the terminal maps it to an exit code, the page to a card. */
export type ErrorCode =
  | 'bad-input'
  | 'no-adapter'
  | 'device-limit'
  | 'device-lost'
  | 'diverged'
  | 'io'
  | 'storage-full';

/**
 * Exit codes of the command line. A setting that the device cannot hold is a bad setting. 1 is an unexpected failure,
 * 130 an interrupt that was checkpointed.
 */
export const EXIT_CODES: Readonly<Record<ErrorCode, number>> = {
  'bad-input': 2,
  'device-limit': 2,
  'no-adapter': 3,
  diverged: 4,
  'device-lost': 5,
  io: 6,
  'storage-full': 6,
};

/**
 * An error that a person can act on: one clear sentence that names the field or file, what was found
 * and what is allowed. `hint` says what to do next.
 */
export class CrossoverError extends Error {
  readonly code: ErrorCode;
  readonly hint: string | undefined;

  constructor(code: ErrorCode, message: string, hint?: string) {
    super(message);
    this.name = 'CrossoverError';
    this.code = code;
    this.hint = hint;
  }
}

/** Shorthand for the most frequent one. */
export function badInput(message: string, hint?: string): CrossoverError {
  return new CrossoverError('bad-input', message, hint);
}

/** The message of anything that was thrown, never `[object Object]`. */
export function messageOf(error: unknown): string {
  if (error instanceof Error) return error.message;
  if (typeof error === 'object' && error !== null && 'message' in error) return String(error.message);
  return String(error);
}
