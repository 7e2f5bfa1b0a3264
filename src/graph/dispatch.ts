/** The one per-dimension limit that every WebGPU implementation shares. */
const MAX_WORKGROUPS = 65_535;

/**
 * Workgroups for `threads` invocations along one axis in groups of `size`, folded into x·y when x alone would
 * exceed the limit. Shaders recover the index as `id.x + id.y * groups.x * size` (lib/index.wgsl).
 */
export function workgroups(threads: number, size: number): [number, number] {
  const groups = Math.max(1, Math.ceil(threads / size));
  if (groups <= MAX_WORKGROUPS) return [groups, 1];
  const y = Math.ceil(groups / MAX_WORKGROUPS);
  return [Math.ceil(groups / y), y];
}
