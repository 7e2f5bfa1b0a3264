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
