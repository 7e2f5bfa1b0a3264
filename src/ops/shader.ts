import head16 from '../../shaders/lib/head16.wgsl?raw';
import head32 from '../../shaders/lib/head32.wgsl?raw';
import headAny from '../../shaders/lib/headAny.wgsl?raw';
import flatIndex from '../../shaders/lib/index.wgsl?raw';
import stepState from '../../shaders/lib/stepState.wgsl?raw';
import threefry from '../../shaders/lib/threefry.wgsl?raw';
import { workgroups } from '../graph/dispatch.ts';
import type { Dispatch, Shader } from '../graph/op.ts';

/** The shared snippets under `shaders/lib`, by file name. */
const SNIPPETS = { index: flatIndex, stepState, threefry, head16, head32, headAny };

/** Invocations in a workgroup of the barrier-free kernels, which need none to share anything. */
const WORKGROUP = 64;

/** A shader file with the snippets it uses in front; every kernel uses `index`. */
export function shader(file: string, source: string, snippets: readonly (keyof typeof SNIPPETS)[] = []): Shader {
  const parts = (['index', ...snippets] as const).map((name) => SNIPPETS[name]);
  return { file, source: [...parts, source].join('\n') };
}

/** A dispatch of one invocation for each of `threads` independent pieces of work. */
export function dispatch(entry: string, threads: number, constants: Readonly<Record<string, number>>): Dispatch {
  return { entry, constants: { WG: WORKGROUP, ...constants }, workgroups: workgroups(threads, WORKGROUP) };
}

/**
 * The entry point for rows of `size` numbers, and how many numbers an invocation takes at a time: four (`_vec4`)
 * where the size allows it, else one.
 */
export function vectorised(entry: string, size: number): { entry: string; width: number } {
  return size % 4 === 0 ? { entry: `${entry}_vec4`, width: 4 } : { entry, width: 1 };
}
