import { expect, it } from 'vitest';
import { openCpuExecutor } from '../../src/cpu/executor.ts';
import { labOf } from '../support/lab.ts';
import { tinySpec } from '../support/tiny.ts';

it('a race that does not fit is refused in words before a run is opened or a byte is allocated', async () => {
  const cpu = await openCpuExecutor({ memoryBytes: 2 ** 21 });
  const used = cpu.memoryBytes;
  const opened: string[] = [];
  const { race, all } = labOf({
    openExecutor: async () => cpu,
    store: {
      open: async (id) => {
        opened.push(id);
        throw new Error('it must not come to this');
      },
    },
  });
  await race(tinySpec({ model: { channels: 96 } }));
  expect(all('error')[0]).toMatchObject({
    code: 'device-limit',
    message: expect.stringMatching(
      /^This race needs [\d.]+ MiB of memory, of which there are 2\.0 MiB left; the nearest size that fits: model\.channels \d+/,
    ),
  });
  expect(opened).toEqual([]);
  expect(cpu.memoryBytes).toBe(used);
});
