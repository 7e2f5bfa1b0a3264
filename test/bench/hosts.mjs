import { fork, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { HERE } from './build.mjs';

/*
 * The places where a contender lives until `end`. `ask` sends a message of measure.mjs and resolves to its answer, or
 * rejects with what went wrong there.
 */

/** Each in a process of Node. */
export function nodeHost(adapter) {
  return {
    words: `Node ${process.versions.node}`,
    async start() {
      const child = fork(join(HERE, 'contender.mjs'), [adapter], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
      const ask = askingOf(
        child,
        (message) => child.send(message),
        (listener) => child.on('message', listener),
      );
      return { ask, end: async () => void child.kill('SIGKILL') };
    },
  };
}

/** Each in a page of a browser of its own; `open` launches one, `folder` holds what `buildPage` built. */
export function chromiumHost(open, folder) {
  const host = { words: 'Chromium', start };
  async function start(name) {
    const browser = await open();
    host.words = `Chromium ${browser.version()}`;
    const page = await browser.newPage();
    // No server. Isolated pages have exact timers, and shared memory, which must not be there where WebAssembly
    // computes: without it every contender has one thread.
    const isolated = name.endsWith('gpu') && {
      'Cross-Origin-Opener-Policy': 'same-origin',
      'Cross-Origin-Embedder-Policy': 'require-corp',
    };
    await page.route('http://localhost/**', (route) => {
      const { pathname } = new URL(route.request().url());
      if (pathname !== '/') return route.fulfill({ path: join(folder, pathname) });
      const body = '<!doctype html><title>bench</title><script type="module" src="/page.js"></script>';
      return route.fulfill({ contentType: 'text/html', headers: { ...isolated }, body });
    });
    await page.goto('http://localhost/');
    await page.waitForFunction(() => 'ask' in globalThis);
    return {
      ask: (message) => page.evaluate((m) => globalThis.ask(m), message),
      end: () => browser.close(),
    };
  }
  return host;
}

/** Each in a process of Python with PyTorch, which gets the work in files. */
export function pythonHost(python, workOf) {
  return {
    words: 'Python',
    async start() {
      const child = spawn(python, [join(HERE, 'pytorch.py'), '--contender'], { stdio: ['pipe', 'pipe', 'inherit'] });
      const lines = createInterface({ input: child.stdout });
      const send = (message) => child.stdin.write(`${JSON.stringify(message)}\n`);
      const ask = askingOf(child, send, (listener) => lines.on('line', (line) => listener(JSON.parse(line))));
      const folder = mkdtempSync(join(tmpdir(), 'crossover-bench-'));
      return {
        ask(message) {
          if (message.open) writeWork(workOf(message.open[1]), folder);
          return ask(message.open ? { ...message, folder } : message);
        },
        async end() {
          child.kill('SIGKILL');
          rmSync(folder, { recursive: true, force: true });
        },
      };
    },
  };
}

/** One question at a time to a child process. */
function askingOf(child, send, listen) {
  let pending;
  const settle = ({ answer, error }) => {
    const { resolve, reject } = pending ?? {};
    pending = undefined;
    if (error === undefined) resolve?.(answer);
    else reject?.(new Error(error));
  };
  listen(settle);
  child.on('error', ({ message }) => settle({ error: message }));
  child.on('exit', (code, signal) => settle({ error: `its process ended (${signal ?? code})` }));
  return (message) =>
    new Promise((resolve, reject) => {
      pending = { resolve, reject };
      send(message);
    });
}

/** The work as pytorch.py reads it: weights.bin, all parameters one after the other, and what work.json says. */
function writeWork(work, folder) {
  const { parameters, batch, learningRate, ...rest } = work;
  const bytes = parameters.map(({ values }) => new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  writeFileSync(join(folder, 'weights.bin'), Buffer.concat(bytes));
  const batches = Array.from({ length: work.batches }, (_, step) => batch(step)).map(({ inputs, targets }) => ({
    inputs: [...inputs],
    targets: [...targets],
  }));
  // The rate is constant after the warm-up.
  const rates = Array.from({ length: work.train.warmupSteps + 1 }, (_, step) => learningRate(step));
  const shapes = parameters.map(({ name, shape }) => ({ name, shape }));
  writeFileSync(join(folder, 'work.json'), JSON.stringify({ ...rest, shapes, batches, rates }));
}
