/** Steps whose loss and gradient norm are compared. */
const COMPARED = 3;
const CALIBRATION_SIZE = 192;
/** Calibrations before the first that counts: the engine compiles it in several stages. */
const REHEARSALS = 5;

/**
 * The measuring side of one contender, in whatever host it lives. The function that it returns answers the runner's
 * messages: { open: [name, size] } first, then { time: milliseconds } again and again.
 */
export function measuring(contenders) {
  let contender;

  async function timedStep() {
    const start = performance.now();
    const metrics = await contender.step();
    return { ms: performance.now() - start, metrics };
  }

  /** Opens, and takes the steps that are compared. `firstStep`, in seconds: from the loaded library to the first loss. */
  async function open(name, size) {
    const openContender = await contenders[name]();
    const start = performance.now();
    contender = await openContender(size);
    const metrics = [(await timedStep()).metrics];
    const firstStep = (performance.now() - start) / 1000;
    while (metrics.length < COMPARED) metrics.push((await timedStep()).metrics);
    for (let i = 0; i < REHEARSALS; i++) calibrate();
    const { adapter, software } = contender;
    return { adapter, software, firstStep, metrics };
  }

  /** The milliseconds of steps, for about `duration` ms and one step at least, and the machine's speed just before. */
  async function time(duration) {
    const calibration = calibrate();
    const steps = [];
    const end = performance.now() + duration;
    do steps.push((await timedStep()).ms);
    while (performance.now() < end);
    return { calibration, steps };
  }

  return (message) => ('open' in message ? open(...message.open) : time(message.time));
}

/** GFLOP/s of a product of matrices in plain JavaScript: nobody's code, so only the machine's mood moves it. */
function calibrate() {
  const n = CALIBRATION_SIZE;
  const [a, b, c] = [0, 1, 2].map(() => new Float32Array(n * n).fill(0.5));
  const start = performance.now();
  for (let i = 0; i < n; i++)
    for (let k = 0; k < n; k++) {
      const factor = a[i * n + k];
      for (let j = 0; j < n; j++) c[i * n + j] += factor * b[k * n + j];
    }
  return (2 * n ** 3) / ((performance.now() - start) * 1e6);
}
