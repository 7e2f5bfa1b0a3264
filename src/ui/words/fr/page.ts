import type { LossBound } from '../../../spec/bound.ts';
import type { page as english } from '../en/page.ts';
import type { Widened } from '../widened.ts';
import { chart } from './chart.ts';
import { shown } from './shown.ts';

/** Les phrases de la page elle-même et de la course. */

const draws = (count: number) => `${count} ${count < 2 ? 'tirage' : 'tirages'}`;

export const page: Widened<typeof english> = {
  name: 'Crossover',
  tagline: 'Deux modèles de langage, un texte : lequel apprend le plus de peu de données ?',
  loading: 'Chargement du graphique…',
  views: {
    label: 'Vue',
    names: {
      race: 'Course',
      figure: 'Expériences',
      gap: 'L’écart',
      inside: 'Intérieur',
      runs: 'Historique',
      device: 'Appareil',
      learn: 'Apprendre',
    },
    loading: 'Chargement de cette vue…',
  },
  header: {
    setup: 'Préréglage',
    custom: 'Vos propres réglages',
    share: 'Partager',
    shareLong: 'Copier un lien vers ces réglages',
    shared: 'Lien copié',
    notShared: (link: string) => `Le lien n’a pas pu être copié. Le voici : ${link}`,
    ownText: 'Le lien contient les réglages, pas votre propre texte.',
    export: 'Exporter',
    exports: {
      csv: 'Mesures en CSV',
      jsonl: 'Mesures en JSONL',
      svg: 'Figure en SVG',
      png: 'Figure en PNG',
      zip: 'La course en .zip',
    },
    zipNote: 'Réglages, mesures, textes et modèles, tels que le terminal les lit.',
    zipMissing: 'Une course est conservée dès qu’elle est entraînée ici.',
    nothing: 'Le graphique est encore vide.',
    noPng: 'Ce navigateur n’a pas pu en faire un PNG ; le SVG contient la même figure.',
  },
  broken: (message: string) => `Cette partie de la page n’a pas pu être dessinée : ${message}`,
  tryAgain: 'Réessayer',
  reports: 'Comptes rendus',

  states: {
    idle: 'prêt',
    preparing: 'préparation des données',
    compiling: 'compilation des noyaux',
    running: 'en cours',
    paused: 'en pause',
    finished: 'terminé',
    stopped: 'arrêté',
    failed: 'échoué',
  },
  experiment: 'expérience en cours',
  noDevice: 'recherche d’un appareil',
  noAdapter: 'aucun appareil',
  software: 'logiciel, sur le CPU',
  eta: (time: string, sooner: boolean) => (sooner ? `encore ${time} au plus` : `encore ${time} environ`),
  stepsPerSecond: (rate: string) => `${rate} pas/s`,
  stepOf: (step: string, total: string) => `${step} / ${total}`,

  families: {
    ar: {
      name: 'AR',
      inText: 'AR',
      long: 'Autorégressif',
      writes: 'écrit de gauche à droite',
      what: 'Prédit le caractère suivant à partir de ceux qui sont à sa gauche.',
    },
    diffusion: {
      name: 'Diffusion',
      inText: 'diffusion',
      long: 'Diffusion masquée',
      writes: 'remplit les masques dans n’importe quel ordre',
      what: 'Prédit les caractères masqués à partir de ceux qui sont visibles.',
    },
  },
  bounds: { exact: 'exacte', upper: 'borne supérieure' },
  lossIs: { exact: 'Sa perte est exacte.', upper: 'Sa perte est une borne supérieure.' },

  transport: {
    train: 'Entraîner les deux',
    live: 'L’entraîner ici, en direct',
    about: (time: string, sooner: boolean) => `${sooner ? 'au plus' : 'environ'} ${time} sur cet appareil`,
    again: 'Entraîner à nouveau les deux',
    pause: 'Pause',
    resume: 'Reprendre',
    step: 'Un pas',
    stop: 'Arrêter',
    pausing: 'Mise en pause…',
    resuming: 'Reprise…',
    stepping: 'Un pas…',
    stopping: 'Arrêt…',
    starting: 'Démarrage…',
    why: {
      device: 'Recherche d’un appareil capable d’entraîner…',
      noDevice: 'Rien ne peut être entraîné ici : voyez le message plus haut.',
      experiment: 'Une expérience est en cours ; arrêtez-la d’abord.',
      issues: 'Un réglage est hors limites : voyez le texte rouge dans les réglages.',
      ownText: 'Collez d’abord un texte ou choisissez un fichier.',
    },
  },

  setup: {
    title: 'Réglages',
    locked: 'Arrêtez la course pour changer ses réglages.',
    preset: 'Préréglage',
    custom: 'Vos propres réglages',
    corpus: 'Texte',
    corpora: {
      'moby-dick': 'Moby Dick',
      sotu: 'State of the Union',
      python: 'Python',
      synthetic: 'Synthétique',
      own: 'Votre texte',
      brackets: 'Parenthèses',
      world: 'Monde de faits',
      reversal: 'Inversion',
      sudoku: 'Sudoku',
    },
    unique: 'Jetons uniques U',
    uniqueHelp: 'Moins il y a de texte, plus vite il est revu.',
    size: 'Taille du modèle',
    customSize: 'Votre propre taille : voir Réglages avancés.',
    describeSize: (layers: number, channels: number, heads: number) =>
      `${layers} ${layers < 2 ? 'couche' : 'couches'}, ${channels} canaux, ${heads} ${heads < 2 ? 'tête' : 'têtes'}`,
    steps: 'Pas',
    epochs: (count: string) => `${count} époques : chaque caractère est vu environ ${count} fois.`,
    executor: 'Calculé par',
    executors: {
      auto: 'le plus rapide qui soit',
      gpu: 'GPU (WebGPU)',
      'gpu-f16': 'GPU, produits en 16 bits',
      cpu: 'CPU (WebAssembly)',
      interpret: 'référence en 64 bits : exacte, très lente',
    },
    advanced: 'Réglages avancés',
    sections: {
      '': 'Général',
      data: 'Données',
      model: 'Modèle',
      train: 'Entraînement',
      ar: 'Objectif autorégressif',
      diffusion: 'Objectif de diffusion',
      evaluation: 'Évaluation',
      sampling: 'Textes écrits',
    },
    range: (min: string, max: string) => `${min} … ${max}`,
    notANumber: (found: string) => `« ${found} » n’est pas un nombre.`,
    outside: (found: string, kind: string, min: string, max: string) =>
      `${found} n’est pas ${kind} de ${min} à ${max}.`,
    noEffect: (why: string) => `Sans effet ici : ${why}.`,
    whole: 'un nombre entier',
    real: 'un nombre',
  },

  own: {
    placeholder: 'Collez un texte de quelques milliers de caractères…',
    label: 'Votre texte',
    file: 'Choisir un fichier…',
    drop: 'Déposez un fichier texte n’importe où sur cette page.',
    dropping: 'Déposez le texte pour vous y entraîner',
    binary: (name: string) =>
      `${name} n’est pas un texte : il contient des octets qu’aucun texte en UTF-8 ne comporte.`,
    empty: (name: string) => `${name} est vide.`,
    large: (name: string, size: string, most: string) => `${name} pèse ${size} ; un texte peut peser au plus ${most}.`,
    promise: 'Votre texte ne quitte jamais cet onglet.',
    link: 'Il ne fait pas non plus partie du lien.',
    size: (characters: string) => `${characters} caractères.`,
    fromFile: (name: string) => `Votre texte : ${name}`,
    clear: 'Effacer',
    pasted: 'texte collé',
    unreadable: (name: string) => `${name} n’a pas pu être lu.`,
  },

  chart,
  ...shown,

  crossing: {
    kinds: { live: 'Instantané', strict: 'Strict' },
    meaning: {
      live: 'Quand la perte courante de la diffusion passe sous celle d’AR.',
      strict: 'Quand la meilleure perte de la diffusion passe sous la meilleure qu’AR ait jamais atteinte.',
    },
    status: {
      none: 'pas encore',
      possible: 'possible',
      confirmed: 'confirmé',
      reverted: 'repris',
    },
    never: 'pas dans la limite du budget',
    mark: (kind: string, epoch: string) => `${kind}, époque ${epoch}`,
  },

  verdict: {
    title: 'Verdict',
    waiting: 'Pas encore d’évaluation.',
    arAhead: (gap: string, bound: LossBound) =>
      bound === 'upper'
        ? `AR est ${gap} nats sous la borne supérieure de la diffusion.`
        : `AR devance la diffusion de ${gap} nats.`,
    diffusionAhead: (gap: string) => `La diffusion devance AR de ${gap} nats.`,
    level: 'Les deux sont à égalité, à l’erreur près.',
    beaten: (step: string, epoch: string) => `La diffusion a battu le meilleur d’AR au pas ${step}, époque ${epoch}.`,
    passed: (step: string, epoch: string) => `La diffusion a dépassé AR au pas ${step}, époque ${epoch}.`,
    possible: (step: string, epoch: string) => `La diffusion a peut-être dépassé AR au pas ${step}, époque ${epoch}.`,
    reverted: (step: string, epoch: string) =>
      `La diffusion a dépassé AR au pas ${step}, époque ${epoch}, puis AR a repris la tête.`,
    noCrossing: (steps: string) => `Aucun croisement dans la limite du budget de ${steps} pas.`,
    noCrossingStopped: 'Arrêté avant tout croisement.',
    model: 'modèle',
    best: 'meilleure',
    now: 'à présent',
    test: 'test',
    at: (epoch: string, step: string) => `époque ${epoch}, pas ${step}`,
    gap: 'AR − diffusion',
    gapNote: '± erreur, appariée sur les fenêtres',
    testNote: 'Test : un texte que personne n’a regardé, évalué une fois avec les poids les meilleurs en validation.',
    boundNote: (bound: LossBound, count: number) =>
      `Perte de validation en nats par jeton ± erreur type. ${
        bound === 'upper'
          ? `Celle d’AR est exacte ; celle de la diffusion est une borne supérieure (${draws(count)} de masques par fenêtre).`
          : `Les deux sont exactes ; celle de la diffusion est estimée sur ${draws(count)} de la règle de la chaîne par fenêtre.`
      }`,
  },

  samples: {
    title: 'Ce qu’ils écrivent',
    waiting: 'Son premier texte paraîtra ici pendant l’apprentissage.',
    off: 'L’écriture est désactivée (Écrire un texte tous les : 0 pas).',
    about: (step: string, forwards: string) => `après le pas ${step}, en ${forwards} passes`,
    pass: (pass: number, of: number) => `passe ${pass} sur ${of}`,
    rewind: 'Retour à la première passe',
    back: 'Une passe en arrière',
    play: 'Rejouer l’ordre d’écriture',
    halt: 'Suspendre la lecture',
    forward: 'Une passe en avant',
    speed: 'Vitesse de la lecture',
    times: (factor: string) => `${factor} ×`,
    shade: 'teinte : confiance du modèle en chaque caractère',
    spoken: (text: string) => `Texte : ${text}`,
  },

  evaluations: {
    title: 'Toutes les évaluations',
    caption: 'Perte de validation en nats par jeton, la plus récente d’abord',
    step: 'pas',
    epoch: 'époque',
    gap: 'AR − diffusion',
    csv: 'Télécharger le CSV',
    csvNote: 'Mesures brutes : entraînement, validation, test et questions des deux modèles.',
    rest: (count: string) => `${count} lignes plus anciennes se trouvent dans le CSV.`,
    none: 'Rien n’a encore été évalué.',
    file: 'crossover-mesures.csv',
  },

  answers: {
    title: 'Ce qu’ils répondent',
    none: 'Rien n’a encore été demandé.',
    caption: (task: string) => `Part des questions auxquelles il est bien répondu : ${task}`,
    columns: ['modèle', 'à présent', 'meilleure', 'au pas', 'hasard'],
    almostNever: 'presque 0',
  },

  data: {
    title: 'À propos des données',
    source: 'Source',
    licence: 'Licence',
    symbols: 'Caractères distincts',
    characters: 'Caractères en tout',
    unique: 'Jetons uniques U',
    used: 'utilisés par des fenêtres entières',
    spoilt: 'Abîmé à dessein',
    spoiltBy: (kind: string, rate: number, changed: string) =>
      `${{ characters: 'caractères', words: 'mots', duplicates: 'doublons' }[kind] ?? kind}, taux ${String(rate).replace('.', ',')} : ${changed} % des jetons d’entraînement diffèrent`,
    questions: 'Questions',
    windows: 'Fenêtres d’entraînement',
    split: { validation: 'Validation', test: 'Test' },
    tokens: (tokens: string, windows: string) => `${tokens} jetons, ${windows} fenêtres`,
    duplicates: (count: string) => `${count} fenêtres répètent presque une fenêtre d’entraînement`,
    noDuplicates: 'aucune fenêtre ne répète presque une fenêtre d’entraînement',
    unknown: (list: string) => `caractères inconnus du texte d’entraînement, omis : ${list}`,
    noUnknown: 'aucun caractère inconnu',
    trueLoss: 'Entropie vraie',
    checksum: 'SHA-256',
  },

  plan: {
    title: 'Modèle et appareil',
    parameters: 'Paramètres de chaque modèle',
    vocabulary: 'Vocabulaire avec le jeton supplémentaire',
    flops: 'FLOPs par pas d’entraînement',
    memory: 'Mémoire de l’appareil pour les deux',
    dispatches: 'Lancements GPU par pas',
    tokens: 'Jetons par pas',
    variants: 'Noyaux de produit de matrices',
    device: 'Appareil',
    why: 'Pourquoi celui-ci',
    both: (ar: string, diffusion: string) => (ar === diffusion ? ar : `AR ${ar}, diffusion ${diffusion}`),
  },

  log: {
    title: 'Journal',
    empty: 'Ce qui se passe est écrit ici.',
    evaluation: (step: string, parts: string) => `Pas ${step} : ${parts}`,
    atStep: (step: string, text: string) => `Pas ${step} : ${text}`,
    state: {
      running: 'Entraînement.',
      paused: 'En pause.',
      finished: 'Terminé.',
      stopped: 'Arrêté.',
    },
  },

  error: {
    titles: {
      'bad-input': 'Ces réglages sont impossibles',
      'no-adapter': 'Aucun appareil capable d’entraîner',
      'device-limit': 'L’appareil est trop petit pour cela',
      'device-lost': 'L’appareil a été perdu',
      diverged: 'L’entraînement a divergé',
      io: 'Quelque chose n’a pas pu être lu ou enregistré',
      'storage-full': 'L’espace de stockage est plein',
      internal: 'Quelque chose a mal tourné',
    },
    saved: 'Enregistré',
    todo: 'Que faire',
    hints: {
      'bad-input': 'Changez le réglage nommé et relancez l’entraînement.',
      'no-adapter': 'Choisissez un autre mode de calcul dans les réglages, ou lancez `npm run race` dans un terminal.',
      'device-limit': 'Choisissez un modèle, un lot ou un contexte plus petit.',
      'device-lost': 'Rechargez la page et relancez l’entraînement.',
      diverged: 'Divisez par deux le taux d’apprentissage et relancez l’entraînement.',
      io: 'Réessayez ; si cela persiste, rechargez la page.',
      'storage-full': 'Libérez de la place, ou exportez puis supprimez des courses conservées.',
      internal: 'Rechargez la page. Si cela se reproduit, joignez le diagnostic à un rapport d’anomalie.',
    },
    details: 'Détails',
    copy: 'Copier le diagnostic',
    copied: 'Copié',
    notCopied: 'Copie impossible : sélectionnez plutôt le texte',
    dismiss: 'Fermer',
    worker: (message: string) => `Le fil d’entraînement s’est arrêté : ${message}`,
    unreadableMessage: 'un message du fil d’entraînement n’a pas pu être lu',
  },

  notices: {
    ignored: (list: string) => `Le lien contient ce que cette version ne comprend pas ; ont été ignorés : ${list}.`,
    busy: 'L’adresse a changé pendant une course ; les réglages sont restés tels quels.',
    dismiss: 'Fermer ce message',
  },

  help: {
    open: 'Aide',
    title: 'Comment lire cette page',
    close: 'Fermer',
    paragraphs: [
      'Deux modèles qui ont les mêmes paramètres, le même texte et les mêmes pas apprennent à prédire des caractères. AR lit de gauche à droite. La diffusion masquée apprend à retrouver des caractères masqués dans n’importe quel ordre.',
      'Le graphique montre la perte de chaque modèle sur un texte sur lequel il n’a pas été entraîné. Quand le texte unique est court, AR se met à le mémoriser et sa perte de validation remonte, tandis que la diffusion continue de progresser.',
      '◆ marque le croisement instantané, ◇ le croisement strict. Un croisement est possible quand il est vu une fois, et confirmé quand plusieurs évaluations de suite le maintiennent avec un écart de plus de deux erreurs types. Rien de ce qui est jugé n’est lissé.',
    ],
    keys: 'Clavier',
    keysOn: 'Les raccourcis clavier sont actifs',
    shortcuts: [
      ['Espace', 'pause et reprise'],
      ['.', 'un pas, pendant une pause'],
      ['R', 'entraîner ; pendant l’entraînement, reprendre au début'],
      ['L', 'perte en échelle logarithmique'],
      ['X', 'axe horizontal suivant'],
      ['?', 'cette aide'],
    ],
    slider:
      'Sur le curseur temporel, ← et → vont d’une évaluation à l’autre, Début et Fin à la première et à la dernière.',
  },

  sources: {
    title: 'Sources et licences',
    synthetic: 'La langue synthétique est produite par Crossover lui-même, sous sa propre licence (MIT).',
    unavailable: 'La liste des textes n’a pas pu être chargée. Rechargez la page pour réessayer.',
    paper:
      'La question est celle de « Diffusion Language Models are Super Data Learners » (Ni et al., arXiv 2511.03276).',
  },
};
