import { WgslReflect } from 'wgsl_reflect';
import type { Dispatch, Shader } from '../graph/op.ts';

/** A resource that an entry point uses, as its WGSL declares it. */
export interface Binding {
  /** The tensor (op input, output or scratch) it stands for, or `step`. */
  tensor: string;
  binding: number;
  type: 'uniform' | 'read-only-storage' | 'storage';
}

interface Reflected {
  entries: Map<string, Binding[]>;
  overrides: Set<string>;
}

const reflected = new Map<string, Reflected>();
const RESOURCE_UNIFORM = 0;

function reflect(shader: Shader): Reflected {
  const known = reflected.get(shader.source);
  if (known) return known;
  const module = new WgslReflect(shader.source);
  const entries = new Map<string, Binding[]>();
  for (const entry of module.entry.compute) {
    const bindings = entry.resources.map((r): Binding => {
      if (r.group !== 0) throw new Error(`${shader.file}, ${entry.name}: ${r.name} must be in @group(0)`);
      return {
        tensor: r.name.replace(/_vec4$/, ''),
        binding: r.binding,
        type: r.resourceType === RESOURCE_UNIFORM ? 'uniform' : r.access === 'read' ? 'read-only-storage' : 'storage',
      };
    });
    bindings.sort((a, b) => a.binding - b.binding);
    entries.set(entry.name, bindings);
  }
  const result = { entries, overrides: new Set(module.overrides.map((o) => o.name)) };
  reflected.set(shader.source, result);
  return result;
}

/**
 * The bindings of a dispatch, read from its WGSL and checked against the op's declaration: the entry point
 * exists, every constant is an override, every binding names one of `tensors` (or `step`), written tensors are
 * writable and the others are not.
 */
export function bindingsOf(
  op: string,
  shader: Shader,
  dispatch: Dispatch,
  tensors: ReadonlySet<string>,
  writable: ReadonlySet<string>,
): Binding[] {
  const { entries, overrides } = reflect(shader);
  const where = `${op}: ${shader.file}, ${dispatch.entry}`;
  const bindings = entries.get(dispatch.entry);
  if (!bindings) throw new Error(`${where}: no such entry point; there are ${[...entries.keys()].join(', ')}`);
  for (const name of Object.keys(dispatch.constants))
    if (!overrides.has(name)) throw new Error(`${where}: ${name} is not an override of the file`);
  for (const { tensor, type, binding } of bindings) {
    if (tensor === 'step' && type === 'uniform') continue;
    if (!tensors.has(tensor)) throw new Error(`${where}: binding ${binding}, ${tensor}, is no tensor of the op`);
    if (type === 'storage' && !writable.has(tensor))
      throw new Error(`${where}: ${tensor} is bound for writing, but the op only reads it`);
  }
  return bindings;
}
