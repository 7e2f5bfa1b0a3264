import { strToU8 } from 'fflate';
import { type ComponentType, createElement } from 'react';
import { renderToString } from 'react-dom/server';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { ENGLISH, speakIn } from '../../src/analysis/language.ts';
import { CrossoverError } from '../../src/core/errors.ts';
import { Heap } from '../../src/cpu/heap.ts';
import { CpuState } from '../../src/cpu/state.ts';
import { buildDataset } from '../../src/data/buildDataset.ts';
import { CORPUS_INFO, loadCorpus } from '../../src/data/corpora.ts';
import { fromTokenizerJson } from '../../src/data/tokenizerJson.ts';
import { EXPERIMENTS } from '../../src/experiments/index.ts';
import { familyOf } from '../../src/families/index.ts';
import { programFootprint } from '../../src/gpu/resources.ts';
import type { Capacity } from '../../src/graph/executor.ts';
import { arenaFootprint } from '../../src/graph/footprint.ts';
import { Interpreter } from '../../src/graph/interpreter.ts';
import { browserWords } from '../../src/hosts/browser/browserWords.ts';
import { openBrowserGpu } from '../../src/hosts/browser/openGpu.ts';
import { unpackRaces } from '../../src/lab/runFiles/archive.ts';
import { decodeLines, recordSchema } from '../../src/lab/runFiles/lines.ts';
import { zip } from '../../src/lab/runFiles/zip.ts';
import { applySettings, parseRaceSpec, parseRunSpec } from '../../src/spec/parse.ts';
import { DEFAULT_SPEC } from '../../src/spec/presets.ts';
import { FAMILIES } from '../../src/spec/schema.ts';
import { checkCapacity, exhausted } from '../../src/train/capacity.ts';
import { readSafetensors } from '../../src/train/safetensors.ts';
import { Trainer } from '../../src/train/trainer.ts';
import { adapterName } from '../../src/ui/adapter.ts';
import { Device } from '../../src/ui/device/Device.tsx';
import { changedChoice } from '../../src/ui/figure/actions.ts';
import { ErrorCard } from '../../src/ui/panels/ErrorCard.tsx';
import { EventLog } from '../../src/ui/panels/EventLog.tsx';
import { ImportReport } from '../../src/ui/runs/Imports.tsx';
import { shownName } from '../../src/ui/runs/list.ts';
import { draftOf } from '../../src/ui/settings.ts';
import { type LabError, openPage, type PageState } from '../../src/ui/store.ts';
import { en } from '../../src/ui/words/en/index.ts';
import { speech } from '../../src/ui/words/fr/speech.ts';
import { say, type Words, words } from '../../src/ui/words.ts';
import { tinyDataset, tinySpec } from '../support/tiny.ts';

/** Errors as they really are made, on a page in French. What a browser says stands in quotes, in its own language. */

const { store } = openPage(draftOf(DEFAULT_SPEC));
// What is rendered to a string shows a store as it began.
store.getInitialState = store.getState;

beforeAll(() => {
  vi.stubGlobal('navigator', { userAgent: 'Chrome/147', hardwareConcurrency: 8 });
  vi.stubGlobal('window', { isSecureContext: false });
  speakIn(speech.language);
  say(speech.words);
  store.setState({ language: 'fr' });
});

afterAll(() => {
  vi.unstubAllGlobals();
  speakIn(ENGLISH);
  say(en as Words);
});

