import { expect, it } from 'vitest';
import type { Terminal } from '../../src/hosts/cli/terminal.ts';
import { tunePresets, tuningLines } from '../../src/hosts/cli/tune.ts';

it('doctor --tune prints a line a variant and marks what is used', () => {
  const row = { op: 'matmulNT', shape: '[64, 8] [16, 8]', gflops: null, chosen: false };
  const [head, ...lines] = tuningLines([
    { ...row, variant: 'register', ms: 0.12345, gflops: 1234.5, chosen: true },
    { ...row, variant: 'tile64', ms: null },
  ]);
  expect(head).toMatch(/op +shape +variant +ms +GFLOP\/s +used/);
  expect(lines[0]).toMatch(/^matmulNT +\[64, 8\] \[16, 8\] +register +0\.123 +1230 +\*$/);
  expect(lines[1]).toMatch(/tile64 +does not compile +–/);
});

it('doctor --tune refuses an executor that has no variants, by name', async () => {
  const terminal = { stderr: process.stderr, root: '.' } as unknown as Terminal;
  await expect(
    tunePresets({ presets: ['quick'], executor: 'interpret', adapter: 'auto' }, terminal),
  ).rejects.toMatchObject({ code: 'bad-input', message: expect.stringContaining('got --executor interpret') });
});
