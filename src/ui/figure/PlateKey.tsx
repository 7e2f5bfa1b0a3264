import { type LegendItem, SWATCH } from '../../figure/legend.ts';
import type { Palette } from '../../figure/palette.ts';
import { drawn, PAGE } from './markup.tsx';

/** What the marks of a plate mean. */
export function PlateKey({ items, palette = PAGE }: { items: readonly LegendItem[]; palette?: Palette }) {
  return (
    <ul className="plate-key">
      {items.map(({ label, draw }) => (
        <li key={label}>
          <svg {...SWATCH} aria-hidden="true">
            {drawn(draw(palette))}
          </svg>
          {label}
        </li>
      ))}
    </ul>
  );
}
