import { readdirSync, readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import type { Crossing, CrossingKind, CrossingStatus } from '../../src/analysis/crossing.ts';
import { boundWords, describeCrossing } from '../../src/analysis/describe.ts';
import {
  formatBytes,
  formatCharacter,
  formatCount,
  formatDate,
  formatDuration,
  formatLoss,
  formatNumber,
  formatParameters,
  formatPercent,
  formatPower,
} from '../../src/analysis/format.ts';
import { ENGLISH, inEnglish, speakIn, told, withPoint } from '../../src/analysis/language.ts';
import type { Evidence, EvidenceEntry } from '../../src/experiments/evidence.ts';
import { CLAIMS, SCALES } from '../../src/experiments/experiment.ts';
import { cellsOf, EXPERIMENTS } from '../../src/experiments/index.ts';
import { partsOf } from '../../src/experiments/judge.ts';
import { criterionWords, levelWords } from '../../src/experiments/words.ts';
import { AXIS_TITLES } from '../../src/figure/frame.ts';
import { columnTitle } from '../../src/figure/sheet.ts';
import { impossibleCombination } from '../../src/spec/combinations.ts';
import { type Field, fieldList, withValue } from '../../src/spec/fields.ts';
import { pointless } from '../../src/spec/pointless.ts';
import { DEFAULT_SPEC, PRESETS } from '../../src/spec/presets.ts';
import { wantedLanguage } from '../../src/ui/language.ts';
import { draftOf, edit, idleWords, shownValue } from '../../src/ui/settings.ts';
import { en } from '../../src/ui/words/en/index.ts';
import { fr } from '../../src/ui/words/fr/index.ts';
import { FIELDS, PRESET_WORDS } from '../../src/ui/words/fr/settings.ts';
import { speech } from '../../src/ui/words/fr/speech.ts';
import { typeset } from '../../src/ui/words/fr/typeset.ts';
import { phrasebook } from '../../src/ui/words/phrasebook.ts';
import { say, type Words, words } from '../../src/ui/words.ts';

const french = (english: string) => speech.language.sentence(english);
/** With ordinary spaces, for reading. */
const plain = (text: string | undefined) => text?.replace(/[\u00a0\u202f]/g, ' ');
const untold = (sentences: Iterable<string>) => [...new Set(sentences)].filter((each) => french(each) === undefined);

afterEach(() => {
  speakIn(ENGLISH);
  say(en as Words);
});

describe('the French sentences', () => {
  it('are all there, a text for a text, a function of as many values for a function, a list for a list', () => {
    expect(shapeOf(fr)).toEqual(shapeOf(en));
  });

  it('are French: only names, symbols and words that both languages share are alike', () => {
    const alike = [...leavesOf(en)].filter(([path, text]) => leavesAt(fr, path) === text && /[a-z]{2}/i.test(text));
    expect(alike.filter(([, text]) => !SHARED.has(text))).toEqual([]);
  });

  it('have the spaces of French print: none of them breaks a line before a high sign', () => {
    for (const [path, text] of leavesOf(speech.words)) expect(text, path).not.toMatch(/ [;:!?»%]|« /);
    expect(typeset('« Oui » : 5 % ; et toi ?')).toBe('«\u00a0Oui\u00a0»\u00a0: 5\u00a0%\u202f; et toi\u202f?');
    expect(speech.words.keeping.offers.undo('Dropout')).toBe('Annuler\u00a0: Dropout');
  });
});

describe('what the layers below say', () => {
  it('has its French: every setting, every preset', () => {
    for (const { path, label, unit, help } of fieldList()) {
      expect(FIELDS[path], path).toBeDefined();
      expect(FIELDS[path].help === undefined, `help of ${path}`).toBe(help === undefined);
      expect(untold([label, ...(unit ? [unit] : []), ...(help ? [help] : [])])).toEqual([]);
    }
    expect(Object.keys(FIELDS).filter((path) => !fieldList().some((field) => field.path === path))).toEqual([]);
    expect(Object.keys(PRESET_WORDS)).toEqual(PRESETS.map(({ id }) => id));
    expect(untold(PRESETS.flatMap(({ title, about, expected }) => [title, about, expected]))).toEqual([]);
  });

  it('has its French: every claim and every experiment, with what had to hold', () => {
    const sentences = EXPERIMENTS.flatMap((experiment) => {
      const axes = SCALES.flatMap((scale) => experiment.plans[scale].axes);
      return [
        experiment.title,
        experiment.claim,
        experiment.source,
        ...partsOf(experiment).flatMap(({ says, criterion }) => [
          says,
          criterionWords(criterion, experiment.plans.minutes.axes),
        ]),
        ...axes.flatMap(({ label, levels }) => [label, ...levels.map((level) => level.label)]),
        ...experiment.figure.columns.map(({ label }) => label),
        ...SCALES.flatMap((scale) => cellsOf(experiment, scale).map(({ levels }) => levelWords(levels))),
      ];
    });
    expect(untold([...Object.values(CLAIMS), ...sentences, ...Object.values(AXIS_TITLES), ...SCALES])).toEqual([]);
  });

  it('has its French: every verdict that comes with the page', () => {
    const folder = new URL('../../public/evidence/', import.meta.url);
    const read = (name: string) => JSON.parse(readFileSync(new URL(name, folder), 'utf8'));
    const verdicts = readdirSync(folder).flatMap((name) =>
      name === 'index.json'
        ? Object.values(read(name) as EvidenceEntry[]).map(({ verdict }) => verdict)
        : [(read(name) as Evidence).verdict],
    );
    expect(verdicts.length).toBeGreaterThan(EXPERIMENTS.length);
    const sentences = verdicts.flatMap(({ title, claim, source, words: said, parts, toDecide, effect, status }) => [
      ...[title, claim, source, said, status, effect?.unit ?? ''],
      ...parts.flatMap((part) => [part.says, part.criterion, part.words]),
      ...(toDecide ? [toDecide.words] : []),
    ]);
    expect(untold(sentences)).toEqual([]);
    expect(plain(french('0.0239 (95 % interval −0.018 … 0.0658) over 3 seeds.'))).toBe(
      '0,0239 (intervalle à 95 % −0,018 … 0,0658) sur 3 graines.',
    );
  });

  it('has its French: every state of a crossing, and what a loss is', () => {
    const sentences = (['live', 'strict'] as CrossingKind[]).flatMap((kind) =>
      (['none', 'possible', 'confirmed', 'reverted'] as CrossingStatus[]).flatMap((status) =>
        (['loss', 'accuracy'] as const).flatMap((metric) =>
          crossingsOf(kind, status, metric).flatMap((crossing) =>
            (['so far', 'within the budget'] as const).map((when) => describeCrossing(crossing, when)),
          ),
        ),
      ),
    );
    const bounds = [1, 4].flatMap((draws) =>
      (['any', 'left-to-right'] as const).flatMap((order) =>
        (['ar', 'diffusion'] as const).map((family) =>
          boundWords(family, {
            diffusion: { ...DEFAULT_SPEC.diffusion, order },
            evaluation: { ...DEFAULT_SPEC.evaluation, draws },
          }),
        ),
      ),
    );
    expect(sentences.length).toBeGreaterThan(60);
    expect(untold([...sentences, ...bounds])).toEqual([]);
  });

  it('has its French: whatever a setup may be told', () => {
    const told = new Set<string>();
    for (const changed of neighbours(DEFAULT_SPEC)) {
      for (const each of neighbours(changed)) {
        const problem = impossibleCombination(each);
        if (problem) told.add(problem.message);
        else for (const { why } of pointless(each)) told.add(why);
      }
    }
    expect(told.size).toBeGreaterThan(60);
    expect(untold(told)).toEqual([]);
  });
});

describe('a phrasebook', () => {
  const look = phrasebook(
    {
      a: 'un',
      b: 'deux',
      '{0} and {1}': '{0} et {1}',
      '{0} seeds': '{0} {0|graine|graines}',
      'a file {0:any}': 'un fichier {0}',
      '{0} of {1}': '{1} : {0}',
    },
    (number) => number.replace('.', ','),
  );

  it('fills the holes of a sentence with what it knows, in the order of the other language', () => {
    expect(look('a')).toBe('un');
    expect(look('a and b and a')).toBe('un et deux et un');
    expect(look('1.5 seeds of b')).toBe('deux : 1,5 graine');
    expect(look('a file and more')).toBe('un fichier and more');
  });

  it('says nothing where a part is unknown, so that no sentence is half translated', () => {
    expect(look('a and c')).toBeUndefined();
    expect(look('c')).toBeUndefined();
  });
});

describe('numbers in French', () => {
  it('have a decimal comma, thin spaces and French units, and are English again afterwards', () => {
    const written = () => [
      formatNumber(12_345),
      formatNumber(0.02),
      formatLoss(-2.41),
      formatCount(13_000),
      formatPower(6.4e11),
      formatPercent(0.031),
      formatBytes(1.24e9),
      formatBytes(512),
      formatDuration(9.4),
      formatDuration(108),
      formatDate('2026-11-22T12:00:00Z'),
      formatCharacter('a'),
      formatCharacter(' '),
      formatParameters({ parameters: 412_000, activeParameters: 250_000 }),
    ];
    speakIn(speech.language);
    expect(written().map(plain)).toEqual([
      ...['12 345', '0,02', '−2,410', '13 k', '6,4×10¹¹', '3,1 %', '1,2 Go', '512 o', '9,4 s', '1 min 48 s'],
      ...['22 novembre 2026', '« a »', 'espace', '412 000 paramètres, dont un jeton utilise 250 000'],
    ]);
    expect(formatNumber(12_345)).toBe('12\u202f345');
    expect(inEnglish(written)[0]).toBe('12,345');
    speakIn(ENGLISH);
    expect(written().slice(0, 3)).toEqual(['12,345', '0.02', '−2.410']);
  });

  it('are shown and typed with a comma, and kept as numbers', () => {
    speakIn(speech.language);
    say(speech.words);
    const draft = edit(draftOf(DEFAULT_SPEC), 'train.dropout', '0,3');
    expect(draft.spec.train.dropout).toBe(0.3);
    expect(shownValue(draft, 'train.dropout')).toBe('0,3');
    expect(withPoint('0,25')).toBe('0.25');
    const wrong = edit(draft, 'train.dropout', '2');
    expect(plain(wrong.issues['train.dropout'])).toBe('2 n’est pas un nombre de 0 à 0,95.');
  });
});

describe('switching the language', () => {
  it('changes what is read from the same objects, and back', () => {
    const kept = words.runs;
    speakIn(speech.language);
    say(speech.words);
    expect(kept.title).toBe('Historique');
    expect(words.help.shortcuts[0]).toEqual(['Espace', 'pause et reprise']);
    expect(told('Best of each setting, {0} seeds', 3)).toBe('Meilleur de chaque réglage, 3 graines');
    expect(plain(columnTitle({ metric: 'loss', label: 'Validation loss' }))).toBe(
      'Perte de validation, nats par jeton',
    );
    speakIn(ENGLISH);
    say(en as Words);
    expect(kept.title).toBe('Runs');
    expect(words.help.shortcuts).toEqual(en.help.shortcuts);
    expect(told('Best of each setting, {0} seeds', 3)).toBe('Best of each setting, 3 seeds');
  });

  it('says what a setting lacks in the labels of the form', () => {
    speakIn(speech.language);
    say(speech.words);
    const draft = edit(draftOf(DEFAULT_SPEC), 'model.heads', '3');
    expect(plain(draft.issues['model.heads'])).toBe(
      'Canaux C doit être divisible par Têtes H ; ici 64 canaux et 3 têtes.',
    );
    const idle = edit(draftOf(DEFAULT_SPEC), 'train.dropoutOn', 'mlp');
    expect(plain(idleWords(idle, 'train.dropoutOn'))).toBe('Sans effet ici : Dropout vaut 0.');
  });

  it('begins with what the link says, then with what was chosen, then with what the reader knows', () => {
    expect(wantedLanguage('?lang=fr', 'en', ['en-US'])).toBe('fr');
    expect(wantedLanguage('?lang=xx', 'fr', ['en-US'])).toBe('fr');
    expect(wantedLanguage('', null, ['de-DE', 'fr-CA', 'en'])).toBe('fr');
    expect(wantedLanguage('', 'tlh', ['de-DE'])).toBe('en');
  });
});

/** Alike in both languages. */
const SHARED = new Set([
  ...[
    'Crossover',
    'AR',
    'diffusion',
    'Diffusion',
    'AR − diffusion',
    'Test',
    'test',
    'Validation',
    'verdict',
    'Verdict',
  ],
  ...[
    'Moby Dick',
    'State of the Union',
    'Python',
    'Sudoku',
    'Source',
    'SHA-256',
    'FLOPs',
    'GFLOP/s',
    'ms',
    'Pause',
    'pause',
  ],
  ...[
    'GPU (WebGPU)',
    'CPU (WebAssembly)',
    'SVG',
    'PNG',
    'CSV',
    'possible',
    'minutes',
    'Questions',
    'date',
    'Date',
    'Figure',
  ],
  ...[
    'Epoch',
    'arXiv 2511.03276',
    'https://arxiv.org/abs/2511.03276',
    'ΔNLL',
    'Options',
    'place',
    'raw',
    'Expert',
    'all',
  ],
  ...['Strict', '◇ strict', 'Licence', 'duel'],
]);

type Tree = Record<string, unknown>;
const isTree = (value: unknown): value is Tree => typeof value === 'object' && value !== null && !Array.isArray(value);

function shapeOf(value: unknown): unknown {
  if (typeof value === 'function') return `function of ${value.length}`;
  if (Array.isArray(value)) return value.map(shapeOf);
  if (!isTree(value)) return typeof value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((name) => [name, shapeOf(value[name])]),
  );
}