describe('the card of an error', () => {
  const gpu = (capacity: Capacity) => ({ capacity, stateFootprint: arenaFootprint, programFootprint });
  const families = FAMILIES.map((id) => familyOf(id, DEFAULT_SPEC));
  const tensors = (header: object) => {
    const json = strToU8(JSON.stringify(header));
    return new Uint8Array([...new Uint8Array(BigUint64Array.of(BigInt(json.length)).buffer), ...json]);
  };
  const notUtf8 = new Uint8Array([0xff]);

  it.each<[name: string, make: () => unknown]>([
    ['a setting out of range', () => parseRaceSpec({ model: { layers: 0.5 } })],
    ['a setting of another type', () => parseRaceSpec({ data: { windows: 'odd' }, seed: 1 })],
    ['a setting that is misspelt', () => applySettings(DEFAULT_SPEC, ['train.step=3'])],
    ['a setting of no section', () => applySettings(DEFAULT_SPEC, ['model=3'])],
    ['a setting without a value', () => applySettings(DEFAULT_SPEC, ['train'])],
    ['settings that do not go together', () => parseRaceSpec({ model: { heads: 3 } })],
    ['settings of another version', () => parseRaceSpec({ schemaVersion: 99 })],
    ['settings that are none', () => parseRunSpec([1])],
    ['an own text that is too short', () => tinyDatasetOf('abc')],
    ['an own text of one character', () => tinyDatasetOf('a')],
    ['an own text that is empty', () => tinyDatasetOf('')],
    ['no own text', () => loadCorpus('own', async () => '')],
    ['more tokens than there are', () => tinyDataset(tinySpec({ data: { uniqueTokens: 300_000 } }))],
    ['more facts than there are', () => buildDataset(corpusOf('world'), facts(1e6))],
    ['a device too small for a buffer', () => checkCapacity(gpu({ buffer: 2 ** 20 }), DEFAULT_SPEC, 60, families)],
    ['a device too small for all', () => checkCapacity(gpu({ total: 2 ** 22 }), DEFAULT_SPEC, 60, families)],
    ['a device too small for anything', () => checkCapacity(gpu({ total: 1 }), DEFAULT_SPEC, 60, families)],
    [
      'a device out of memory',
      () => {
        throw exhausted(gpu({}), DEFAULT_SPEC, 60, families, new Error('The device is out of memory: no room. None.'));
      },
    ],
    ['a heap out of memory', () => new CpuState(new Heap(2 ** 21), { params: 1e7 })],
    [
      'a lost device',
      () => {
        const lost = 'The GPU device was lost: A valid external Instance reference no longer exists.';
        throw new CrossoverError('device-lost', `${lost} It could not be opened again: ${noWebGpu}`);
      },
    ],
    ['no WebGPU', () => openBrowserGpu({ isSecureContext: true, origin: '', gpu: undefined }, {})],
    ['an insecure page', () => openBrowserGpu({ isSecureContext: false, origin: 'http://a.org', gpu: undefined }, {})],
    ['no adapter', () => openBrowserGpu({ isSecureContext: true, origin: '', gpu: gpuOf(null) }, {})],
    ['divergence', diverge],
    ['a file that is no .zip', () => unpackRaces(strToU8('hello'), 'a b.zip')],
    ['a .zip without a race', () => unpackRaces(zip([['a.txt', strToU8('a')]], new Date(1e12)), 'a.zip')],
    ['a .zip that leads out', () => unpackRaces(zip([['../a', strToU8('a')]], new Date(1e12)), 'a.zip')],
    ['a race without JSON', () => unpackRaces(zip([['run/run.json', strToU8('{')]], new Date(1e12)), 'a.zip')],
    ['a race that is no text', () => unpackRaces(zip([['run/run.json', notUtf8]], new Date(1e12)), 'a.zip')],
    ['a race of no family', () => unpackRaces(zip([['run/run.json', strToU8('{}')]], new Date(1e12)), 'a.zip')],
    ['a line of another shape', () => decodeLines('{"step":-1}\n', recordSchema, 'a.zip: run/metrics.jsonl')],
    ['a line that is none', () => decodeLines('odd\n', recordSchema, 'a.zip: run/metrics.jsonl')],
    ['weights that are cut off', () => readSafetensors(new Uint8Array(3), 'a.zip: run/model.safetensors')],
    [
      'weights that are wrong',
      () => readSafetensors(tensors({ w: { dtype: 'F32', shape: [2], data_offsets: [0, 4] } }), 'model.safetensors'),
    ],
    ['a tokenizer of another kind', () => fromTokenizerJson('{"added_tokens":[]}')],
  ])('has no English in it: %s', async (_, make) => {
    const error = await errorOf(make);
    expect(englishIn(ErrorCard, { error })).toEqual([]);
  });

  it('says what is saved, where it was', () => {
    const saved = 'Both models at step 240 in this browser, as “Moby Dick”';
    const error: LabError = {
      code: 'device-lost',
      message: 'A thread of the cpu executor ended: out of memory.',
      saved,
    };
    expect(englishIn(ErrorCard, { error })).toEqual([]);
    expect(text(ErrorCard, { error })).toContain('Les deux modèles, au pas 240, dans ce navigateur');
  });

  it('marks what has no French as English, and what the page itself has said as French', () => {
    const found = (error: LabError) => html(ErrorCard, { error });
    expect(found({ code: 'internal', message: 'x is not a function' })).toContain(
      '<span lang="en">x is not a function</span>',
    );
    const message = words.error.worker(words.keeping.dead);
    expect(found({ code: 'internal', message, lang: 'fr' })).toContain('<span lang="fr">Le fil d’entraînement');
  });
});

