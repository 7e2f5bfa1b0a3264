import attention from '../../shaders/lib/attention.wgsl?raw';
import givenPosition from '../../shaders/lib/givenPosition.wgsl?raw';
import half from '../../shaders/lib/half.wgsl?raw';
import head16 from '../../shaders/lib/head16.wgsl?raw';
import head32 from '../../shaders/lib/head32.wgsl?raw';
import headAny from '../../shaders/lib/headAny.wgsl?raw';
import flatIndex from '../../shaders/lib/index.wgsl?raw';
import matmulExperts from '../../shaders/lib/matmulExperts.wgsl?raw';
import matmulOne from '../../shaders/lib/matmulOne.wgsl?raw';
import matmulOperands from '../../shaders/lib/matmulOperands.wgsl?raw';
import matmulPart from '../../shaders/lib/matmulPart.wgsl?raw';
import matmulSlice from '../../shaders/lib/matmulSlice.wgsl?raw';
import matmulY from '../../shaders/lib/matmulY.wgsl?raw';
import matmulY4 from '../../shaders/lib/matmulY4.wgsl?raw';
import ownPosition from '../../shaders/lib/ownPosition.wgsl?raw';
import partition from '../../shaders/lib/partition.wgsl?raw';
import rowAlone from '../../shaders/lib/rowAlone.wgsl?raw';
import rowTogether from '../../shaders/lib/rowTogether.wgsl?raw';
import single from '../../shaders/lib/single.wgsl?raw';
import stepState from '../../shaders/lib/stepState.wgsl?raw';
import subgroups from '../../shaders/lib/subgroups.wgsl?raw';
import threefry from '../../shaders/lib/threefry.wgsl?raw';
import { workgroups } from '../graph/dispatch.ts';
import type { Call, Dispatch, KernelTraits, Shader } from '../graph/op.ts';

/** The shared snippets under `shaders/lib`, by file name. */
const SNIPPETS = {
  index: flatIndex,
  stepState,
  threefry,
  rowAlone,
  rowTogether,
  partition,
  attention,
  head16,
  head32,
  headAny,
  single,
  half,
  subgroups,
  matmulOperands,
  matmulPart,
  matmulOne,
  matmulExperts,
  matmulY,
  matmulY4,
  matmulSlice,
  ownPosition,
  givenPosition,
};
export type Snippet = keyof typeof SNIPPETS;

/** Invocations in a workgroup of the barrier-free kernels, which need none to share anything. */
const WORKGROUP = 64;

/**
 * A shader file with the snippets it uses in front; every kernel uses `index`. A snippet that enables an extension of
 * the language comes before all others, as WGSL wants it.
 */
export function shader(file: string, source: string, snippets: readonly Snippet[] = []): Shader {
  const parts = (['index', ...snippets] as const).map((name) => SNIPPETS[name]);
  const enabling = parts.filter((part) => part.startsWith('enable '));
  const others = parts.filter((part) => !part.startsWith('enable '));
  return { file, source: [...enabling, ...others, source].join('\n') };
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

/** Invocations that share a row in the variant `subgroup`: a multiple of every size of subgroup it is offered to. */
const TOGETHER = 64;

/** A shader whose kernels reduce rows, an invocation to each (`register`) or a workgroup (`subgroup`). */
export interface RowShaders {
  register: Shader;
  subgroup: Shader;
}

export function rowShaders(file: string, source: string, snippets: readonly Snippet[] = []): RowShaders {
  return {
    register: shader(file, source, [...snippets, 'rowAlone']),
    subgroup: shader(file, source, [...snippets, 'subgroups', 'rowTogether']),
  };
}

/** The variants of an op whose dispatches are `rowDispatch`es. */
export function rowVariants(_call: Call, { subgroups }: KernelTraits): string[] {
  return subgroups && subgroups.max <= TOGETHER ? ['register', 'subgroup'] : ['register'];
}

/** A dispatch of a kernel that reduces each of `rows` rows, in a variant of `rowVariants`. */
export function rowDispatch(
  shaders: RowShaders,
  variant: string,
  entry: string,
  rows: number,
  constants: Readonly<Record<string, number>>,
): Dispatch {
  if (variant !== 'subgroup') {
    const WG = Math.min(WORKGROUP, rows);
    return { ...dispatch(entry, rows, { ...constants, WG }), shader: shaders.register };
  }
  return {
    entry,
    constants: { ...constants, WG: TOGETHER },
    workgroups: workgroups(rows, 1),
    shader: shaders.subgroup,
  };
}

/** `vectorised` for a row that a variant of `rowVariants` reduces: vec4s only where there is one for every invocation. */
export function vectorisedRow(entry: string, size: number, variant: string): string {
  return variant === 'subgroup' && size < 4 * TOGETHER ? entry : vectorised(entry, size).entry;
}
