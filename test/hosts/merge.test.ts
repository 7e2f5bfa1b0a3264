import { readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CPU, cellNames, MINE, readJson, sweepFolders } from '../support/sweep.ts';
import { run } from '../support/terminal.ts';

const at = sweepFolders();

describe('crossover merge', () => {
  it('joins shards to the cells and the verdict of the whole', async () => {
    const path = await at.file(MINE);
    const shards = [join(at.folder, 'a'), join(at.folder, 'b'), join(at.folder, 'c')];
    for (const [i, out] of shards.entries()) {
      const { code, stderr } = await run('sweep', '--file', path, '--out', out, '--shard', `${i + 1}/3`, ...CPU);
      expect(code).toBe(0);
      expect(stderr).toContain(`Shard ${i + 1} of 3 is done`);
      expect(await readdir(out)).not.toContain('verdict.json');
    }
    const out = join(at.folder, 'joined');
    const { code, stderr, stdout } = await run('merge', ...shards, '--out', out);
    expect(code).toBe(0);
    expect(stderr).toContain('4 cells copied');
    expect(stdout).toContain('Mine (minutes)');
    expect(await cellNames(out)).toEqual(await cellNames(at.whole));
    // How long it would take to decide it is by the clock.
    const found = async (sweep: string) => {
      const { toDecide: _, ...verdict } = await readJson(join(sweep, 'verdict.json'));
      return verdict;
    };
    expect(await found(out)).toEqual(await found(at.whole));
    expect((await run('merge', ...shards, '--out', out)).stderr).toContain('0 cells copied, 4 known already');
  });

  it('leaves a half-written cell where it is, and says so', async () => {
    const half = await at.copied('half');
    const [name] = await cellNames(half);
    await writeFile(join(half, 'cells', name), '{"version":1,');
    const { code, stderr } = await run('merge', half, '--out', join(at.folder, 'joined'));
    expect(code).toBe(0);
    expect(stderr).toContain(`${name} was not copied: it is not whole; it is to be run again`);
    expect(await cellNames(join(at.folder, 'joined'))).not.toContain(name);
  });

  it('refuses a cell that is not what its name says', async () => {
    const other = await at.copied('other');
    const [name] = await cellNames(other);
    const cell = await readJson(join(other, 'cells', name));
    await writeFile(join(other, 'cells', name), JSON.stringify({ ...cell, seed: 9, spec: { ...cell.spec, seed: 9 } }));
    const { stderr } = await run('merge', other, '--out', join(at.folder, 'joined'));
    expect(stderr).toContain('its name is not the hash of what it holds');
  });

  it('refuses two cells of one hash with different results, and touches nothing', async () => {
    const other = await at.copied('other');
    const [name] = await cellNames(other);
    const path = join(other, 'cells', name);
    const cell = await readJson(path);
    cell.results.ar.records[0].value += 1e-9;
    await writeFile(path, JSON.stringify(cell));
    const out = join(at.folder, 'joined');
    const { code, stderr } = await run('merge', at.whole, other, '--out', out);
    expect(code).toBe(2);
    expect(stderr).toMatch(/whole.* and .*other.* are the same cell with different results; nothing was written/);
    await expect(stat(out)).rejects.toThrow('ENOENT');
    // Whose clock it was, and how fast, plays no part.
    cell.results.ar.records[0].value -= 1e-9;
    cell.results.ar.seconds *= 2;
    await writeFile(
      path,
      JSON.stringify({ ...cell, results: (await readJson(join(at.whole, 'cells', name))).results }),
    );
    expect((await run('merge', at.whole, other, '--out', out)).code).toBe(0);
  });

  it.each([
    ['version', { version: 2 }, 'sweep.json has version 2; this Crossover reads version 1'],
    ['scale', { scale: 'night' }, 'holds a sweep of another scale, night'],
    ['settings', { settings: { 'train.steps': 9 } }, 'holds a sweep of other settings, train.steps=9'],
    ['experiment', { experiment: { ...MINE, id: 'yours' } }, 'holds a sweep of another experiment, yours'],
  ])('refuses folders of another %s', async (_, change, message) => {
    const other = await at.copied('other');
    const path = join(other, 'sweep.json');
    await writeFile(path, JSON.stringify({ ...(await readJson(path)), ...change }));
    const { code, stderr } = await run('merge', at.whole, other, '--out', join(at.folder, 'joined'));
    expect(stderr).toContain(message);
    expect(code).toBe(2);
    await expect(stat(join(at.folder, 'joined'))).rejects.toThrow('ENOENT');
  });

  it('refuses cells of another version', async () => {
    const other = await at.copied('other');
    const [name] = await cellNames(other);
    const path = join(other, 'cells', name);
    await writeFile(path, JSON.stringify({ ...(await readJson(path)), version: 0 }));
    const { code, stderr } = await run('merge', other, '--out', join(at.folder, 'joined'));
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('has version 0') });
  });
});