describe('what else the lab says', () => {
  it('has no English in the report of an import', async () => {
    const refused = await errorOf(() => unpackRaces(strToU8('hello'), 'a.zip'));
    const imports = { files: 1, answered: 1, file: '', names: [], already: [], ignored: [] };
    const problems = [{ file: 'a.zip', message: refused.message, hint: 'Choose a smaller model.' }];
    const { runs } = store.getState();
    expect(englishIn(ImportReport, { runs: { ...runs, imports: { ...imports, problems } } })).toEqual([]);
  });

  it('has no English in the log', () => {
    const notes = [
      'Autoregressive goes on from step 240.',
      'Masked diffusion stopped: no better validation loss for 200 steps.',
      'Diffusion passed AR (live) at step 160, epoch 30.1 — confirmed by 3 evaluations.',
    ];
    expect(englishIn(EventLog, { log: notes.map((note, id) => ({ id, text: note })) })).toEqual([]);
  });

  it('has no English about a device, wherever it is', () => {
    const why = `${noWebGpu} It trains on the CPU instead: slower than a GPU, but it works.`;
    const adapter = 'CPU, WebAssembly relaxed SIMD, 2 threads';
    const info = { ...new Interpreter(`${why} The models train in parallel, on 2 threads.`).info, adapter };
    expect(englishIn(Device, { executor: info })).toEqual([]);
    const { language } = speech;
    const browser = browserWords({ userAgent: 'Chrome/147', platform: 'Linux x86_64', hardwareConcurrency: 8 });
    expect(language.sentence(`gpu on NVIDIA RTX 3060 (${browser}, 0.1.0)`)).toBe(
      'gpu sur NVIDIA RTX 3060 (Chrome 147 sur Linux x86_64, 8 fils d’exécution, 0.1.0)',
    );
    expect(adapterName({ kind: 'gpu', software: true, adapter: 'SwiftShader (software, on the CPU)' })).toBe(
      'SwiftShader (logiciel, sur le CPU)',
    );
  });

  it('has no English about the settings of an experiment, whichever it is', () => {
    const problems = EXPERIMENTS.flatMap(({ id }) =>
      [['model.heads=3'], ['train.steps=-1'], ['train.step=1'], ['steps'], ['seed=2'], ['data.corpus=sudoku']].map(
        (set) => changedChoice({ experiment: id, scale: 'minutes' }, null, set).problem,
      ),
    );
    const found = problems.filter((problem) => problem !== null);
    expect(found.length).toBeGreaterThan(3 * EXPERIMENTS.length);
    expect(found.filter((problem) => speech.language.sentence(problem) === undefined)).toEqual([]);
  });

  it('has no English about a value of another shape than a file must hold', () => {
    const wrong: [shape: z.ZodType, value: unknown][] = [
      [z.number(), 'a'],
      [z.int(), 1.5],
      [z.int().nonnegative(), -1],
      [z.number().max(3), 4],
      [z.enum(['a', 'b']), 'c'],
      [z.literal(1), 2],
      [z.strictObject({ a: z.number() }), { a: 1, b: 2 }],
      [z.strictObject({ a: z.number() }), { a: 1, b: 2, c: 3 }],
      [z.array(z.number()).min(2), [1]],
      [z.array(z.unknown()).length(0), [1]],
      [z.tuple([z.number()]), null],
      [z.record(z.string(), z.number()), undefined],
      [z.union([z.string(), z.boolean()]), 1],
      [z.string().min(1), ''],
      [z.string(), new Map()],
    ];
    const said = wrong.map(([shape, value]) => shape.safeParse(value).error!.issues[0].message);
    expect(said.filter((message) => speech.language.sentence(message) === undefined)).toEqual([]);
  });

  it('has no English in the name that the lab gives a race, and leaves others as they are', () => {
    expect(shownName('Moby Dick, 5,000 tokens, seed 1, from step 240')).toBe(
      'Moby Dick, 5\u202f000 jetons, graine 1, depuis le pas 240',
    );
    expect(shownName('loss')).toBe('loss');
  });
});

