import { type Attributes, element, escapeText } from './svg.ts';

/** An SVG element as data: a file writes it as text, the page makes elements of it. */
export interface Markup {
  tag: string;
  attributes: Attributes;
  children: readonly (Markup | string)[];
}

export function markup(tag: string, attributes: Attributes, ...children: (Markup | string)[]): Markup {
  return { tag, attributes, children };
}

export function group(attributes: Attributes, children: readonly Markup[]): Markup {
  return { tag: 'g', attributes, children };
}

/** The element as SVG text; every string in it is escaped. */
export function toText({ tag, attributes, children }: Markup): string {
  return element(
    tag,
    attributes,
    ...children.map((child) => (typeof child === 'string' ? escapeText(child) : toText(child))),
  );
}

export interface Size {
  width: number;
  height: number;
}

const FONTS = 'Inter, "Helvetica Neue", Helvetica, Arial, "Liberation Sans", sans-serif';

/** A drawing as an SVG element; `about` are further attributes of it. */
export function svgOf({ width, height }: Size, about: Attributes, children: readonly Markup[]): Markup {
  const size = { xmlns: 'http://www.w3.org/2000/svg', viewBox: `0 0 ${width} ${height}`, width, height };
  return markup('svg', { ...size, role: 'img', 'font-family': FONTS, ...about }, ...children);
}

/** A drawing as a file of its own, on paper of its own. */
export function svgFile(size: Size, paper: string, about: Attributes, children: readonly Markup[]): string {
  const { width, height } = size;
  return `${toText(svgOf(size, about, [markup('rect', { width, height, fill: paper }), ...children]))}\n`;
}
