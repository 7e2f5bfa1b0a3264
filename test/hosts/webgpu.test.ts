import { describe, expect, it } from 'vitest';
import { tarFiles } from '../../src/hosts/node/packaged.ts';
import { openNodeGpu } from '../../src/hosts/node/webgpu.ts';

describe.runIf(process.platform === 'linux' && process.arch === 'x64')('WebGPU in Node without a GPU', () => {
  it('is a software adapter that says so, and the same instance whenever it is asked for', async () => {
    const first = await openNodeGpu('software');
    expect(first).toMatchObject({ software: true, why: expect.stringContaining('on the CPU') });
    expect((await openNodeGpu('software')).gpu).toBe(first.gpu);
    const adapter = await first.gpu.requestAdapter();
    expect(adapter?.info.isFallbackAdapter).toBe(true);
  });

  it('sleeps while it waits for the device, and only then', async () => {
    const { gpu } = await openNodeGpu('software');
    const device = await (await gpu.requestAdapter())!.requestDevice();
    const busy = async (work: () => Promise<unknown>) => {
      const before = process.cpuUsage();
      const start = performance.now();
      await work();
      const { user, system } = process.cpuUsage(before);
      return (user + system) / 1000 / (performance.now() - start);
    };
    const pipeline = await device.createComputePipelineAsync({
      layout: 'auto',
      compute: {
        module: device.createShaderModule({
          code: `@group(0) @binding(0) var<storage, read_write> x: array<f32>;
            @compute @workgroup_size(1) fn main() { for (var i = 0u; i < 20000000u; i++) { x[0] = x[0] * 0.5 + 1.0; } }`,
        }),
      },
    });
    const buffer = device.createBuffer({ size: 4, usage: GPUBufferUsage.STORAGE });
    const group = device.createBindGroup({
      layout: pipeline.getBindGroupLayout(0),
      entries: [{ binding: 0, resource: { buffer } }],
    });
    // One invocation keeps one core of the device busy; a polling event loop would keep another.
    const share = await busy(async () => {
      const encoder = device.createCommandEncoder();
      const pass = encoder.beginComputePass();
      pass.setPipeline(pipeline);
      pass.setBindGroup(0, group);
      pass.dispatchWorkgroups(1);
      pass.end();
      device.queue.submit([encoder.finish()]);
      await device.queue.onSubmittedWorkDone();
    });
    expect(share).toBeLessThan(1.5);
    // The quickest of many turns: whatever else the machine does, it does not hold up all of them.
    let quickest = Number.POSITIVE_INFINITY;
    for (let turn = 0; turn < 200; turn++) {
      const start = performance.now();
      await new Promise((resolve) => setImmediate(resolve));
      quickest = Math.min(quickest, performance.now() - start);
    }
    expect(quickest).toBeLessThan(0.2);
    device.destroy();
    await device.lost;
  });
});

describe('the archive reader', () => {
  const header = (path: string, size: number, magic = 'ustar') => {
    const block = Buffer.alloc(512);
    block.write(path, 0);
    block.write('0000755\0', 100);
    block.write(`${size.toString(8).padStart(11, '0')}\0`, 124);
    block.write('0', 156);
    block.write(magic, 257);
    return block;
  };

  it('gives the files of an archive', () => {
    const body = Buffer.alloc(512);
    body.write('hello');
    const tar = Buffer.concat([header('lib/a.so', 5), body, Buffer.alloc(1024)]);
    const [file, ...rest] = tarFiles(tar, 'x.tar');
    expect([file.path, file.executable, Buffer.from(file.bytes).toString(), rest]).toEqual([
      'lib/a.so',
      true,
      'hello',
      [],
    ]);
  });

  it.each([
    ['what is no archive', header('a', 0, 'zip')],
    ['a path that leads out of the folder', header('../a', 0)],
  ])('refuses %s', (_, block) => {
    expect(() => tarFiles(Buffer.concat([block, Buffer.alloc(1024)]), 'x.tar')).toThrow('x.tar is not a tar archive');
  });
});
