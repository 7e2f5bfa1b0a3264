import type { en } from '../en/index.ts';
import type { Widened } from '../widened.ts';
import { device } from './device.ts';
import { figure } from './figure.ts';
import { gap } from './gap.ts';
import { inside } from './inside.ts';
import { keeping } from './keeping.ts';
import { language } from './language.ts';
import { learn } from './learn.ts';
import { newVersion } from './newVersion.ts';
import { page } from './page.ts';
import { runs } from './runs.ts';

/** Toutes les phrases de la page, en français : un fichier par vue, comme en anglais. */
export const fr: Widened<typeof en> = {
  ...page,
  figure,
  gap,
  inside,
  runs,
  device,
  learn,
  keeping,
  newVersion,
  language,
};
