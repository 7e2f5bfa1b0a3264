import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DEFAULT_SPEC } from '../../src/spec/presets.ts';
import { bindClient } from '../../src/ui/actions.ts';
import { connect } from '../../src/ui/client.ts';
import { readCorpora } from '../../src/ui/corpora.ts';
import { goOn, measure, run } from '../../src/ui/figure/actions.ts';
import { CellResults } from '../../src/ui/figure/results.ts';
import { sweepIsBusy, wasCutOff } from '../../src/ui/figure/state.ts';
import { draftOf } from '../../src/ui/settings.ts';
import { openPage } from '../../src/ui/store.ts';
import { record } from './records.ts';

const cost = { cells: 2, done: 1, trainingFlops: 1, evaluationFlops: 1, seconds: 1, bytes: 1 };

const visible = () => Object.assign(new EventTarget(), { hidden: false });
let page = visible();

class FakeWorker extends EventTarget {
  sent: unknown[] = [];
  readonly lock = 'a lock';
  ended = false;
  terminate() {
    this.ended = true;
  }
  postMessage(command: unknown) {
    this.sent.push(command);
  }
  says(data: unknown) {
    this.dispatchEvent(Object.assign(new Event('message'), { data }));
  }
}

function open() {
  const hired: FakeWorker[] = [];
  const hire = () => {
    hired.push(new FakeWorker());
    return hired.at(-1)!;
  };
  const { store, race } = openPage(draftOf(DEFAULT_SPEC));
  const client = connect(hire, store, race, new CellResults());
  return { worker: hired[0], hired, store, client };
}

beforeEach(() => {
  vi.useFakeTimers();
  page = visible();
  vi.stubGlobal('document', page);
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe('the page and its worker', () => {
  it('begin with a look at the device', () => {
    expect(open().worker.sent).toEqual([{ type: 'inspect' }]);
  });

  it('redraw at most four times a second, and the last change is never lost', () => {
    const { worker, store } = open();
    for (let step = 0; step < 99; step++) {
      worker.says({ type: 'records', records: [record(step, 2)] });
      vi.advanceTimersByTime(10);
    }
    expect(store.getState().version).toBe(4);
    vi.advanceTimersByTime(1000);
    expect(store.getState().version).toBe(5);
  });

  it('do not redraw a hidden page, and catch up when it is seen again', () => {
    const { worker, store } = open();
    page.hidden = true;
    worker.says({ type: 'records', records: [record(1, 2)] });
    vi.advanceTimersByTime(1000);
    expect(store.getState().version).toBe(0);
    page.hidden = false;
    page.dispatchEvent(new Event('visibilitychange'));
    expect(store.getState().version).toBe(1);
  });

  it('say so when the worker breaks, and offer nothing that it can no longer do', () => {
    const { worker, store } = open();
    store.setState({ executor: {} as never, lab: 'running' });
    worker.dispatchEvent(Object.assign(new Event('error'), { message: 'out of memory' }));
    expect(store.getState()).toMatchObject({
      lab: 'failed',
      executor: null,
      error: { code: 'internal', message: 'The training worker stopped: out of memory' },
    });
  });

  it('take another worker in its place on demand, which goes on with the race that was on', () => {
    const { worker, store, client, hired } = open();
    worker.says({ type: 'device', executor: {} });
    worker.says({ type: 'raceKept', id: 'a race' });
    worker.says({ type: 'state', state: 'running' });
    worker.dispatchEvent(Object.assign(new Event('error'), { message: 'out of memory' }));
    expect(worker.ended).toBe(true);
    client.replaceWorker();
    expect(hired).toHaveLength(2);
    expect(hired[1].sent).toEqual([
      { type: 'inspect', executor: 'auto' },
      { type: 'continueRace', id: 'a race' },
    ]);
    expect(store.getState()).toMatchObject({ error: null, pending: 'start', keeping: { dead: null } });
    // What the first one still says is of no interest.
    worker.says({ type: 'state', state: 'paused' });
    expect(store.getState().lab).toBe('idle');
  });

  it('take up an experiment that was cut off on demand: measured anew, it runs by itself', () => {
    const { worker, store, client, hired } = open();
    bindClient(client);
    store.setState({ view: 'figure' });
    worker.says({ type: 'device', executor: {} });
    measure();
    worker.says({ type: 'sweepCost', cost });
    expect(store.getState().figure.sweep?.phase).toBe('planned');
    run();
    worker.says({ type: 'sweepState', state: 'running' });
    worker.says({ type: 'error', code: 'device-lost', message: 'The device was lost.' });
    worker.says({ type: 'sweepState', state: 'failed' });
    expect(wasCutOff(store.getState().figure)).toBe(true);
    goOn();
    expect(store.getState().error).toBeNull();
    worker.says({ type: 'sweepCost', cost });
    expect(worker.sent.slice(-2)).toMatchObject([{ type: 'planSweep' }, { type: 'runSweep' }]);

    // The same after the end of the worker itself.
    worker.says({ type: 'sweepState', state: 'running' });
    worker.dispatchEvent(Object.assign(new Event('error'), { message: 'out of memory' }));
    const { figure } = store.getState();
    expect([wasCutOff(figure), sweepIsBusy(figure)]).toEqual([true, false]);
    client.replaceWorker();
    hired[1].says({ type: 'device', executor: {} });
    goOn();
    hired[1].says({ type: 'sweepCost', cost: { ...cost, cells: 0 } });
    expect(hired[1].sent.slice(1)).toMatchObject([{ type: 'planSweep' }]);
  });

  it('ask what was left unfinished once no other tab trains', () => {
    const { worker } = open();
    worker.says({ type: 'elsewhere', training: 'race', watching: false });
    expect(worker.sent).toHaveLength(1);
    worker.says({ type: 'elsewhere', training: null, watching: false });
    expect(worker.sent.slice(1)).toEqual([{ type: 'listRaces' }]);
  });

  it('forget the last error when the next race is asked for', () => {
    const { store, client } = open();
    store.setState({ error: { code: 'io', message: 'full' } });
    client.send({ type: 'start', spec: DEFAULT_SPEC });
    expect(store.getState()).toMatchObject({ error: null, pending: 'start' });
  });
});

describe('the list of texts', () => {
  const answer = (body: unknown, status = 200) =>
    (async () => new Response(JSON.stringify(body), { status })) as typeof fetch;
  const entry = { id: 'sotu', title: 'A', description: 'B', source: 'C', licence: 'D', characters: 5 };

  it('is read from the prepared index', async () => {
    expect(await readCorpora(answer({ fingerprint: 'x', corpora: [{ ...entry, file: 'f' }] }))).toEqual([entry]);
  });

  it('is refused when it is missing or something else', async () => {
    await expect(readCorpora(answer('', 404))).rejects.toThrow('404');
    await expect(readCorpora(answer([]))).rejects.toThrow();
  });
});
