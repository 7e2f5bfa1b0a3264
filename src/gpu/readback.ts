import { CrossoverError } from '../core/errors.ts';
import { BYTES_PER_ELEMENT } from '../graph/liveness.ts';

/** Larger ones are read at checkpoints only: they go after use, or a race would hold its weights once more. */
const POOLED_BYTES = 2 ** 22;

/** Staging buffers by size, reused so that reading metrics every few steps allocates nothing. */
const pools = new WeakMap<GPUDevice, Map<number, GPUBuffer[]>>();

/** Reads `elements` f32 from the start (or `offset`, in elements) of a buffer. */
export async function readBuffer(
  device: GPUDevice,
  source: GPUBuffer,
  elements: number,
  offset = 0,
): Promise<Float32Array> {
  return new Float32Array(await readBytes(device, source, elements * BYTES_PER_ELEMENT, offset * BYTES_PER_ELEMENT));
}

/**
 * Reads bytes of a buffer. The copy is enqueued at once, in order with everything submitted before; only the mapping
 * is waited for.
 */
export async function readBytes(device: GPUDevice, source: GPUBuffer, bytes: number, offset = 0): Promise<ArrayBuffer> {
  const pool = pools.get(device) ?? new Map<number, GPUBuffer[]>();
  pools.set(device, pool);
  const free = pool.get(bytes) ?? [];
  pool.set(bytes, free);
  const [staging, exhausted] = free.length > 0 ? [free.pop()!] : createStaging(device, bytes);
  const encoder = device.createCommandEncoder({ label: 'readback' });
  encoder.copyBufferToBuffer(source, offset, staging, 0, bytes);
  device.queue.submit([encoder.finish()]);
  try {
    await staging.mapAsync(GPUMapMode.READ);
  } catch (error) {
    const full = await exhausted?.catch(() => null);
    if (!full) throw error;
    throw new CrossoverError('device-limit', `The device is out of memory: ${full.message}`);
  }
  const data = staging.getMappedRange().slice(0);
  staging.unmap();
  if (bytes <= POOLED_BYTES) free.push(staging);
  else staging.destroy();
  return data;
}

/** A buffer to read through, and what the device says when it has no memory for it. */
function createStaging(device: GPUDevice, size: number): [GPUBuffer, Promise<GPUError | null>] {
  device.pushErrorScope('out-of-memory');
  const usage = GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST;
  const buffer = device.createBuffer({ label: 'staging', size, usage });
  const exhausted = device.popErrorScope();
  // Where the device is lost, that is what is told.
  exhausted.catch(() => {});
  return [buffer, exhausted];
}
