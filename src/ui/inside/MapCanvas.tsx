import { type PointerEvent, useEffect, useRef, useSyncExternalStore } from 'react';

/** A map of fewer cells a side is never shown smaller than that, in pixels. */
const FINE = 60;
const DARK = '(prefers-color-scheme: dark)';

function listen(changed: () => void): () => void {
  const query = window.matchMedia(DARK);
  query.addEventListener('change', changed);
  return () => query.removeEventListener('change', changed);
}

const isDark = () => window.matchMedia(DARK).matches;

/** A cell of a map: row and column, from 0. */
export interface MapCell {
  row: number;
  column: number;
}

interface Props {
  /** [size, size]; where `order` is given, by it. */
  values: Float32Array;
  size: number;
  order?: readonly number[];
  /** What it says, in words; without it, the map is told of by what it stands in. */
  label?: string;
  /** How dark a value is, from −1 (the neutral colour) over 0 (nothing) to 1 (the family’s). */
  shade: (value: number) => number;
  onPoint?: (cell: MapCell | null) => void;
  onChoose?: (cell: MapCell) => void;
}

/** A square of numbers, one pixel each; the style makes it as large as it is to be. Redrawn when the colours change. */
export function MapCanvas({ values, size, order, label, shade, onPoint, onChoose }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const dark = useSyncExternalStore(listen, isDark);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `dark` says that the colours, which are read here, have changed
  useEffect(() => {
    if (canvas.current) draw(canvas.current, { values, size, order, shade });
  }, [values, size, order, shade, dark]);
  const cellOf = (event: PointerEvent<HTMLCanvasElement>): MapCell => {
    const { left, top, width, height } = event.currentTarget.getBoundingClientRect();
    const along = (offset: number, length: number) =>
      Math.max(0, Math.min(size - 1, Math.floor((size * offset) / length)));
    return { row: along(event.clientY - top, height), column: along(event.clientX - left, width) };
  };
  return (
    <canvas
      ref={canvas}
      width={size}
      height={size}
      // Shrunk it is smoothed; enlarged, its cells stay cells.
      style={size < FINE ? { imageRendering: 'pixelated' } : undefined}
      {...(label ? { role: 'img', 'aria-label': label } : { 'aria-hidden': true })}
      onPointerMove={onPoint && ((event) => onPoint(cellOf(event)))}
      onPointerLeave={onPoint && (() => onPoint(null))}
      onPointerDown={onChoose && ((event) => onChoose(cellOf(event)))}
    />
  );
}

function draw(
  canvas: HTMLCanvasElement,
  {
    values,
    size,
    order,
    shade,
  }: { values: Float32Array; size: number; order?: readonly number[] | undefined } & Pick<Props, 'shade'>,
): void {
  const context = canvas.getContext('2d');
  if (!context) return;
  const style = getComputedStyle(canvas);
  const colour = (name: string) => style.getPropertyValue(name).trim().split(/\s+/).map(Number);
  const [tint, neutral] = [colour('--tint'), colour('--neutral-tint')];
  const image = context.createImageData(size, size);
  for (let row = 0; row < size; row++)
    for (let column = 0; column < size; column++) {
      const value = values[(order?.[row] ?? row) * size + (order?.[column] ?? column)];
      const dark = shade(value);
      image.data.set([...(dark < 0 ? neutral : tint), 255 * Math.min(1, Math.abs(dark))], 4 * (row * size + column));
    }
  context.putImageData(image, 0, 0);
}
