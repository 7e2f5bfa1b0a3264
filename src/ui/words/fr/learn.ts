import type { en } from '../en/index.ts';
import type { Widened } from '../widened.ts';

/** Les phrases de la vue « Apprendre », du parcours guidé, de l’enseignement et de la page à imprimer. */
export const learn: Widened<typeof en.learn> = {
  title: 'Apprendre',
  lead: 'Deux modèles de langage de même taille lisent et relisent le même petit texte. L’un l’apprend par cœur, l’autre continue d’apprendre. Pas à pas, la page elle-même montre comment cela se fait, ce que cela signifie, et comment en douter.',
  begin: 'Commencer',
  contents: 'Le parcours guidé',
  steps: (count: number) => `${count} ${count < 2 ? 'étape' : 'étapes'}`,
  chapters: {
    ar: { title: 'Ce qu’apprend AR', about: 'Deviner la suite, d’après ce qui se trouve à gauche.' },
    diffusion: {
      title: 'Ce qu’apprend la diffusion',
      about: 'Retrouver ce qui est caché, à partir des deux côtés.',
    },
    repetition: {
      title: 'Pourquoi la répétition nuit à l’un et nourrit l’autre',
      about: 'Les mêmes questions encore, ou de nouvelles sur le même texte.',
    },
    starve: {
      title: 'Affamer les modèles',
      about: 'Moins de texte, un pari sur la suite, et une course bien à vous.',
    },
    bound: {
      title: 'Ce qu’est une borne',
      about: 'Pourquoi « dessous » tranche ici, et « dessus » ne décide de rien.',
    },
    doubt: { title: 'Comment douter du résultat', about: 'Meilleurs points, coûts, remèdes pour AR, et hasard.' },
  },
  paper: {
    title: 'L’article',
    about:
      'Jinjie Ni et al., « Diffusion Language Models are Super Data Learners », 2025. Crossover pose sa question avec des modèles assez petits pour un navigateur.',
    link: 'arXiv 2511.03276',
    address: 'https://arxiv.org/abs/2511.03276',
  },

  guide: {
    label: 'Parcours guidé',
    place: (step: number, of: number) => `Étape ${step} sur ${of}`,
    spoken: (step: number, of: number, title: string, text: string) => `Étape ${step} sur ${of} : ${title}. ${text}`,
    back: 'Retour',
    next: 'Suivant',
    finish: 'Terminer',
    leave: 'Quitter le parcours guidé',
    nothing: 'Aucune course n’est encore sur le graphique.',
    recording: 'Montrer l’enregistrement',
    first: 'La première évaluation est encore à venir.',
  },

  text: {
    race: {
      title: 'Un texte, deux modèles',
      idea: 'Deux modèles de même taille apprennent le même petit texte. Le graphique montre à quel point chacun prédit un texte sur lequel il n’a jamais été entraîné : plus c’est bas, mieux c’est.',
    },
    left: {
      title: 'De gauche à droite',
      idea: 'AR, le modèle autorégressif, prédit chaque jeton d’après ceux qui sont à sa gauche, et rien d’autre : à chaque place il apprend une seule question, qu’est-ce qui vient ensuite ? Pour écrire, il se la pose encore et encore.',
    },
    masks: {
      title: 'Retrouver ce qui est caché',
      idea: 'La diffusion cache une part aléatoire des jetons et les prédit d’après ceux qui restent, des deux côtés. À chaque fois elle en cache d’autres : dix mots peuvent être cachés de plus de mille façons, et chacune est une autre question.',
    },
    duel: {
      title: 'Les deux côtés comptent',
      idea: 'Cachez un mot au milieu d’une phrase. AR le retrouve d’après la gauche seule ; la diffusion lit des deux côtés du trou. Aucun n’est plus grand que l’autre : ils ont appris des choses différentes.',
    },
    turn: {
      title: 'AR remonte',
      idea: 'Un petit texte pose bientôt à AR les mêmes questions. Il apprend d’abord ce qui vaut pour tous les textes de ce genre ; ensuite il peut apprendre ce texte-là, et sa perte sur un texte nouveau remonte.',
    },
    heart: {
      title: 'Appris par cœur',
      idea: 'La perte d’entraînement distingue les deux. Là où elle continue de baisser tandis que la perte sur un texte nouveau monte, un modèle n’apprend plus la langue mais le texte : c’est le surapprentissage.',
    },
    feeds: {
      title: 'Le même texte, d’autres questions',
      idea: 'Pour la diffusion, aucun passage dans le texte ne ressemble au précédent : d’autres jetons sont cachés, d’autres questions posées. Elle apprend plus lentement, et le même texte lui sert plus longtemps.',
    },
    less: {
      title: 'Moins de texte',
      idea: 'U est le nombre de jetons avant qu’ils ne reviennent. D’après l’article, la diffusion dépasse AR plus tard quand il y a plus de texte unique, et pas du tout dans la limite du budget quand il y en a à foison.',
    },
    bet: {
      title: 'Parier',
      idea: 'Avant d’entraîner : à quelle époque les courbes se croiseront-elles cette fois ? Une prédiction mise par écrit apprend plus qu’un résultat lu.',
    },
    train: {
      title: 'Qu’ils courent',
      idea: 'Tous deux partent de poids aléatoires et parcourent les mêmes fenêtres de texte dans le même ordre. La course du graphique reste à l’arrière-plan en fines lignes grises, pour que l’on puisse comparer les deux.',
    },
    exact: {
      title: 'Exactement, et au plus',
      idea: 'La perte d’AR est exacte : pas à pas, ses prédictions se multiplient pour donner la probabilité du texte. La diffusion pourrait remplir le texte dans un très grand nombre d’ordres, et personne ne peut tous les additionner. Ce que l’on mesure est une borne supérieure : sa vraie perte vaut au plus cela.',
    },
    above: {
      title: 'Dessous tranche, dessus non',
      idea: 'Là où la borne est sous AR de plus que son erreur, la vraie perte l’est aussi : la diffusion mène, et plutôt de plus que l’on ne voit. Là où la borne est au-dessus d’AR, la vraie perte peut être d’un côté ou de l’autre, et rien n’est tranché.',
    },
    strict: {
      title: 'Instantané n’est pas strict',
      idea: 'Le croisement instantané compare les deux tels qu’ils sont à présent. Mais qui entraîne AR l’arrêterait à son meilleur. Il y a donc un second croisement, strict : la meilleure perte de la diffusion doit passer sous la meilleure qu’AR ait jamais atteinte.',
    },
    cost: {
      title: 'Autant de pas, pas autant de calcul',
      idea: 'Selon les époques, les jetons et les pas, on compare les deux à données égales. Là où le texte est rare, c’est la question ; là où c’est le calcul, ce ne l’est pas. Un autre axe peut raconter une autre histoire.',
    },
    fair: {
      title: 'Donner sa chance à AR',
      idea: 'AR surapprend, et il y a des remèdes à cela : le dropout, du bruit dans l’entrée, la décroissance des poids. Gao et al. (2025) ont trouvé AR, avec du dropout ou plus de décroissance des poids, devant un modèle de diffusion non réglé. Ce qui a été mesuré ici se trouve sous « Combler l’écart ».',
    },
    seed: {
      title: 'Une course est un coup de dés',
      idea: 'Une autre graine donne d’autres poids et d’autres masques. Une affirmation en demande plusieurs, et un résultat qui ne se confirme pas est un résultat aussi : sous « Expériences », chaque affirmation est jugée sur ses graines.',
    },
  },

  here: {
    race: (unique: string, steps: string, epochs: string) =>
      `Ici le texte a ${unique} jetons, et ${steps} pas le parcourent ${epochs} fois.`,
    shade: 'La teinte dit à quel point il était sûr de chaque jeton.',
    noTexts: 'Cette course n’a écrit aucun texte.',
    noModels:
      'Un enregistrement n’a pas de modèles que l’on puisse interroger. Entraînez les deux ici, et le duel s’ouvrira.',
    modelsSoon: 'Le duel s’ouvre après la première évaluation.',
    duel: 'Cliquez sur un mot : tous deux le remplissent avec ce qu’ils savent à présent.',
    turned: (step: string, epoch: string, best: string, last: string, lastStep: string) =>
      `Ici AR est le meilleur au pas ${step}, époque ${epoch}, avec ${best}. Au pas ${lastStep}, il en est à ${last}.`,
    notTurned: (best: string, step: string, over: boolean) =>
      over
        ? `Dans cette course, AR n’est pas nettement remonté : son meilleur est ${best}, au pas ${step}, et il a fini à moins de l’erreur de ce point.`
        : `Jusqu’ici AR n’est pas nettement remonté : son meilleur est ${best}, au pas ${step}.`,
    byHeart: (from: string, to: string, best: string, last: string) =>
      `De la meilleure évaluation d’AR à la dernière, sa perte d’entraînement passe de ${from} à ${to}, et sa perte sur un texte nouveau de ${best} à ${last}.`,
    noTraining: 'La perte d’entraînement de cette course n’a pas été enregistrée.',
    ends: (step: string, best: string, epoch: string) =>
      `Le meilleur de la diffusion, ${best}, est celui du pas ${step}, époque ${epoch}.`,
    unique: (race: string) => `La course du graphique a U = ${race}.`,
    setup: (race: string, setup: string) =>
      `La course du graphique a U = ${race} ; les réglages en ont à présent ${setup}, et l’entraînement montrera ce qu’ils donnent.`,
    busy: 'Une course est en cours : ses réglages restent tels quels.',
    noBet: 'Les courbes se sont déjà croisées : un pari porte sur la prochaine course.',
    training: (step: string, of: string) => `Entraînement : pas ${step} sur ${of}.`,
    draws: (draws: number) =>
      `Ici la borne est la moyenne de ${draws} ${draws < 2 ? 'tirage' : 'tirages'} de masques pour chaque fenêtre de texte, et la marge à côté est son erreur type.`,
    chain:
      'Dans cette course, la diffusion cache de gauche à droite ; la règle de la chaîne y vaut, et sa perte n’est pas une borne mais exacte.',
    above: (distance: string, step: string) =>
      `Au meilleur d’AR, pas ${step}, la borne est ${distance} nats au-dessus d’AR. Cela seul ne dit pas qu’AR est meilleur.`,
    below: (distance: string, step: string) =>
      `Au meilleur d’AR, pas ${step}, la borne est ${distance} nats au-dessous d’AR.`,
    cost: (factor: string, diffusion: string, ar: string) =>
      `Un pas de diffusion coûte ${factor} fois les FLOPs d’un pas d’AR. La diffusion a été entraînée ${diffusion} pas, AR ${ar}.`,
    trained: (diffusion: string, ar: string) => `La diffusion a été entraînée ${diffusion} pas, AR ${ar}.`,
    seed: (seed: string) => `La course du graphique a la graine ${seed}.`,
    newSeed: (race: string, setup: string) =>
      `La course du graphique a la graine ${race} ; les réglages ont à présent la graine ${setup}.`,
    sentence: (words: string) => `${words}.`,
  },

  acts: {
    play: 'Rejouer l’entraînement',
    write: 'Le regarder écrire',
    trainBoth: 'Entraîner les deux',
    trainHere: 'Entraîner les deux ici',
    hide: 'Cacher quelques mots',
    toBest: 'Aller au meilleur d’AR',
    playOn: 'Rejouer à partir d’ici',
    toCrossing: 'Aller au croisement',
    toEnd: 'Aller à la fin',
    drawTraining: 'Tracer la perte d’entraînement',
    hideTraining: 'Cacher la perte d’entraînement',
    setU: (unique: string) => `Mettre U à ${unique}`,
    bet: 'Parier',
    flops: 'Comparer selon les FLOPs',
    epochs: 'Comparer selon les époques',
    gap: 'Ouvrir « Combler l’écart »',
    race: 'Retour à la course',
    setSeed: (seed: string) => `Prendre la graine ${seed}`,
  },

  teach: {
    title: 'Pour enseigner',
    about:
      'Le mode enseignement est fait pour un projecteur : des caractères plus grands et des traits plus épais, rien sur la page dont vous n’ayez besoin, et le parcours guidé en cartes, qu’une télécommande de présentation tourne aussi. Un lien ouvre la page exactement ainsi : vos réglages, votre graphique, les parties que vous avez choisies.',
    leaveOut: 'Laisser de côté',
    parts: {
      setup: 'réglages',
      log: 'journal',
      reports: 'comptes rendus',
      nav: 'autres vues',
      duel: 'duel',
    },
    cards: 'Commencer par la première carte',
    inLanguage: 'En français, quelle que soit la langue de l’élève',
    link: 'Le lien',
    copy: 'Copier le lien',
    here: 'Enseigner sur cet écran',
    end: 'Quitter le mode enseignement',
    mode: 'Enseignement',
    open: 'Cartes',
    leave: 'Quitter l’enseignement',
    lessons: 'Prêt pour un cours',
    lessonsAbout:
      'Chacun s’ouvre sur une course enregistrée, de sorte que rien n’a besoin d’être entraîné avant la sonnerie.',
  },

  lessons: {
    crossover: { title: 'Le croisement', about: 'Les six chapitres sur Moby Dick.' },
    starve: {
      title: 'Affamer les modèles',
      about: 'La petite course : moins de texte, un pari, et un entraînement sous les yeux de la classe.',
    },
    brackets: { title: 'Parenthèses', about: 'Une tâche qu’AR apprend le premier, puis oublie.' },
    world: {
      title: 'Un monde de faits',
      about: 'Demandés dans des formulations qui n’ont pas été enseignées : ce que décide l’ordre de lecture.',
    },
    doubt: { title: 'Comment en douter', about: 'Les deux derniers chapitres, pour qui a vu le croisement.' },
  },

  handout: {
    title: 'Une page à distribuer',
    about:
      'La question, la course du graphique, trois choses à y voir, et des exercices avec de la place pour écrire ; une feuille, A4 ou Letter.',
    open: 'Imprimer la feuille',
    print: 'Imprimer',
    back: 'Retour à Apprendre',
    nothing: 'La feuille montre la course du graphique, et il n’y en a pas encore.',
    name: 'Nom',
    date: 'Date',
    question: 'Deux modèles, un petit texte : lequel apprend le plus ?',
    lead: 'Un modèle autorégressif (AR) apprend à prédire le jeton suivant d’après ceux qui le précèdent. Un modèle de diffusion de même taille apprend à retrouver des jetons cachés d’après tous les autres. Tous deux lisent et relisent les mêmes quelques pages. Puis on les évalue sur des pages qu’aucun n’a vues.',
    figure: (unique: string, text: string, steps: string, epochs: string, seed: string) =>
      `Perte sur un texte jamais vu, plus bas, c’est mieux. ${unique} jetons uniques de ${text} ; ${steps} pas, ${epochs} passages dans le texte ; graine ${seed}. Pointillé : la meilleure jusqu’ici. ◆ croisement instantané, ◇ croisement strict.`,
    origin: {
      recorded: (device: string, date: string, command: string) =>
        `Une vraie course, enregistrée sur ${device} le ${date}, avec « ${command} ».`,
      live: (device: string) => `Entraînée dans un navigateur sur ${device}.`,
      other: (name: string, date: string) => `Une vraie course : ${[name, date].filter(Boolean).join(', ')}.`,
    },
    observe: 'Trois choses à voir',
    observations: {
      fall: 'Là où les deux courbes descendent, les modèles apprennent ce que le texte a de commun avec tous ceux de son genre.',
      turned: 'AR, la ligne pleine, remonte : sur des pages nouvelles, il redevient moins bon.',
      byHeart:
        'AR, la ligne pleine, remonte : sur des pages nouvelles, il redevient moins bon, tandis qu’il progresse encore sur celles où il s’entraîne.',
      notTurned: 'AR, la ligne pleine, ne remonte pas nettement dans cette course. Que faudrait-il changer pour cela ?',
      passed:
        'La diffusion, la ligne tiretée, dépasse AR en ◆ : dès lors elle prédit mieux des pages nouvelles, et elle n’en a pas lu davantage.',
      unsure:
        'La diffusion, la ligne tiretée, dépasse peut-être AR en ◆. Trop peu d’évaluations le disent pour en être sûr.',
      reverted: 'La diffusion, la ligne tiretée, dépasse AR en ◆, puis AR reprend la tête.',
      notPassed: 'La diffusion, la ligne tiretée, ne dépasse pas AR dans cette course.',
    },
    bound: 'Ce qu’est une borne',
    boundText:
      'La perte d’AR est exacte. Celle de la diffusion est une borne supérieure : sa vraie perte vaut au plus cela. Une ligne tiretée sous la ligne pleine tranche donc la question ; une ligne tiretée au-dessus ne tranche rien.',
    exactText:
      'La perte des deux modèles est exacte dans cette course : la diffusion cache de gauche à droite, si bien que la règle de la chaîne vaut. Avec des masques dans n’importe quel ordre, ce serait une borne supérieure.',
    tasks: 'À vous',
    best: 'AR est le meilleur à l’époque ________, avec une perte de ________. Ensuite, il ________.',
    crossed:
      'La diffusion dépasse AR à l’époque ________ (◆). Son meilleur dépasse le meilleur d’AR à l’époque ________ (◇).',
    notCrossed: 'La diffusion ne dépasse pas AR ici. À la fin, les deux sont à ________ l’un de l’autre.',
    bet: 'Avec deux fois moins de texte, j’attends le croisement ☐\u00a0plus tôt ☐\u00a0plus tard ☐\u00a0pas du tout. Mon pari : époque ________. C’était : époque ________.',
    seed: 'La même course avec une autre graine : ◆ à l’époque ________, ◇ à l’époque ________.',
    why: 'Pourquoi le même texte peut-il apprendre à la diffusion quelque chose de nouveau à chaque fois ?',
    doubt: 'Une raison de douter de ce résultat, et comment on pourrait la mettre à l’épreuve :',
    link: 'Lancez la course vous-même, dans tout navigateur récent ; rien n’est installé, et rien n’en sort :',
  },
};
