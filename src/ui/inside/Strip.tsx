import { type CSSProperties, type KeyboardEvent, type PointerEvent, useId, useRef } from 'react';

/** A token of a strip: what stands there, how dark, and what a screen reader says. */
export interface StripToken {
  text: string;
  /** 0 … 1; absent where nothing is known of it. */
  shade?: number;
  label: string;
}

interface Props {
  label: string;
  tokens: readonly StripToken[];
  /** What stands between two tokens. */
  gap: string;
  chosen: number;
  onChoose: (place: number) => void;
  onPoint?: (place: number | null) => void;
}

/** A text of which one token is chosen, by pointer or by the arrow keys; each is shaded by what is known of it. */
export function Strip({ label, tokens, gap, chosen, onChoose, onPoint }: Props) {
  const id = useId();
  const box = useRef<HTMLDivElement>(null);
  const placeOf = (event: PointerEvent): number | null => {
    const place = event.target instanceof Element ? event.target.closest('[data-place]') : null;
    return place ? Number(place.getAttribute('data-place')) : null;
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const to = moved(event.key, chosen, tokens.length, box.current!);
    if (to === null || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    onChoose(to);
  };
  return (
    <div
      ref={box}
      className="strip"
      role="listbox"
      tabIndex={0}
      aria-label={label}
      aria-activedescendant={`${id}-${chosen}`}
      onKeyDown={onKeyDown}
      onPointerDown={(event) => {
        const place = placeOf(event);
        if (place !== null) onChoose(place);
      }}
      onPointerMove={onPoint && ((event) => onPoint(placeOf(event)))}
      onPointerLeave={onPoint && (() => onPoint(null))}
    >
      {tokens.map(({ text, shade, label: spoken }, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a token has no identity but its place
        <span key={place}>
          {/* biome-ignore lint/a11y/useFocusableInteractive: the box has the focus and names the chosen option */}
          <span
            id={`${id}-${place}`}
            role="option"
            data-place={place}
            aria-selected={place === chosen}
            aria-label={spoken}
            className="shaded"
            style={shade === undefined ? undefined : ({ '--shade': shade.toFixed(3) } as CSSProperties)}
          >
            {text === '\n' ? '↵' : text}
          </span>
          {text === '\n' ? <br /> : gap}
        </span>
      ))}
    </div>
  );
}

/** Where a key leads from the chosen token; null where it leads nowhere. Up and down go by the lines as they are broken. */
function moved(key: string, from: number, count: number, box: HTMLElement): number | null {
  const last = count - 1;
  switch (key) {
    case 'ArrowRight':
      return Math.min(last, from + 1);
    case 'ArrowLeft':
      return Math.max(0, from - 1);
    case 'Home':
      return 0;
    case 'End':
      return last;
    case 'ArrowDown':
      return beside(box, from, 1);
    case 'ArrowUp':
      return beside(box, from, -1);
    default:
      return null;
  }
}

/** The nearest token in the next line (or the one before). */
function beside(box: HTMLElement, from: number, direction: 1 | -1): number {
  const options = [...box.querySelectorAll<HTMLElement>('[data-place]')];
  const here = options[from];
  const beyond = options
    .map((option, place) => ({ option, place }))
    .filter(({ option }) => direction * (option.offsetTop - here.offsetTop) > 1);
  if (beyond.length === 0) return from;
  const line = beyond.reduce((best, each) =>
    direction * (each.option.offsetTop - best.option.offsetTop) < 0 ? each : best,
  ).option.offsetTop;
  return beyond
    .filter(({ option }) => Math.abs(option.offsetTop - line) <= 1)
    .reduce((best, each) =>
      Math.abs(each.option.offsetLeft - here.offsetLeft) < Math.abs(best.option.offsetLeft - here.offsetLeft)
        ? each
        : best,
    ).place;
}
