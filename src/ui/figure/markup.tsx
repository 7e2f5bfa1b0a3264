import { createElement, type ReactNode } from 'react';
import type { Markup } from '../../figure/markup.ts';
import type { Palette } from '../../figure/palette.ts';

/** The page's own colours, light or dark. */
export const PAGE: Palette = {
  paper: 'var(--raised)',
  ink: 'var(--ink)',
  soft: 'var(--muted)',
  grid: 'var(--grid)',
  rule: 'var(--axis)',
  ar: 'var(--ar)',
  diffusion: 'var(--diffusion)',
};

/** The elements of a drawing. */
export function drawn({ tag, attributes, children }: Markup, key?: number): ReactNode {
  const props = Object.fromEntries(Object.entries(attributes).map(([name, value]) => [reactName(name), value]));
  return createElement(
    tag,
    { key, ...props },
    ...children.map((child, i) => (typeof child === 'string' ? child : drawn(child, i))),
  );
}

/** React writes `stroke-width` as `strokeWidth`, and `aria-label` as it is. */
function reactName(name: string): string {
  return name.startsWith('aria-') ? name : name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}
