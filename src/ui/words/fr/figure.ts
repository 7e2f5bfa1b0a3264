import type { en } from '../en/index.ts';
import type { Widened } from '../widened.ts';

const seeds = (count: number) => `${count} ${count < 2 ? 'graine' : 'graines'}`;

/** Toutes les phrases de la vue des expériences. */
export const figure: Widened<typeof en.figure> = {
  loading: 'Chargement des expériences…',

  picker: {
    title: 'Expériences',
    label: 'Expérience',
    scale: 'Taille',
    scales: { minutes: 'minutes', coffee: 'café', night: 'nuit' },
    scalesLong: {
      minutes: 'deux cœurs sans GPU',
      coffee: 'le GPU d’un portable, un quart d’heure',
      night: 'le GPU d’une station de travail',
    },
    cells: (cells: string, count: number) =>
      `${cells} ${cells === '1' ? 'cellule' : 'cellules'}, ${seeds(count)} pour chacune`,
    seeds: 'Graines',
    seedsNote: 'Comme prévu.',
    seedsPlanned: (planned: number) => `Le plan en prévoit ${planned}. Les cellules terminées sont conservées.`,
    badSeeds: (found: string, most: number) => `seeds=${found} n’est pas un nombre entier de 1 à ${most}`,
    settings: 'Autres réglages',
    settingsNote:
      'Un par ligne, tels que le terminal les prend avec --set. Ce que fait varier un axe ne peut être fixé.',
    none: 'pas encore lancée',
  },

  run: {
    measure: 'Mesurer ce que cela coûte ici',
    measureNote: 'Chronomètre quelques pas sur cet appareil. Rien n’est lancé sans votre accord.',
    start: (cells: string) => `Lancer ${cells}`,
    cells: (count: string) => (count === '1' ? '1 cellule' : `${count} cellules`),
    cost: (flops: string, time: string, bytes: string) => `${flops} FLOPs, au plus ${time} ici, ${bytes} par modèle`,
    kept: (done: string) => `${done} déjà terminées sur cet appareil ; elles ne sont pas relancées.`,
    allKept: 'Toutes les cellules sont terminées sur cet appareil.',
    preparing: 'Préparation des données de chaque cellule…',
    measuring: 'Chronométrage de quelques pas…',
    starting: 'Démarrage…',
    pause: 'Pause',
    resume: 'Reprendre',
    stop: 'Arrêter',
    stopping: 'Arrêt…',
    progress: (done: string, total: string) => `${done} cellules sur ${total}`,
    eta: (time: string) => `encore ${time} environ`,
    paused: 'en pause',
    stopped: 'Arrêtée. Les cellules terminées sont conservées ; celles en cours recommencent.',
    failed: 'Elle n’a pas pu continuer ; voyez le message plus haut. Les cellules terminées sont conservées.',
    cutOff:
      'Elle a été interrompue ; voyez le message plus haut. Les cellules terminées sont conservées ; celles en cours recommencent.',
    goOn: 'Continuer',
    goOnNote: 'Chronomètre quelques pas sur l’appareil tel qu’il est maintenant, puis lance ce qui reste.',
    elsewhere: (title: string) => `« ${title} » est en cours.`,
    show: 'La montrer',
    race: 'Une course est en cours ; arrêtez-la d’abord.',
    device: 'Recherche d’un appareil capable d’entraîner…',
    noDevice: 'Rien ne peut être entraîné ici : voyez le message plus haut.',
    step: (what: string, family: string, step: string, total: string) =>
      `${what} : ${family}, pas ${step} sur ${total}`,
    reload:
      'Reste jusqu’à ce que vous fermiez la page ; les cellules terminées restent plus longtemps, dans ce navigateur.',
  },

  races: {
    open: (count: number) => (count === 1 ? 'Ouvrir sa course' : `Ouvrir une course (${count})`),
    openLong: (count: number, row: string) =>
      count === 1 ? `Ouvrir sa course : ${row}` : `Ouvrir une course (${count}) : ${row}`,
    title: (row: string) => `Courses : ${row}`,
    note: 'Une course s’ouvre sur le graphique avec ses courbes, éclaircies là où elles ont été enregistrées. Si une cellule n’entraîne qu’un modèle, l’autre est sa référence.',
    list: 'Courses',
    columns: ['course', 'meilleure AR', 'meilleure diffusion', ''],
    race: (levels: string, seed: number) => [levels, `graine ${seed}`].filter(Boolean).join(', '),
    show: 'Ouvrir',
    showLong: (race: string) => `Ouvrir ${race}`,
    use: 'Prendre ces réglages',
    takeLong: (race: string) => `Prendre ces réglages : ${race}`,
    recorded: (date: string, device: string) => `tirée du balayage enregistré le ${date}, sur ${device}.`,
    own: 'lancée dans ce navigateur.',
    reference: (family: string) => `La courbe de ${family} est celle de sa référence.`,
    ranOn: (host: string) => `C’est la machine du balayage : ${host}.`,
  },

  beside: {
    titles: { laws: 'Lois de ce balayage', sampling: 'Écriture : la qualité et son coût' },
  },

  source: {
    label: 'Résultats',
    recorded: 'enregistrés',
    own: 'cet appareil',
    banner: (day: string, where: string) => `Enregistré le ${day}, sur ${where}.`,
    thinned: 'Son verdict a été calculé sur les résultats complets ; les courbes sont ici éclaircies.',
    ownBanner: 'Lancé sur cet appareil.',
    nothing: 'Rien n’a encore été lancé à cette taille. Mesurez et lancez, ou choisissez une autre taille.',
    nothingRecorded: 'Cette copie de Crossover n’apporte pas de résultats enregistrés à cette taille.',
    broken: (message: string) => `Les résultats enregistrés n’ont pas pu être chargés : ${message}`,
  },

  grid: {
    title: 'Figure',
    axis: 'Axe horizontal',
    axes: { epoch: 'époques', tokens: 'jetons', step: 'pas', flops: 'FLOPs' },
    summary: 'La figure sous forme de tableau',
    columns: ['panneau', 'courbe', 'meilleure médiane', 'étendue', 'à la fin', 'étendue'],
    ends: (curve: string, value: string) => `${curve} finit à ${value}`,
    about: (what: string, axis: string, ends: string) => `${what}, selon : ${axis}. ${ends}.`,
    save: 'Enregistrer en',
    formats: { svg: 'SVG', png: 'PNG', csv: 'CSV' },
    noPng: 'Ce navigateur n’a pas pu en faire un PNG.',
  },

  verdict: {
    title: 'Verdict',
    status: {
      reproduced: 'reproduit',
      'not reproduced at this scale': 'non reproduit à cette échelle',
      inconclusive: 'non concluant',
    },
    parts: 'Ce qui a été jugé, et comment',
    unfinished: (done: string, planned: string) =>
      `${done} cellules sur ${planned} sont là ; un verdict les exige toutes.`,
    beside: 'en marge de l’affirmation',
    effect: 'Effet',
    criterion: (words: string) => `Il fallait : ${words}.`,
    found: (words: string) => `Constaté : ${words}.`,
    interval: (lo: string, hi: string) => `intervalle à 95 % ${lo} … ${hi}`,
    seeds: 'Graines',
    ranOn: 'Lancé sur',
    again: 'Pour le relancer',
    crossings: 'Croisements',
    crossingColumns: ['niveaux', 'mesure', 'croisement', 'confirmé', 'époque', 'pas', 'FLOPs'],
    of: (confirmed: number, count: number) => `${confirmed} sur ${seeds(count)}`,
    metrics: { loss: 'perte', accuracy: 'exactitude' },
    toDecide: 'Ce qui trancherait :',
    effort: (flops: string, time: string) =>
      `${flops} FLOPs d’entraînement, au plus ${time} là où ces cellules ont tourné.`,
    chooseDeciding: 'Choisir cela',
    diverged: (count: number) => (count < 2 ? `${count} cellule a divergé.` : `${count} cellules ont divergé.`),
  },

  claims: {
    title: 'Toutes les affirmations et leurs verdicts enregistrés',
    note: (machine: string | null) =>
      `Enregistrés avec Crossover lui-même, sur ${machine ?? 'la machine que nomme chaque ligne'}. Une affirmation qui ne tient pas ici est montrée aussi clairement qu’une autre.`,
    columns: ['affirmation', 'expérience', 'verdict', 'effet', 'taille', 'enregistré'],
    notRecorded: 'non enregistré',
    size: (scale: string, count: number) =>
      `${{ minutes: 'minutes', coffee: 'café', night: 'nuit' }[scale] ?? scale}, ${seeds(count)}`,
    missing: 'Cette copie de Crossover n’apporte pas de résultats enregistrés.',
    command: 'Dans un terminal',
  },
};
