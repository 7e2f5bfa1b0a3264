import type { en } from '../en/index.ts';
import type { Widened } from '../widened.ts';

/** Les phrases de la vue « Appareil ». */
export const device: Widened<typeof en.device> = {
  title: 'Appareil',
  loading: 'Chargement de ce que l’on sait de l’appareil…',
  none: 'Aucun appareil n’est ouvert.',
  looking: 'Recherche d’un appareil…',
  kinds: {
    gpu: 'GPU : noyaux WGSL par WebGPU',
    cpu: 'CPU : noyaux SIMD en WebAssembly',
    interpret: 'Interpréteur de référence, en nombres de 64 bits',
  },
  half: 'opérandes de 16 bits dans les produits de matrices',

  about: {
    kind: 'Exécuteur',
    adapter: 'Adaptateur',
    vendor: 'Fabricant et architecture',
    tuning: 'Les noyaux choisis sont conservés dans',
    features: 'Fonctionnalités',
    limits: 'Limites',
    noFeatures: 'aucune',
  },

  memory: {
    title: 'Mémoire',
    planned: 'Prévue pour les deux modèles',
    plannedNote: 'connue avant le premier pas',
    used: 'Utilisée à présent',
    usedNote: 'arènes et programmes compilés',
    held: 'Détenue par WebAssembly',
    heldNote: 'croît avec la plus grande course, puis resservira',
    ofPlan: (percent: string) => `${percent} % du plan`,
    nothing: 'Rien n’est encore compilé.',
  },

  profile: {
    title: 'Un pas d’entraînement',
    ask: 'Chronométrer le prochain pas',
    asked: 'Le prochain pas sera chronométré…',
    what: 'Exécute le prochain pas de chaque modèle commande par commande. Il compte comme ce pas, avec les mêmes bits ; il est seulement plus lent.',
    before: 'Rien n’est encore compilé : entraînez les deux modèles, puis un pas pourra être chronométré.',
    paused: 'La course est en pause. Le pas sera chronométré à la reprise : appuyez sur Reprendre ou sur Un pas.',
    over: 'Aucune course n’est en cours. La prochaine pourra être chronométrée.',
    device: 'Chronométré par l’horloge de l’appareil (requêtes d’horodatage), chaque opération dans une passe à elle.',
    wall: 'Chronométré en temps réel, chaque opération séparément.',
    waited:
      'Chronométré en temps réel, en attendant l’appareil après chaque opération : cet adaptateur n’a pas de requêtes d’horodatage.',
    once: 'Ce n’est qu’un pas : si autre chose occupe la machine, certaines opérations paraissent plus lentes qu’elles ne le sont.',
    step: (step: string) => `pas ${step}`,
    sum: (ms: string, rate: string) => `${ms} ms, ${rate} GFLOP/s`,
    caption: (family: string, step: string) =>
      `Durée de chaque opération de ${family} au pas ${step}, la plus longue d’abord`,
    columns: { op: 'opération', nodes: 'nœuds', ms: 'ms', share: 'part', rate: 'GFLOP/s' },
    all: 'toutes',
    rest: (count: string) => `${count} plus courtes figurent dans le diagnostic`,
    outside: 'hors des couches',
    host: (microseconds: string) => `Hôte : ${microseconds} µs par pas`,
    hostParts: { prepare: 'lot', write: 'copie', encode: 'encodage', submit: 'soumission' },
    hostNone: 'Hôte : aucun autre pas n’a été fait dans cette session',
    together: (steps: string) => `${steps} pas par soumission`,
  },

  kernels: {
    title: 'Noyaux',
    used: 'Variantes utilisées',
    usedCaption: 'La variante de chaque opération et de chaque forme que cette course utilise',
    timed: 'Variantes chronométrées',
    timedCaption: 'Millisecondes d’une exécution de chaque variante ; celle qui est retenue est marquée',
    columns: { op: 'opération', shape: 'entrées', variant: 'variante', ms: 'ms', rate: 'GFLOP/s', chosen: 'utilisée' },
    one: 'Cet exécuteur n’a qu’un noyau par opération : il n’y a rien à choisir.',
    untimed:
      'Aucune variante n’a été chronométrée : un adaptateur logiciel prend la première de chaque opération, comme une course qui n’a pas commencé.',
    refused: 'ne se compile pas',
    chosen: 'oui',
  },

  diagnostics: {
    title: 'Diagnostic',
    what: 'Tout ce que contient cette page, en texte, avec le navigateur et sa version ; rien de votre propre texte.',
    show: 'Montrer le texte',
    copy: 'Copier le diagnostic',
  },
};
