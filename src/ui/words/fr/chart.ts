import type { LossBound } from '../../../spec/bound.ts';
import type { en } from '../en/index.ts';
import type { Widened } from '../widened.ts';

/** Les phrases du graphique. */
export const chart: Widened<typeof en.chart> = {
  title: 'Perte de validation',
  unit: 'nats par jeton ; plus bas, c’est mieux',
  axis: 'Axe horizontal',
  axes: { epoch: 'époques', tokens: 'jetons', step: 'pas', flops: 'FLOPs', seconds: 'temps' },
  axisLong: {
    epoch: 'époques (jetons vus / U)',
    tokens: 'jetons d’entraînement vus',
    step: 'pas d’optimisation',
    flops: 'FLOPs d’entraînement de chaque modèle',
    seconds: 'secondes d’entraînement de chaque modèle',
  },
  logX: 'x log',
  logY: 'y log',
  training: 'perte d’entraînement',
  smoothing: 'Lissage de la perte d’entraînement',
  smooth: (percent: string) => `lissage ${percent} %`,
  raw: 'sans lissage',
  key: {
    best: 'meilleure jusqu’ici',
    band: '± erreur type',
    live: 'croisement instantané',
    strict: 'croisement strict',
    training: 'perte d’entraînement, lissée (moyenne mobile exponentielle sur les pas)',
  },
  atEnd: (bound: LossBound, draws: number | null) =>
    draws === null
      ? { exact: 'exacte', upper: 'borne sup.' }[bound]
      : `${{ exact: 'exacte', upper: 'borne sup.' }[bound]}, ${draws} ${draws < 2 ? 'tirage' : 'tirages'}`,
  trueLoss: (value: string) => `entropie vraie ${value}`,
  notFinite: 'non fini',
  emptyTitle: 'Deux modèles de même taille apprennent le même petit texte.',
  empty: {
    ar: 'AR mène d’abord. Puis il a trop souvent vu le texte, et sa courbe remonte.',
    diffusion: 'La diffusion est plus lente, mais elle continue d’apprendre. Un ◆ marque l’endroit où elle dépasse AR.',
  },
  emptyNote: 'Appuyez sur « Entraîner les deux » pour commencer. Rien n’est entraîné avant.',
  preparing: 'Le premier point paraît après la première évaluation.',
};
