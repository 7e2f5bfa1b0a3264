import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openTuningFile } from '../../src/hosts/node/tuningFile.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tuning-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const file = () => join(folder, 'tuning.json');

describe('the file of kernel choices', () => {
  it('keeps what was written, for the next session, and says where', async () => {
    const first = await openTuningFile('webgpu 1', folder);
    await first.write('a card', { shape: 'tile64' });
    await first.write('another', { shape: 'register' });
    const second = await openTuningFile('webgpu 1', folder);
    expect(await second.read('a card')).toEqual({ shape: 'tile64' });
    expect(await second.read('another')).toEqual({ shape: 'register' });
    expect(second.place).toBe(file());
  });

  it('knows nothing of another version of what compiles the kernels', async () => {
    await (await openTuningFile('webgpu 1', folder)).write('a card', {});
    expect(await (await openTuningFile('webgpu 2', folder)).read('a card')).toBeUndefined();
  });

  it.each(['', '{"webgpu 1, a card":', '[1]', 'null', '7'])(
    'that holds %j counts as empty and is replaced',
    async (text) => {
      await writeFile(file(), text);
      const cache = await openTuningFile('webgpu 1', folder);
      expect(await cache.read('a card')).toBeUndefined();
      await cache.write('a card', { shape: 'tile64' });
      expect(JSON.parse(await readFile(file(), 'utf8'))).toEqual({ 'webgpu 1, a card': { shape: 'tile64' } });
    },
  );

  it('that cannot be written lasts for the session', async () => {
    const cache = await openTuningFile('webgpu 1', join(folder, 'missing'));
    await cache.write('a card', { shape: 'tile64' });
    expect(await cache.read('a card')).toEqual({ shape: 'tile64' });
  });
});
