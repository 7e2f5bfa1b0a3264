/** Text made safe inside HTML and SVG, in content and in quoted attributes. */
export function escapeText(text: string): string {
  return text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}

export type Attributes = Readonly<Record<string, string | number | undefined>>;

/** An SVG (or HTML) element. Attributes are escaped; `children` is markup that was made by this or by `escapeText`. */
export function element(name: string, attributes: Attributes, ...children: string[]): string {
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${escapeText(typeof value === 'number' ? short(value) : (value as string))}"`)
    .join('');
  return children.length > 0 ? `<${name}${written}>${children.join('')}</${name}>` : `<${name}${written}/>`;
}

/** A path through points, straight from one to the next; places to a tenth of a unit. */
export function pathThrough(points: readonly (readonly [number, number])[]): string {
  const place = (value: number) => String(Math.round(10 * value) / 10);
  return points.map(([x, y], i) => `${i === 0 ? 'M' : 'L'}${place(x)} ${place(y)}`).join('');
}

function short(value: number): string {
  return String(Math.round(value * 100) / 100);
}
