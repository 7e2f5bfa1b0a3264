/** A JSON text of `value`; JSON has no NaN and no infinity, so their names stand for them, as strings. */
export function toJson(value: unknown, indent?: number): string {
  return JSON.stringify(value, (_, v) => (typeof v === 'number' && !Number.isFinite(v) ? String(v) : v), indent);
}

const NOT_FINITE = new Set(['NaN', 'Infinity', '-Infinity']);

/** The inverse of `toJson` for the fields `numeric` (lists of numbers included); every other string stays one. */
export function fromJson(text: string, numeric: readonly string[]): unknown {
  const number = (v: unknown) => (typeof v === 'string' && NOT_FINITE.has(v) ? Number(v) : v);
  return JSON.parse(text, (key, v) => (numeric.includes(key) ? (Array.isArray(v) ? v.map(number) : number(v)) : v));
}
