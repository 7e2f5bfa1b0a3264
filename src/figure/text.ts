/**
 * Width of a text in a common sans serif (Inter, as the PNG is drawn with), by classes of characters: within some per
 * cent, which is enough to break lines and to leave room.
 */
export function textWidth(text: string, size: number): number {
  let width = 0;
  for (const char of text) width += widthOf(char);
  return width * size;
}

function widthOf(char: string): number {
  if (/[ilj.,:;'’|!()[\]·]/.test(char)) return 0.3;
  if (/[ftr\s/-]/.test(char)) return 0.38;
  if (/[mwMW%@]/.test(char)) return 0.88;
  if (/[A-Z—×]/.test(char)) return 0.7;
  if (/[⁰¹²³⁴⁵⁶⁷⁸⁹⁻]/.test(char)) return 0.42;
  return 0.6;
}

/** The text in lines no wider than `width`, broken at spaces; a word that is wider has a line of its own. */
export function wrapText(text: string, size: number, width: number): string[] {
  return text.split(' ').reduce<string[]>((lines, word) => {
    const last = lines.at(-1);
    if (last !== undefined && textWidth(`${last} ${word}`, size) <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
    return lines;
  }, []);
}

/** The text, or as much of it as fits, with an ellipsis. */
export function fitText(text: string, size: number, width: number): string {
  if (textWidth(text, size) <= width) return text;
  const chars = [...text];
  while (chars.length > 1 && textWidth(`${chars.join('')}…`, size) > width) chars.pop();
  return `${chars.join('').trimEnd()}…`;
}
