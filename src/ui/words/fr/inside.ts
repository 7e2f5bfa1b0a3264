import type { FamilyId } from '../../../spec/schema.ts';
import type { en } from '../en/index.ts';
import type { Widened } from '../widened.ts';

const tokens = (count: number, words: boolean) => {
  const one = words ? 'mot' : 'caractère';
  return `${count} ${count < 2 ? one : `${one}s`}`;
};

/** Les phrases de la vue « À l’intérieur », et du duel, qui se tient aussi à côté de la course. */
export const inside: Widened<typeof en.inside> = {
  title: 'À l’intérieur',
  lead: (words: boolean) =>
    `Un texte, lu par les deux modèles. Choisissez un ${words ? 'mot' : 'caractère'} pour voir ce que chacun y attend, et où il regarde.`,

  empty: {
    title: 'Il n’y a pas encore de modèle à observer.',
    what: 'Entraînez d’abord les deux modèles. Vous pourrez les observer pendant qu’ils apprennent, à chaque pause et quand ils ont fini.',
    kept: 'Les modèles d’une course précédente peuvent être observés aussi : ouvrez-la dans l’historique.',
    train: 'Aller à la course',
    runs: 'Aller à l’historique',
    preparing: 'Les modèles sont en préparation. Ils pourront être observés dans un instant.',
  },

  text: {
    label: 'Texte',
    hint: (context: number) => `Les modèles lisent ${context} jetons à la fois.`,
    excerpt: 'Un autre extrait',
    written: { ar: 'Ce qu’a écrit AR', diffusion: 'Ce qu’a écrit la diffusion' },
    about: (title: string) => `Tiré de ${title}, d’un passage sur lequel aucun des deux n’a été entraîné.`,
    unknown: (list: string) => `Omis, car absents du texte d’entraînement : ${list}.`,
    beyond: (count: number, words: boolean) =>
      count < 2
        ? `Le dernier ${words ? 'mot' : 'caractère'} ne tient pas et est omis.`
        : `Les ${count} derniers ${words ? 'mots' : 'caractères'} ne tiennent pas et sont omis.`,
  },

  now: {
    kept: (name: string) => `Les modèles de « ${name} »`,
    as: {
      last: {
        at: (step: string) => `au pas ${step}`,
        atEach: (ar: string, diffusion: string) => `AR au pas ${ar}, diffusion au pas ${diffusion}`,
      },
      best: {
        at: (step: string) => `à leur meilleur, au pas ${step}`,
        atEach: (ar: string, diffusion: string) => `à leur meilleur : AR au pas ${ar}, diffusion au pas ${diffusion}`,
      },
    },
    follow: 'Suivre l’entraînement',
    again: 'Regarder à nouveau',
    looking: 'Observation…',
    pause: 'Pause',
    resume: 'Reprendre',
  },
  weights: {
    label: 'Poids des modèles',
    names: { last: 'Derniers', best: 'Meilleurs' },
    hints: {
      last: 'Les poids tels qu’ils sont à présent, ou étaient à la fin',
      best: 'Les poids de la plus petite perte de validation de chaque modèle',
    },
  },
  lineBreak: 'saut de ligne',
  refused: (message: string) => `${message}${/[.!?]$/.test(message) ? '' : '.'}`,
  why: {
    'no-model':
      'Cet onglet n’a aucun modèle à interroger. Ceux d’une course qu’entraîne un autre onglet se trouvent là-bas.',
    busy: 'Une expérience occupe l’appareil. Regardez à nouveau quand elle sera finie.',
    refused: '',
  },
  lost: 'L’appareil a été perdu avant la réponse.',

  surprise: {
    title: (words: boolean) => `À quel point chaque ${words ? 'mot' : 'caractère'} surprend-il ?`,
    given: {
      ar: 'sachant ce qui précède',
      diffusion: 'seul caché, sachant tout le reste',
    },
    label: (name: string) => `${name} : à quel point chaque jeton surprend`,
    option: (token: string, nats: string) => `${token}, ${nats} nats`,
    unscored: 'non évalué',
    key: 'teinte : surprise, de certain à pas mieux que le hasard',
    exact: (nats: string) =>
      `Sa perte sur ce texte est exactement de ${nats} nats par jeton : chacun est compté une fois, de gauche à droite.`,
    upper: (nats: string, error: string, draws: number) =>
      `Sa perte sur ce texte est au plus de ${nats} ± ${error} nats par jeton (borne supérieure, ${draws} ${draws < 2 ? 'tirage' : 'tirages'} de masques). Les teintes répondent à une question plus facile : un seul trou, tout le reste étant donné.`,
    chain: (nats: string, error: string, draws: number) =>
      `Sa perte sur ce texte est d’environ ${nats} ± ${error} nats par jeton (règle de la chaîne, ${draws} ${draws < 2 ? 'tirage' : 'tirages'}). Les teintes répondent à une question plus facile : un seul trou, tout le reste étant donné.`,
    noWhole: 'Calculer la perte du texte entier prendrait trop de temps avec ce modèle.',
    leftOnly: 'Ce modèle de diffusion ne regarde qu’à gauche : le reste est ce qui précède.',
    leftToRight:
      'Il a été entraîné avec les derniers jetons masqués, jamais avec un seul au milieu : prenez ses teintes avec prudence.',
    some: (from: number, until: number) =>
      `Évalués : les jetons ${from} à ${until}, autant que ce modèle en permet à la fois.`,
    next: 'Évaluer les suivants',
    first: 'Évaluer les premiers',
    guess: (token: string) => `Ce qu’il attend à la place de ${token}`,
    truth: 'le texte',
    was: (token: string, p: string, nats: string) => `${token} : ${p}, ${nats} nats.`,
    instead: 'Le plus probable à sa place :',
    table: 'Chaque jeton dans un tableau',
    caption: 'Nats de chaque jeton, et ce que chaque modèle attendait le plus',
    columns: (words: boolean) => [
      'place',
      words ? 'mot' : 'caractère',
      'AR',
      'AR attend',
      'diffusion',
      'la diffusion attend',
    ],
  },

  attention: {
    title: 'Où regarde-t-il ?',
    what: 'Chaque couche a plusieurs têtes. Une ligne d’une carte est ce que regarde une place ; la somme d’une ligne est 1. AR prédit un jeton à partir de celui qui le précède et ne regarde jamais en avant. La diffusion regarde des deux côtés.',
    unrelated: 'Les têtes des deux modèles n’ont rien à voir entre elles, quel que soit leur numéro.',
    head: (layer: number, head: number) => `Couche ${layer}, tête ${head}`,
    heads: (name: string) => `Têtes de ${name}`,
    layer: 'Couche',
    hide: 'Cacher le jeton choisi à la diffusion',
    map: (name: string, head: string, summary: string) => `${name}, ${head}. ${summary}`,
    looks: (token: string, list: string) => `Pour ${token}, elle regarde surtout ${list}.`,
    item: (token: string, where: string, p: string) => `${token} ${where} (${p})`,
    where: (distance: number) => {
      if (distance === 0) return 'lui-même';
      const far = Math.abs(distance);
      return `${far} ${distance < 0 ? 'avant' : 'après'}`;
    },
    start: 'le début',
    startShort: '⟨début⟩ ',
    unknown: 'ce qui est au-delà du texte',
    at: (row: string, column: string, p: string) => `${row} regarde ${column} : ${p}`,
    point: 'Pointez la carte pour la lire ; cliquez sur une ligne pour choisir son jeton.',
    key: 'teinte : racine carrée de la probabilité',
    experts: (list: string) => `Experts de ce jeton, couche par couche : ${list}.`,
    table: 'Ce que regarde cette place, dans un tableau',
    caption: (token: string) => `Probabilité avec laquelle les têtes choisies regardent chaque jeton pour ${token}`,
    columns: (words: boolean) => ['place', words ? 'mot' : 'caractère', 'AR', 'diffusion'],
  },

  likeness: {
    title: (words: boolean, token: string) => `Quels ${words ? 'mots' : 'caractères'} ressemblent à ${token} ?`,
    what: 'Le cosinus des plongements d’entrée : les jetons qu’un modèle traite de même pointent dans la même direction.',
    symbols: 'Le vocabulaire',
    nearest: (token: string) => `Les plus proches de ${token}`,
    item: (token: string, cosine: string) => `${token}, ${cosine}`,
    map: (name: string, count: number, token: string, list: string) =>
      `Cosinus de toutes les paires de ${count} plongements de ${name}. Les plus proches de ${token} : ${list}.`,
    at: (a: string, b: string, cosine: string) => `${a} et ${b} : ${cosine}`,
    tooMany: (count: string) => `${count} jetons, c’est trop pour une carte de toutes les paires.`,
    key: 'couleur : semblables ; gris : opposés. Les deux cartes ont le même ordre, où les voisins d’AR se côtoient.',
  },

  duel: {
    title: 'Le duel',
    what: 'Cliquez sur un mot pour le cacher. Les deux modèles comblent le trou : AR connaît ce qui précède, la diffusion ce qui se trouve des deux côtés.',
    waiting:
      'Entraînez les deux modèles ; cachez ensuite un mot d’un texte qu’ils n’ont jamais vu, et tous deux tenteront de le retrouver.',
    soon: 'Il commence dès que les modèles sont prêts.',
    words: 'Cacher des mots de ce texte',
    random: 'Cacher d’autres mots',
    clear: 'Tout montrer',
    excerpt: 'Un autre texte',
    nothing: 'Rien n’est caché. Cliquez sur un mot.',
    filling: 'Tous deux comblent le trou…',
    sees: (family: FamilyId, step: string) =>
      `${family === 'ar' ? 'voit ce qui précède' : 'voit les deux côtés'} ; au pas ${step}`,
    score: (right: number, of: number, words: boolean) =>
      `${right} sur ${tokens(of, words)} ${right < 2 ? 'juste' : 'justes'}`,
    truth: (nats: string, words: boolean) => `la vérité lui a coûté ${nats} nats par ${words ? 'mot' : 'caractère'}`,
    nearer: (name: string, more: number, less: number) =>
      `${name === 'diffusion' ? 'La diffusion' : name} est plus près : ${more} ${more < 2 ? 'juste' : 'justes'} contre ${less}.`,
    level: (right: number, of: number) => `À égalité : ${right} sur ${of} pour chacun.`,
    regret: (nats: string) =>
      `En lisant jusqu’au bout, il trouve le vrai texte plus probable que le sien de ${nats} nats : la suite le lui aurait dit.`,
    content: (nats: string) =>
      `En lisant jusqu’au bout, il trouve encore son texte plus probable que le vrai de ${nats} nats.`,
    kept: 'Ce qui suit le trou est resté tel quel ; il n’a joué aucun rôle.',
    was: (truth: string) => `Caché : ${truth}.`,
    spoken: (text: string) => `Il en fait : ${text}`,
    step: (step: number, of: number) => `${step} sur ${of} ${step < 2 ? 'rempli' : 'remplis'}`,
    player: 'L’ordre de remplissage',
    rewind: 'Retour au trou vide',
    back: 'Un pas en arrière',
    play: 'Rejouer le remplissage',
    halt: 'Arrêter',
    forward: 'Un pas en avant',
    next: (token: string, p: string) => `Il remplira ensuite ${token} (${p}). Il y attend :`,
    done: 'Tout est rempli.',
    filled: (token: string, order: number, p: string) => `${token}, rempli en position ${order}, ${p}`,
    key: 'rempli : gras si c’est juste, barré si c’est faux ; pâle : ce qu’il attend à une place encore vide',
    keyShort: 'rempli : gras si c’est juste, barré si c’est faux',
  },
};
