import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type EvaluatedNumber, evaluatedText, evaluateRun } from '../../src/hosts/cli/evaluate.ts';
import { FileStore } from '../../src/hosts/node/fileStore.ts';
import { readModelFolder } from '../../src/hosts/node/modelFolder.ts';
import { readRunFolder } from '../../src/hosts/node/runFolder.ts';
import { Control } from '../../src/lab/control.ts';
import { Race } from '../../src/lab/race.ts';
import { FAMILIES, type FamilyId } from '../../src/spec/schema.ts';
import { openTestCpu } from '../support/cpu.ts';
import { tinyCorpus, tinySpec } from '../support/tiny.ts';

let out: string;
let folders: Partial<Record<FamilyId, string>>;
const evaluate = (family: FamilyId, text?: string) =>
  evaluateRun(folders[family]!, {
    text,
    openExecutor: openTestCpu,
    loadText: async () => Promise.reject(new Error('its text is its own')),
  });

beforeAll(async () => {
  out = await mkdtemp(join(tmpdir(), 'crossover-evaluate-'));
  const ownText = { name: 'own.txt', text: tinyCorpus.text };
  const store = new FileStore({ out, resume: false, version: '0.0.0', ownText });
  const executor = await openTestCpu();
  await new Race({
    executor,
    spec: tinySpec({ train: { steps: 20 }, evaluation: { questions: 5 }, sampling: { every: 0 } }),
    corpus: tinyCorpus,
    store,
    control: new Control(),
    emit: () => {},
    now: () => performance.now(),
    breathe: async () => {},
  }).run();
  executor.destroy();
  folders = store.folders;
});
afterAll(() => rm(out, { recursive: true, force: true }));

describe.each(FAMILIES)('a run of %s, evaluated again from its folder', (family) => {
  it('has the losses and the answers that were recorded when its weights were the best', async () => {
    const numbers = await evaluate(family);
    const { records } = await readRunFolder(folders[family]!);
    const losses = records.filter(({ split, metric }) => split === 'validation' && metric === 'loss');
    const best = losses.reduce((a, b) => (b.value < a.value ? b : a));
    expect(numbers[0]).toMatchObject({ metric: 'loss/validation', bound: best.bound });
    expect(numbers[0].value).toBeCloseTo(best.value, 6);

    const then = records.filter(({ split, step }) => split === 'questions' && step === best.step);
    const again = numbers.filter(({ asked }) => asked);
    expect(new Set(again.map(({ metric }) => metric))).toContain('accuracy/cloze');
    expect(again.map(({ metric, asked, bound }) => ({ metric, asked, bound }))).toEqual(
      then.map(({ metric, asked, bound }) => ({ metric: `${metric}/${asked!.task}`, asked, bound })),
    );
    for (const [i, { value, se }] of again.entries()) {
      expect(value).toBeCloseTo(then[i].value, 6);
      expect(se).toBeCloseTo(then[i].se!, 6);
    }
  });
});

describe('a run folder that was damaged', () => {
  it('is refused by the name of the file', async () => {
    const path = join(folders.ar!, 'env.json');
    const whole = await readFile(path, 'utf8');
    await writeFile(path, whole.slice(0, 100));
    await expect(evaluate('ar')).rejects.toMatchObject({
      code: 'bad-input',
      message: expect.stringMatching(`^${path} is not JSON`),
    });
    await writeFile(path, whole);
  });

  it('is so where its tokenizer was, whatever asks for its model', async () => {
    const path = join(folders.ar!, 'tokenizer.json');
    const whole = await readFile(path, 'utf8');
    await writeFile(path, whole.slice(0, 100));
    const refused = { code: 'bad-input', message: expect.stringMatching(`^${path}: tokenizer.json is not JSON`) };
    await expect(evaluate('ar')).rejects.toMatchObject(refused);
    await expect(readModelFolder(folders.ar!)).rejects.toMatchObject(refused);
    await rm(path);
    await expect(evaluate('ar')).rejects.toMatchObject({ code: 'io', message: expect.stringContaining(path) });
    await writeFile(path, whole);
  });
});

describe('a text of one’s own', () => {
  it('is scored as far as the run knows its characters (no line ends here), with what was left out', async () => {
    const path = join(out, 'other.txt');
    await writeFile(path, `\uFEFF${tinyCorpus.text.slice(0, 200)}\r\n☃☃`);
    const [loss, ...others] = await evaluate('ar', path);
    expect(others).toEqual([]);
    expect(loss).toMatchObject({ metric: `loss/${path}`, bound: 'exact', unknown: 3 });
    expect(evaluatedText([loss])).toContain(`3 characters of ${path} were left out: AR does not know them`);
  });

  it('must be long enough', async () => {
    const path = join(out, 'short.txt');
    const [known] = tinyCorpus.text;
    await writeFile(path, known);
    await expect(evaluate('ar', path)).rejects.toThrow(`${path} has 1 character that the run knows`);
  });

  it('must be there, and be text', async () => {
    const path = join(out, 'bytes.txt');
    await writeFile(path, Uint8Array.of(0xff, 0xfe, 0xfd));
    await expect(evaluate('ar', path)).rejects.toThrow(`--text: ${path} is not a text in UTF-8`);
    await expect(evaluate('ar', join(out, 'nothing'))).rejects.toMatchObject({ code: 'bad-input' });
  });
});

describe('the numbers as text', () => {
  const loss: EvaluatedNumber = {
    family: 'diffusion',
    metric: 'loss/test',
    value: 2.5,
    bound: 'upper',
    se: 0.01,
    tokens: 640,
  };
  const asked = { task: 'brackets', scoring: 'chain-rule', questions: 200, chance: 0.25 } as const;
  const answer = (metric: string, value: number): EvaluatedNumber => ({
    family: 'diffusion',
    metric: `${metric}/brackets`,
    value,
    bound: 'exact',
    se: 0.02,
    asked,
  });

  it('are a table of losses, and one of answers where there are any', () => {
    expect(evaluatedText([loss]).trimEnd().split('\n')).toHaveLength(2);
    const text = evaluatedText([loss, answer('accuracy', 0.9), answer('goldNll', 1.1), answer('deltaNll', 3)]);
    expect(text).toMatch(/diffusion +loss\/test +2\.500 ± 0\.010 +upper bound +640\n\nfamily/);
    expect(text).toMatch(/diffusion +accuracy\/brackets +0\.900 ± 0\.020 +chain-rule +0\.250 +200\n/);
    expect(text).toMatch(/diffusion +deltaNll\/brackets +3\.000 ± 0\.020 +chain-rule +200\n/);
    expect(text).not.toContain('goldNll');
  });
});
