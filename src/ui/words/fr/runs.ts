import type { CrossingKind } from '../../../analysis/crossing.ts';
import type { LossBound } from '../../../spec/bound.ts';
import type { en } from '../en/index.ts';
import type { Widened } from '../widened.ts';

const races = (count: number, text: string) => `${text} ${count < 2 ? 'course' : 'courses'}`;
const seeds = (count: number) => `${count} ${count < 2 ? 'graine' : 'graines'}`;

/** Les phrases de la vue « Historique ». */
export const runs: Widened<typeof en.runs> = {
  title: 'Historique',
  where: 'Chaque course que vous entraînez est conservée dans ce navigateur, sur cet appareil. Rien n’en sort.',
  loading: 'Recherche de ce qui est conservé…',

  empty: {
    title: 'Rien n’est encore conservé.',
    what: 'Entraînez une course, et elle se trouvera ici : ses réglages, toutes les mesures, les textes qu’ont écrits les deux modèles, et les modèles eux-mêmes, pour qu’elle puisse reprendre là où elle s’est arrêtée.',
    where:
      'Elle est conservée dans ce navigateur, sur cet appareil ; rien n’en sort. Pour l’emporter ailleurs, exportez-la en .zip, que le terminal lit aussi.',
    train: 'Préparer une course',
  },
  visitOnly: {
    title: 'Les courses ne sont conservées que pour cette visite.',
    why: 'Ce navigateur ne conserve pas de données pour cette page, comme dans une fenêtre privée.',
    todo: 'Ce que vous entraînez peut être montré, comparé et exporté jusqu’à ce que vous fermiez cette page. Exportez ce que vous voulez garder.',
  },
  full: {
    title: 'L’espace de stockage est plein.',
    todo: 'Supprimez les courses dont vous n’avez plus besoin, et libérez leur place.',
  },
  setAside: (count: number) =>
    count === 1
      ? 'Une autre course a été écrite par une autre version de Crossover. Elle est conservée telle quelle, sans être lue, jusqu’à ce qu’une version qui la comprend soit ouverte.'
      : `${count} autres courses ont été écrites par une autre version de Crossover. Elles sont conservées telles quelles, sans être lues, jusqu’à ce qu’une version qui les comprend soit ouverte.`,

  list: {
    label: 'Courses conservées',
    filter: 'Filtrer',
    filterHint: 'nom, texte, état…',
    count: (shown: number, of: number) =>
      shown === of ? races(of, String(of)) : `${shown} sur ${races(of, String(of))}`,
    none: 'Aucune course ne correspond à ce filtre.',
    showAll: 'Tout montrer',
    sort: 'Trier par',
    order: { up: 'croissant', down: 'décroissant' },
    turn: 'Inverser l’ordre',
    keys: {
      begun: 'date',
      name: 'nom',
      text: 'texte et U',
      size: 'taille',
      steps: 'pas',
      ar: 'meilleure AR',
      diffusion: 'meilleure diffusion',
      live: 'croisement instantané',
      strict: 'croisement strict',
      bytes: 'stockage',
    },
    columns: {
      race: 'Course',
      setup: 'Réglages',
      progress: 'Avancement',
      best: 'Meilleure perte',
      crossing: 'Croisement',
      kept: 'Stockage',
    },
  },

  row: {
    compare: (name: string) => `Comparer ${name}`,
    tooMany: (most: number) => `On compare au plus ${most} courses à la fois.`,
    compareThis: 'Comparer',
    rename: 'Renommer',
    renameOne: (name: string) => `Renommer ${name}`,
    nameHint: 'Entrée enregistre, Échap laisse le nom tel quel.',
    nameOf: (name: string) => `Nom de ${name}`,
    nameEmpty: 'Une course doit avoir un nom.',
    nameLong: (most: number) => `Un nom a au plus ${most} caractères.`,
    branch: (name: string, step: string) => `dérivée de « ${name} » au pas ${step}`,
    origin: { here: '', imported: 'importée', recorded: 'enregistrée' },
    text: (text: string, tokens: string) => `${text}, ${tokens} jetons`,
    size: (size: string, shape: string) => `${size} : ${shape}`,
    seed: (seed: string) => `graine ${seed}`,
    flag: { true: 'oui', false: 'non' },
    experts: (count: string) => `${count} experts`,
    state: {
      unfinished: 'inachevée',
      finished: 'terminée',
      stopped: 'arrêtée',
      diverged: 'divergée',
      failed: 'échouée',
    },
    steps: (done: string, total: string) => `${done} pas sur ${total}`,
    crossing: (kind: CrossingKind, epoch: string) =>
      `Croisement ${kind === 'live' ? 'instantané' : 'strict'} à l’époque ${epoch}`,
    epoch: (epoch: string) => `époque ${epoch}`,
    noCrossing: 'aucun',
    alone: 'un seul modèle',
    unknown: 'pas terminée',
    show: 'Montrer',
    showOne: (name: string) => `Montrer ${name} sur le graphique`,
    goOn: 'Continuer',
    goOnWith: (name: string) => `Continuer ${name}`,
    more: (name: string) => `En savoir plus sur ${name}`,
  },

  details: {
    show: 'Montrer sur le graphique',
    goOn: 'Continuer',
    goOnFrom: (step: string) => `Reprend au pas ${step}, au bit près sur le même appareil.`,
    halve: 'Continuer avec un taux d’apprentissage réduit de moitié',
    inside: 'Observer les modèles',
    pin: 'Épingler en fantôme',
    unpin: 'Détacher le fantôme',
    pinned: (name: string) => `« ${name} » reste sur le graphique en fantôme, derrière la course.`,
    unpinned: (name: string) => `« ${name} » n’est plus sur le graphique en fantôme.`,
    use: 'Prendre ces réglages',
    used: (name: string) => `Les réglages sont ceux de « ${name} ».`,
    usedOwn: (name: string, text: string) =>
      `Les réglages sont ceux de « ${name} ». Son propre texte (${text}) n’en fait pas partie : collez-le ou choisissez-le à nouveau.`,
    link: 'Copier le lien',
    linkOwn: 'Le lien contient les réglages, pas votre propre texte.',
    export: 'Exporter en .zip',
    exportSmall: 'Exporter sans les modèles',
    exportSmallHint: 'Plus petit ; la course peut être montrée et comparée, mais pas reprise.',
    exporting: 'Préparation du fichier…',
    remove: 'Supprimer',
    busy: 'Une course est en cours ; arrêtez-la d’abord.',
    elsewhere: 'Un autre onglet entraîne ; mettez-y fin d’abord.',
    begun: 'Commencée',
    changed: 'Dernière écriture',
    checkpoint: 'Dernier point de reprise',
    checkpoints: (ar: string, diffusion: string) => (ar === diffusion ? ar : `AR ${ar}, diffusion ${diffusion}`),
    step: (step: string) => `pas ${step}`,
    noCheckpoint: 'aucun : elle ne peut pas reprendre',
    executor: 'Calculée par',
    ownText: 'Texte',
    parent: 'Dérivée de',
    test: 'Perte de test',
    crossings: 'Croisements',
    settings: 'Réglages qui ne sont pas ceux par défaut',
    setting: (label: string) => `${label} :`,
    noSettings: 'Tous les réglages sont ceux par défaut.',
    bytes: 'Stockage',
  },

  removed: {
    done: (name: string) => `« ${name} » est supprimée.`,
    undo: 'Annuler',
    dismiss: 'Fermer',
    fold: (count: number) => `Supprimées pendant cette visite : ${races(count, String(count))}`,
    note: 'On peut les rétablir jusqu’à la fermeture de cette page ; leur place est libérée à sa prochaine ouverture.',
    restore: (name: string) => `Rétablir ${name}`,
    purge: 'Libérer leur place maintenant',
  },

  imports: {
    button: 'Importer un .zip…',
    drop: 'Déposez ici des dossiers de course (.zip)',
    running: (done: number, of: number) => (of === 1 ? 'Lecture du fichier…' : `Lecture du fichier ${done} sur ${of}…`),
    done: (list: string, count: number) =>
      count === 1 ? `Importée : ${list}.` : `${count} courses ont été importées : ${list}.`,
    nothing: 'Rien n’a été importé.',
    refused: (count: number) => (count === 1 ? 'Un fichier a été refusé' : `${count} fichiers ont été refusés`),
    kept: 'Ce qui était déjà conservé reste inchangé.',
    ignored: (list: string) => `Laissés de côté, car étrangers à une course : ${list}.`,
    unreadable: (name: string) => `${name} n’a pas pu être lu.`,
    lost: (files: number) =>
      `Le processus qui le lisait s’est arrêté. ${files < 2 ? 'Le fichier n’a pas été pris ; importez-le à nouveau.' : `${files} fichiers n’ont pas été pris ; importez-les à nouveau.`}`,
    already: (list: string, count: number) =>
      count < 2 ? `Déjà là, et laissée telle quelle : ${list}.` : `Déjà là, et laissées telles quelles : ${list}.`,
    dismiss: 'Fermer',
  },

  storage: {
    title: 'Stockage',
    used: (used: string) => `${used} utilisés`,
    of: (used: string, quota: string) => `${used} sur les ${quota} que ce navigateur accorde`,
    persisted: 'Le navigateur a promis de tout garder jusqu’à ce que vous le supprimiez.',
    notPersisted:
      'Le navigateur peut tout effacer quand le disque est plein, ou quand la page n’a pas été ouverte depuis longtemps.',
    ask: 'Demander au navigateur de garder cela',
    asking: 'Demande en cours…',
    granted: 'Le navigateur gardera tout jusqu’à ce que vous le supprimiez.',
    denied:
      'Le navigateur ne l’a pas promis. Il le fera peut-être quand vous aurez utilisé cette page plus souvent ; exportez ce que vous voulez garder à coup sûr.',
  },

  compare: {
    title: 'Comparer',
    hint: (most: number) =>
      `Cochez jusqu’à ${most} courses pour les comparer : sur un même graphique, réglage par réglage, graine par graine.`,
    ticked: (count: number) => `${races(count, String(count))} ${count < 2 ? 'cochée' : 'cochées'}`,
    show: 'Montrer la comparaison',
    oneMore: 'cochez-en une de plus',
    heading: (count: number) => `Comparaison de ${races(count, String(count))}`,
    clear: 'Ne rien comparer',
    reading: 'Lecture des courses…',
    empty: (name: string) => `« ${name} » n’a pas encore d’évaluation.`,
    unit: 'perte de validation, nats par jeton ; plus bas, c’est mieux',
    axisLabel: 'Axe horizontal',
    logX: 'x log',
    logY: 'y log',
    group: (text: string, list: string) => `${text}, graines ${list}`,
    standOut: (letter: string) => `Faire ressortir ${letter}`,
    otherTexts:
      'Ces courses ne portent pas sur le même texte : chaque perte est mesurée sur le sien, elles ne se comparent donc pas.',
    legend: {
      ar: (several: boolean) => (several ? 'AR (exacte), médiane' : 'AR (exacte)'),
      diffusion: (bounds: readonly LossBound[], several: boolean) =>
        `diffusion (${bounds.map((bound) => ({ upper: 'borne supérieure', exact: 'règle de la chaîne exacte' })[bound]).join(' ; ')})${several ? ', médiane' : ''}`,
      band: (several: boolean, single: boolean) =>
        [several && 'de la plus basse à la plus haute des graines', single && 'une graine : ± 1 erreur type']
          .filter(Boolean)
          .join(' ; '),
      dot: 'chaque évaluation',
      best: 'meilleure jusqu’ici',
      live: 'croisement instantané',
      strict: 'croisement strict',
      doubtful: 'non confirmé',
    },
    chart: (letters: string) => `Pertes de validation de ${letters}.`,

    settings: 'Ce qui diffère dans leurs réglages',
    settingColumn: 'réglage',
    same: 'Leurs réglages sont les mêmes.',
    ownText: 'Texte',
    parent: 'Dérivée de',
    executor: 'Calculée par',
    none: '–',

    results: 'Résultats',
    resultColumns: ['course', 'modèle', 'meilleure', 'à la fin', 'test', '◆ instantané', '◇ strict'],
    bound: { exact: 'exacte', upper: 'borne supérieure' },
    range: (lo: string, hi: string) => `${lo} … ${hi}`,
    confirmed: (epoch: string, confirmed: number, of: number) =>
      of === 1 ? `époque ${epoch}` : `époque ${epoch} (${confirmed} sur ${of})`,
    notConfirmed: 'non confirmé',

    differences: 'Différences, appariées par graine',
    differencesNote:
      'En nats par jeton, avec l’intervalle à 95 %. Négative : plus basse, donc meilleure. Pour une seule graine, l’intervalle porte sur ses fenêtres et ne dit rien des autres graines.',
    differenceColumns: ['différence', 'modèle', 'meilleure', 'test', 'graines'],
    minus: (a: string, b: string) => `${a} − ${b}`,
    gap: (letter: string) => `AR − diffusion dans ${letter}`,
    interval: (lo: string, hi: string) => `${lo} … ${hi}`,
    noInterval: 'certitude inconnue',
    noPair: 'aucune paire de graines',

    summary: {
      best: (letter: string, ar: string, diffusion: string, of: number) =>
        of === 1
          ? `${letter} : la meilleure perte d’AR est ${ar}, celle de la diffusion ${diffusion}.`
          : `${letter} : la médiane des meilleures pertes d’AR est ${ar}, celle de la diffusion ${diffusion}.`,
      only: (letter: string, family: string, best: string) =>
        `${letter} : la meilleure perte ${family === 'AR' ? 'd’AR' : 'de la diffusion'} est ${best}.`,
      crossing: (kind: CrossingKind, epoch: string) =>
        kind === 'strict'
          ? `La diffusion bat le meilleur d’AR à l’époque ${epoch}`
          : `La diffusion dépasse AR à l’époque ${epoch}`,
      inSeeds: (text: string, confirmed: number, of: number) =>
        of === 1 ? `${text}.` : `${text}, pour ${confirmed} sur ${seeds(of)}.`,
      noCrossing: 'Aucun croisement n’est confirmé.',
    },

    save: (format: string) => `Enregistrer en ${format}`,
    formats: { svg: 'SVG', png: 'PNG', csv: 'CSV' },
    noPng: 'Ce navigateur n’a pas pu en faire un PNG.',
    file: 'crossover-comparaison',
  },
};
