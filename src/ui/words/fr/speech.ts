import type { Language } from '../../../analysis/language.ts';
import { fieldList } from '../../../spec/fields.ts';
import { PRESETS } from '../../../spec/presets.ts';
import type { Words } from '../../words.ts';
import { en } from '../en/index.ts';
import { type Entries, filledWith, phrasebook } from '../phrasebook.ts';
import { EXPERIMENTS } from './experiments.ts';
import { DEVICES } from './heard/devices.ts';
import { FILES } from './heard/files.ts';
import { LAB } from './heard/lab.ts';
import { SETUPS } from './heard/setups.ts';
import { fr } from './index.ts';
import { MESSAGES } from './messages.ts';
import { SENTENCES } from './sentences.ts';
import { FIELDS, PRESET_WORDS, UNITS } from './settings.ts';
import { typeset, typesetAll } from './typeset.ts';

/** Tout ce que les couches inférieures disent en anglais et que la page dit en français. */
export const ENTRIES: Entries = {
  ...fromSettings(),
  // Un appareil dit en anglais pourquoi c’est lui, même là où c’est la page qui le dit.
  [en.figure.races.ranOn('{0}')]: fr.figure.races.ranOn('{0}'),
  ...EXPERIMENTS,
  ...FILES,
  ...DEVICES,
  ...LAB,
  ...SETUPS,
  ...MESSAGES,
  ...SENTENCES,
};

const look = phrasebook(ENTRIES, frenchNumber);

const LANGUAGE: Language = {
  numbers: 'fr-FR',
  dates: 'fr-FR',
  decimal: ',',
  gap: '\u202f',
  bytes: ['o', 'ko', 'Mo', 'Go'],
  percent: '\u00a0%',
  quotes: ['«\u00a0', '\u00a0»'],
  duration: (hours, minutes, seconds) =>
    hours > 0 ? `${hours} h ${minutes} min` : seconds > 0 ? `${minutes} min ${seconds} s` : `${minutes} min`,
  filled: filledWith,
  sentence: (english) => {
    const found = look(english);
    return found === undefined ? undefined : typeset(found);
  },
};

export const speech: { words: Words; language: Language } = { words: typesetAll(fr), language: LANGUAGE };

/** `1,014` en `1 014`, `0.112` en `0,112`, `13k` en `13 k`. */
export function frenchNumber(english: string): string {
  return english
    .replaceAll(',', '\u202f')
    .replace('.', ',')
    .replace(/(\d)([kMG])$/, '$1\u202f$2');
}

function fromSettings(): Entries {
  const fields = fieldList().flatMap(({ path, label, help }) => {
    const french = FIELDS[path];
    if (!french) return [];
    return [[label, french.label], ...(help && french.help ? [[help, french.help]] : [])];
  });
  const presets = PRESETS.flatMap(({ id, title, about, expected }) => {
    const french = PRESET_WORDS[id];
    return french
      ? [
          [title, french.title],
          [about, french.about],
          [expected, french.expected],
        ]
      : [];
  });
  return { ...Object.fromEntries([...fields, ...presets]), ...UNITS };
}
