import { join } from 'node:path';
import { toJson } from '../../core/json.ts';
import type { TuningCache } from '../../gpu/tune.ts';
import { readIfThere, writeAtomically } from './files.ts';
import { cacheRoot } from './packaged.ts';

const FILE = 'tuning.json';
const NOT_KEPT = 'memory, as no cache folder can be written';

/**
 * Choices of kernels in a JSON file of the user's cache folder, or of `folder`; `runtime` names what compiles the
 * kernels, and is part of every key. It never fails: a file that cannot be read or is not JSON counts as empty and is
 * replaced, and what cannot be written is timed again next time.
 */
export async function openTuningFile(runtime: string, folder?: string): Promise<TuningCache> {
  const path = await (folder === undefined ? cacheRoot() : Promise.resolve(folder)).then(
    (root) => join(root, FILE),
    () => undefined,
  );
  let session: Record<string, unknown> = {};
  const load = async (): Promise<Record<string, unknown>> => {
    if (!path) return session;
    try {
      const found: unknown = JSON.parse((await readIfThere(path))?.toString('utf8') ?? '{}');
      return typeof found === 'object' && !Array.isArray(found) ? { ...session, ...found } : session;
    } catch {
      return session;
    }
  };
  return {
    place: path ?? NOT_KEPT,
    read: async (key) => (await load())[`${runtime}, ${key}`],
    async write(key, value) {
      session = { ...(await load()), [`${runtime}, ${key}`]: value };
      if (path) await writeAtomically(path, `${toJson(session, 1)}\n`).catch(() => {});
    },
  };
}
