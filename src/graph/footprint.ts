import { inBytes } from '../core/bytes.ts';
import { nameOf } from './describe.ts';
import type { ArenaSizes, Capacity, Footprint } from './executor.ts';
import { BYTES_PER_ELEMENT, type Plan } from './liveness.ts';

const NOTHING: Footprint = { bytes: 0, largest: { bytes: 0, what: 'nothing' } };

/** Something that lies in one buffer. */
export function bufferFootprint(what: string, bytes: number): Footprint {
  return { bytes, largest: { bytes, what } };
}

/** Several that are held at once. */
export function together(footprints: readonly Footprint[]): Footprint {
  return footprints.reduce(
    (sum, { bytes, largest }) => ({
      bytes: sum.bytes + bytes,
      largest: largest.bytes > sum.largest.bytes ? largest : sum.largest,
    }),
    NOTHING,
  );
}

/** Arenas as a buffer each. */
export function arenaFootprint(sizes: ArenaSizes): Footprint {
  return together(
    Object.entries(sizes).map(([name, size]) => bufferFootprint(`the arena ${name}`, size * BYTES_PER_ELEMENT)),
  );
}

/** The buffers of a plan. */
export function planFootprint({ sizes, largest }: Plan): Footprint {
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  if (!largest) return NOTHING;
  return { bytes, largest: { bytes: largest.bytes, what: `${largest.tensor} of ${nameOf(largest.node)}` } };
}

/** What a device lacks to hold this, as the end of a sentence; undefined when it can, as far as the device says. */
export function shortage({ bytes, largest }: Footprint, { total, buffer }: Capacity): string | undefined {
  if (buffer !== undefined && largest.bytes > buffer)
    return (
      `needs ${inBytes(bytes)}, ${inBytes(largest.bytes)} of it in one buffer (${largest.what}), ` +
      `where this device allows ${inBytes(buffer)}`
    );
  if (total !== undefined && bytes > total)
    return `needs ${inBytes(bytes)} of memory, of which there are ${inBytes(total)} left`;
  return undefined;
}
