/**
 * While a promise of Dawn's Node binding is pending, the binding polls on every turn of the event loop and so takes a
 * whole core, which a software device needs for itself (measured on two cores: 1.5 times the time). Sleeping in each
 * turn cures it; the first moments are polled at full speed, so that short waits stay short.
 */
const SPIN_MS = 0.3;
const SLEEP_MS = 0.5;

/** The methods whose promises the training loop waits for. */
const AWAITED = {
  GPUBuffer: ['mapAsync'],
  GPUQueue: ['onSubmittedWorkDone'],
  GPUDevice: ['createComputePipelineAsync', 'popErrorScope'],
} as const;

const INSTALLED = Symbol.for('crossover.relaxedPolling');
const sleeper = new Int32Array(new SharedArrayBuffer(4));
let pending = 0;
let looping = false;
let spinUntil = 0;

/**
 * Makes the event loop sleep while promises of the WebGPU classes in `globals` are pending. It sleeps for nothing
 * else and does not keep the process alive. Installing it twice is the same as once.
 */
export function relaxPolling(globals: object): void {
  for (const [name, methods] of Object.entries(AWAITED)) {
    const prototype = (globals as Record<string, { prototype: Record<PropertyKey, unknown> }>)[name].prototype;
    if (prototype[INSTALLED]) continue;
    prototype[INSTALLED] = true;
    for (const method of methods) {
      const original = prototype[method] as (...args: unknown[]) => Promise<unknown>;
      prototype[method] = function (...args: unknown[]) {
        return watch(original.apply(this, args));
      };
    }
  }
}

function watch<T>(promise: Promise<T>): Promise<T> {
  pending++;
  spinUntil = performance.now() + SPIN_MS;
  const settled = () => {
    pending--;
  };
  promise.then(settled, settled);
  if (!looping) {
    looping = true;
    setImmediate(turn).unref();
  }
  return promise;
}

function turn(): void {
  looping = pending > 0;
  if (!looping) return;
  if (performance.now() > spinUntil) Atomics.wait(sleeper, 0, 0, SLEEP_MS);
  setImmediate(turn).unref();
}
