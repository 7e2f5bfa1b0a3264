// One contender in a process of its own, so that no other's memory, devices or compiled code is in its way. Answers
// the runner's messages: { open: [name, configuration, adapter] } first, then { time: milliseconds } again and again.
import { CONTENDERS } from './contenders.mjs';

/** Steps whose loss and gradient norm are compared. */
const COMPARED = 3;
const CALIBRATION_SIZE = 192;
/** Calibrations before the first that counts: the engine compiles it in several stages. */
const REHEARSALS = 5;

let contender;

async function timedStep() {
  const start = performance.now();
  const metrics = await contender.step();
  return { ms: performance.now() - start, metrics };
}

/** Opens, and takes the steps that are compared. `firstStep`, in seconds: from the loaded library to the first loss. */
async function open(name, config, adapter) {
  const openContender = await CONTENDERS[name]();
  const start = performance.now();
  contender = await openContender(config, adapter);
  const metrics = [(await timedStep()).metrics];
  const firstStep = (performance.now() - start) / 1000;
  while (metrics.length < COMPARED) metrics.push((await timedStep()).metrics);
  for (let i = 0; i < REHEARSALS; i++) calibrate();
  const { version, adapter: device, software } = contender;
  return { version, adapter: device, software, firstStep, metrics };
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

process.on('message', async (message) => {
  try {
    process.send({ answer: await ('open' in message ? open(...message.open) : time(message.time)) });
  } catch (error) {
    process.send({ error: String(error?.message ?? error) });
  }
});
