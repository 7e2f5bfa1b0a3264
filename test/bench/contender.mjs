// One contender in a process of its own, so that no other's memory, devices or compiled code is in its way.
// `node contender.mjs auto|software`; measure.mjs says which messages it answers.
import * as lab from '../../dist/bench/contender.js';
import { contendersOn } from './contenders.mjs';
import { measuring } from './measure.mjs';

const choice = process.argv[2];
const openGpu = () => lab.openNodeGpu(choice);

/** What the peers expect of a host and Node does not have, or only newer ones. */
async function provide({ gpu }) {
  // jax-js reads `navigator.userAgent`, which Node has only from 21 on; WebGPU is looked for on the adapter of the lab.
  const navigator = { userAgent: `Node.js/${process.versions.node}`, ...(gpu && { gpu: (await openGpu()).gpu }) };
  Object.defineProperty(globalThis, 'navigator', { value: navigator, configurable: true });
  // jax-js calls `map` and `filter` of iterators (while it traces, never in a step), which Node has only from 22 on.
  const prototype = Object.getPrototypeOf(Object.getPrototypeOf([][Symbol.iterator]()));
  for (const name of ['map', 'filter'])
    prototype[name] ??= function (callback) {
      return Array.from(this)[name](callback).values();
    };
}

const answer = measuring(contendersOn({ lab, openGpu, provide }));

process.on('message', async (message) => {
  try {
    process.send({ answer: await answer(message) });
  } catch (error) {
    process.send({ error: String(error?.message ?? error) });
  }
});
