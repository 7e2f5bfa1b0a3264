/** Counts the buffers of a device that are created from now on and not yet destroyed. */
export function watchBuffers(device: GPUDevice): { readonly bytes: number; readonly count: number; stop(): void } {
  const live = new Set<GPUBuffer>();
  const { createBuffer } = device;
  device.createBuffer = (descriptor) => {
    const buffer = createBuffer.call(device, descriptor);
    const { destroy } = buffer;
    live.add(buffer);
    buffer.destroy = () => {
      live.delete(buffer);
      return destroy.call(buffer);
    };
    return buffer;
  };
  return {
    get bytes() {
      return [...live].reduce((sum, { size }) => sum + size, 0);
    },
    get count() {
      return live.size;
    },
    stop() {
      device.createBuffer = createBuffer;
    },
  };
}