function* leavesOf(value: unknown, path = ''): Generator<[path: string, text: string]> {
  if (typeof value === 'string') yield [path, value];
  else if (typeof value === 'object' && value !== null)
    for (const [name, each] of Object.entries(value)) yield* leavesOf(each, path ? `${path}\n${name}` : name);
}

const leavesAt = (tree: unknown, path: string): unknown =>
  path.split('\n').reduce<unknown>((value, name) => (value as Tree)[name], tree);

function crossingsOf(kind: CrossingKind, status: CrossingStatus, metric: Crossing['metric']): Crossing[] {
  const at = { epoch: 12.3, step: 1240, tokens: 1e5, flops: 1e11, seconds: 9 };
  const gaps = [undefined, { value: 0.02, se: 0.01 }, { value: -0.123, se: 0.01 }, { value: 0.1, se: Number.NaN }];
  return (['exact', 'upper'] as const).flatMap((bound) =>
    gaps.flatMap((gap) =>
      [0, 1, 3].map((held) => ({
        ...{ kind, status, metric, bound, held, needed: 3 },
        ...(status !== 'none' && { at }),
        ...(gap && { gap }),
      })),
    ),
  );
}

/** The setups that differ from one in one setting. */
function neighbours(spec: typeof DEFAULT_SPEC): (typeof DEFAULT_SPEC)[] {
  return fieldList().flatMap((field) => valuesOf(field).map((value) => withValue(spec, field.path, value)));
}

function valuesOf(field: Field): (string | number | boolean)[] {
  switch (field.type) {
    case 'boolean':
      return [true, false];
    case 'choice':
      return [...field.values];
    default:
      return [field.min, Math.min(field.max, field.type === 'integer' ? 3 : 0.25)];
  }
}
