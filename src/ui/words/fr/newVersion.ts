import type { en } from '../en/index.ts';
import type { Widened } from '../widened.ts';

/** Une nouvelle version de la page a été trouvée. */
export const newVersion: Widened<typeof en.newVersion> = {
  ready: 'Une nouvelle version de Crossover est prête.',
  busy: 'Elle sera prise à votre prochaine visite ; rien n’interrompt l’entraînement.',
  others: 'Crossover est aussi ouvert dans un autre onglet : fermez-le, puis rechargez.',
  reload: 'Recharger',
  later: 'Plus tard',
};
