import type { ReactNode } from 'react';

interface Props {
  /** What it is a table of: shown above it where it has a `caption`, else for those who cannot see it. */
  label: string;
  caption?: boolean;
  columns: readonly ReactNode[];
  /** Whether it scrolls downwards, too, rather than being as long as it is. */
  tall?: boolean;
  /** Its bodies. */
  children: ReactNode;
}

/** A table in a region that scrolls on its own, within reach of the keyboard. */
export function Table({ label, caption = false, columns, tall = false, children }: Props) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
    <section className={tall ? 'scroll tall' : 'scroll'} tabIndex={0} aria-label={label}>
      <table>
        <caption className={caption ? undefined : 'hidden'}>{label}</caption>
        <thead>
          <tr>
            {columns.map((column, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: columns do not move, and two may have one name
              <th scope="col" key={index}>
                {column}
              </th>
            ))}
          </tr>
        </thead>
        {children}
      </table>
    </section>
  );
}