const noWebGpu = 'This browser has no WebGPU (navigator.gpu is missing).';
const gpuOf = (adapter: null) => ({ requestAdapter: async () => adapter }) as unknown as GPU;
const corpusOf = (id: 'world') => ({ ...CORPUS_INFO[id], id, text: '' });
const facts = (uniqueTokens: number) =>
  parseRaceSpec({ data: { corpus: 'world', uniqueTokens }, model: { context: 16 } });

function tinyDatasetOf(own: string) {
  const { source, licence } = CORPUS_INFO.own;
  return buildDataset({ id: 'own', title: 'mine.txt', text: own, source, licence }, tinySpec());
}

/** Trains with a rate that no model survives. */
async function diverge(): Promise<void> {
  const tiny = tinySpec({ train: { warmupSteps: 0, clipNorm: 0 } });
  const spec = { ...tiny, train: { ...tiny.train, learningRate: 1e200 } };
  const dataset = tinyDataset(spec);
  const family = familyOf('diffusion', spec);
  const executor = new Interpreter();
  const trainer = await Trainer.create({ executor, spec, family, dataset, variants: {} });
  while (trainer.step < 20) {
    await trainer.advance();
    await trainer.metrics();
  }
}

async function errorOf(make: () => unknown): Promise<LabError> {
  try {
    await make();
  } catch (error) {
    if (!(error instanceof CrossoverError)) throw error;
    const { code, message, hint } = error;
    return { code, message, ...(hint && { hint }) };
  }
  throw new Error('nothing was refused');
}

function html(component: ComponentType, state: Partial<PageState>): string {
  store.setState({ error: null, executor: null, log: [], ...state });
  return renderToString(createElement(component)).replaceAll('<!-- -->', '');
}

/** What is to be read: no diagnostics, which are for a report. */
const text = (component: ComponentType, state: Partial<PageState>) =>
  html(component, state)
    .replace(/<details>.*?<\/details>/gs, '')
    .replace(/<[^>]*>/g, ' ');

/** What is marked as English, and words that only English has; what is quoted is nobody's language. */
function englishIn(component: ComponentType, state: Partial<PageState>): string[] {
  const marked = html(component, state).match(/lang="en">[^<]*/g) ?? [];
  const read = text(component, state).replace(/«[^»]*»|“[^”]*”/g, '');
  expect(read.length).toBeGreaterThan(20);
  return [
    ...marked,
    ...(read.match(/\b(the|of|is|are|has|must|not|with|and|its?|which|than|was|from|to|be)\b[^.]*/g) ?? []),
  ];
}
