import { readBytes } from './readback.ts';

/**
 * Runs each group of dispatches in a pass of its own between two timestamps; milliseconds of each group on the
 * device's own clock (timestamp-query). Browsers may round the clock, to 0.1 ms in Chrome.
 */
export async function timePasses(
  device: GPUDevice,
  groups: readonly ((pass: GPUComputePassEncoder) => void)[],
): Promise<number[]> {
  const count = 2 * groups.length;
  const querySet = device.createQuerySet({ type: 'timestamp', count });
  const resolved = device.createBuffer({
    label: 'timestamps',
    size: 8 * count,
    usage: GPUBufferUsage.QUERY_RESOLVE | GPUBufferUsage.COPY_SRC,
  });
  try {
    const encoder = device.createCommandEncoder({ label: 'profile' });
    groups.forEach((encode, i) => {
      const timestampWrites = { querySet, beginningOfPassWriteIndex: 2 * i, endOfPassWriteIndex: 2 * i + 1 };
      const pass = encoder.beginComputePass({ timestampWrites });
      encode(pass);
      pass.end();
    });
    encoder.resolveQuerySet(querySet, 0, count, resolved, 0);
    device.queue.submit([encoder.finish()]);
    const ticks = new BigUint64Array(await readBytes(device, resolved, 8 * count));
    return groups.map((_, i) => Number(ticks[2 * i + 1] - ticks[2 * i]) / 1e6);
  } finally {
    querySet.destroy();
    resolved.destroy();
  }
}
