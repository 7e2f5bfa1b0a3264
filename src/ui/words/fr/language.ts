import type { en } from '../en/index.ts';
import type { Widened } from '../widened.ts';

/** Le choix de la langue. */
export const language: Widened<typeof en.language> = {
  label: 'Langue',
  missing: (name: string) => `La langue « ${name} » n’a pas pu être chargée ; la page reste telle quelle.`,
};
