/**
 * The only cleaning a text gets: no byte-order mark, `\n` line ends, and U+FFFD for half a surrogate pair (which
 * is no character, and could not be written to a file).
 */
export function normaliseText(text: string): string {
  return text
    .replace(/^\uFEFF/, '')
    .replace(/\r\n?/g, '\n')
    .replace(/\p{Surrogate}/gu, '\uFFFD');
}

/** The characters of a text as code points: positions and lengths of the data layer count these. */
export function codePoints(text: string): Uint32Array {
  const points = new Uint32Array(text.length);
  let n = 0;
  for (let i = 0; i < text.length; n++) {
    const point = text.codePointAt(i)!;
    points[n] = point;
    i += point > 0xffff ? 2 : 1;
  }
  return points.slice(0, n);
}
