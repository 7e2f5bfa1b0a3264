import { expect, it } from 'vitest';
import { openCpuExecutor } from '../../src/cpu/executor.ts';
import { Lab } from '../../src/lab/lab.ts';
import type { LabEvent } from '../../src/lab/protocol.ts';
import { tinyCorpus, tinySpec } from '../support/tiny.ts';

it('a race that does not fit is refused in words before a run is opened or a byte is allocated', async () => {
  const cpu = await openCpuExecutor({ memoryBytes: 2 ** 21 });
  const used = cpu.memoryBytes;
  const events: LabEvent[] = [];
  const opened: string[] = [];
  const lab = new Lab({
    openExecutor: async () => cpu,
    loadText: async () => '',
    store: {
      open: async (id) => {
        opened.push(id);
        throw new Error('it must not come to this');
      },
    },
    emit: (event) => events.push(event),
    now: () => performance.now(),
    breathe: async () => {},
  });
  const spec = tinySpec({ model: { channels: 96 } });
  lab.send({ type: 'start', spec, ownText: { name: tinyCorpus.title, text: tinyCorpus.text } });
  await lab.race();
  expect(events.find(({ type }) => type === 'error')).toMatchObject({
    code: 'device-limit',
    message: expect.stringMatching(
      /^This race needs [\d.]+ MiB of memory, of which there are 2\.0 MiB left; the nearest size that fits: model\.channels \d+/,
    ),
  });
  expect(opened).toEqual([]);
  expect(cpu.memoryBytes).toBe(used);
});
