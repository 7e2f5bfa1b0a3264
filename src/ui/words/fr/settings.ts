/** Le français des réglages d’une course et des préréglages, par leur chemin et par leur nom. */

interface FieldWords {
  label: string;
  help?: string;
}

export const UNITS: Readonly<Record<string, string>> = {
  tokens: 'jetons',
  steps: 'pas',
  windows: 'fenêtres',
  sequences: 'séquences',
  forwards: 'passes',
};

export const FIELDS: Readonly<Record<string, FieldWords>> = {
  seed: { label: 'Graine' },
  'data.corpus': { label: 'Corpus', help: '« own » est un texte que vous collez, déposez ou passez par --text' },
  'data.uniqueTokens': {
    label: 'Jetons uniques U',
    help: 'les U premiers jetons de la partie d’entraînement ; une époque, ce sont U jetons vus',
  },
  'data.windows': {
    label: 'Fenêtres',
    help: 'packed : fixes, disjointes, remélangées à chaque époque (comme dans l’article) ; random : à des positions aléatoires',
  },
  'data.lowercase': { label: 'Mettre le texte en minuscules' },
  'data.corruption': {
    label: 'Abîmer le texte d’entraînement',
    help: 'characters : remplacés au hasard ; words : mélangés dans la phrase ; duplicates : passages répétés. Le texte tenu à l’écart reste intact',
  },
  'data.corruptionRate': { label: 'Part du texte d’entraînement qui est abîmée' },
  'data.wordings': {
    label: 'Formulations dans lesquelles un fait est enseigné (world)',
    help: 'sur 4 ; interrogé dans les autres',
  },
  'data.bothWays': { label: 'Part des paires enseignées dans les deux sens (reversal)' },

  'model.layers': { label: 'Couches L' },
  'model.channels': { label: 'Canaux C' },
  'model.heads': { label: 'Têtes H' },
  'model.feedForward': { label: 'Largeur du MLP F', help: '0 : 8/3 · C, arrondi à un multiple supérieur de 16' },
  'model.context': { label: 'Contexte T' },
  'model.tiedHead': { label: 'Lier la tête de sortie au plongement' },
  'model.ropeTheta': { label: 'θ de RoPE' },
  'model.normEpsilon': { label: 'ε de RMSNorm' },
  'model.initStd': { label: 'Écart type initial' },
  'model.scaledResidualInit': { label: 'Réduire les projections résiduelles de 1/√(2L) à l’initialisation' },
  'model.experts': {
    label: 'Experts E',
    help: '0 : dense ; sinon, chaque MLP est un mélange de E experts de largeur F',
  },
  'model.expertsPerToken': { label: 'Experts par jeton, k' },
  'model.routing': {
    label: 'Qui choisit',
    help: 'token : chaque jeton ses k meilleurs experts ; expert : chaque expert ses meilleurs jetons, ce qui laisse fuir l’avenir dans AR et ne vaut que pour la diffusion',
  },
  'model.expertCapacity': {
    label: 'Capacité d’un expert',
    help: 'places dans une séquence / (T·k/E), pendant l’entraînement ; les jetons suivants sont abandonnés et comptés ; 0 : sans limite',
  },
  'model.sharedExpert': { label: 'Un expert de plus, dont se sert chaque jeton' },

  'train.steps': { label: 'Pas' },
  'train.batch': { label: 'Lot B' },
  'train.learningRate': { label: 'Taux d’apprentissage' },
  'train.schedule': {
    label: 'Programme du taux',
    help: 'wsd : montée, palier, décroissance exponentielle sur les derniers pas',
  },
  'train.warmupSteps': { label: 'Montée initiale' },
  'train.decayFraction': { label: 'Part des pas en décroissance (wsd)' },
  'train.decayTo': { label: 'Taux final / taux maximal (wsd)' },
  'train.beta1': { label: 'β₁ d’AdamW' },
  'train.beta2': { label: 'β₂ d’AdamW' },
  'train.epsilon': { label: 'ε d’AdamW' },
  'train.weightDecay': { label: 'Décroissance des poids', help: 'découplée, sur les matrices seulement' },
  'train.clipNorm': { label: 'Écrêtage du gradient (norme globale)', help: '0 : aucun' },
  'train.emaDecay': {
    label: 'Moyenne mobile des poids évalués',
    help: 'min(facteur, (1 + s) / (10 + s)) au pas s ; 0 : évaluer les poids bruts',
  },
  'train.dropout': { label: 'Dropout' },
  'train.dropoutOn': {
    label: 'Où agit le dropout',
    help: 'residual : le plongement et ce qu’ajoute chaque bloc ; attention : les valeurs mélangées avant leur projection ; mlp : la couche cachée ; all : partout',
  },
  'train.balanceLoss': { label: 'Perte d’équilibrage des experts' },
  'train.routerZLoss': { label: 'z-loss du routeur' },
  'train.patience': {
    label: 'Patience',
    help: 'une famille s’arrête quand sa meilleure perte de validation est plus ancienne que cela ; 0 : jamais. La même règle pour les deux.',
  },

  'ar.inputMasking': {
    label: 'Masquage de l’entrée',
    help: 'part des jetons qu’AR lit comme BOS pendant l’entraînement',
  },
  'ar.orders': {
    label: 'Ordres fixes K',
    help: 'AR est entraîné dans K ordres fixes, le premier de gauche à droite, les autres aléatoires ; 0 : AR ordinaire. Il est évalué de gauche à droite',
  },

  'diffusion.objective': {
    label: 'Estimateur d’entraînement',
    help: 'exact-count : l jetons masqués sur L, poids L/l ; inverse-t : masques de Bernoulli, poids 1/t ; realised-share : comme dans le code de l’article, biaisé de (c₁ − c̄)/(L + 1) ; unweighted : masques de Bernoulli, tous les jetons masqués comptent autant, ce n’est pas une vraisemblance',
  },
  'diffusion.minT': { label: 'Plus petit t (ε)', help: 'inverse-t et unweighted : t ← (1 − ε)·t + ε' },
  'diffusion.schedule': {
    label: 'Programme de bruit',
    help: 'quelle part est masquée à t, avec inverse-t et unweighted : linéaire t, cosinus 1 − cos(πt/2), polynomial t² ; le poids s’y accorde',
  },
  'diffusion.noise': {
    label: 'Bruit',
    help: 'mask : état absorbant ; uniform : jetons tirés au hasard, entraîné (par inverse-t) et évalué sur sa propre borne',
  },
  'diffusion.maskPool': {
    label: 'Masques qu’une séquence voit en tout',
    help: '0 : de nouveaux à chaque pas ; 1 : figés ; K : un parmi K, tiré à chaque fois',
  },
  'diffusion.order': {
    label: 'Quels jetons sont masqués',
    help: 'any : au hasard ; left-to-right : les l derniers sur T, évalué par la règle de la chaîne exacte',
  },
  'diffusion.causal': { label: 'Attention causale dans le modèle de diffusion' },

  'evaluation.every': { label: 'Évaluer tous les' },
  'evaluation.denseEvery': { label: 'Évaluer d’abord tous les' },
  'evaluation.denseUntil': { label: '… jusqu’au pas' },
  'evaluation.windows': { label: 'Fenêtres de validation' },
  'evaluation.draws': { label: 'Tirages de masques K par fenêtre (diffusion)' },
  'evaluation.questions': {
    label: 'Questions de la tâche',
    help: 'posées à chaque évaluation : celles de la tâche, ou mots et passages à retrouver dans un texte ; 0 : aucune',
  },
  'evaluation.testWindows': {
    label: 'Fenêtres de test',
    help: 'de la partie que personne n’a regardée ; évaluées une fois à la fin, avec les meilleurs poids de chaque famille',
  },

  'sampling.every': { label: 'Écrire un texte tous les', help: '0 : jamais' },
  'sampling.temperature': { label: 'Température', help: '0 : glouton' },
  'sampling.topK': { label: 'Top-k (AR)', help: '0 : aucun' },
  'sampling.topP': { label: 'Top-p (AR)' },
  'sampling.reveal': {
    label: 'Ordre dans lequel la diffusion remplit les masques',
    help: 'threshold : tous ceux au-dessus du seuil de confiance, au moins un ; first-hitting : un par passe, exact',
  },
  'sampling.revealSteps': { label: 'Pas d’écriture de la diffusion' },
  'sampling.threshold': { label: 'Seuil de confiance' },
  'sampling.block': {
    label: 'Taille d’un bloc',
    help: 'les blocs sont remplis de gauche à droite, chacun dans l’ordre ci-dessus ; 0 : un seul bloc',
  },
  'sampling.remask': {
    label: 'Remasquage η (ReMDM)',
    help: 'ancestral seulement : probabilité de masquer à nouveau un jeton ; 0 : jamais',
  },
};

export const PRESET_WORDS: Readonly<Record<string, { title: string; about: string; expected: string }>> = {
  default: {
    title: 'Moby Dick, 5 000 jetons',
    about:
      'Le plus petit réglage où la diffusion finit nettement sous le meilleur d’AR pour toutes les graines essayées.',
    expected:
      'Pour les graines 1 à 3, AR est le meilleur au pas 100 (2,53–2,57) ; croisement instantané aux pas 150–160, strict aux pas 600–640 (époques 123–131).',
  },
  quick: {
    title: 'Rapide : 3 000 jetons',
    about: 'Un modèle plus petit et moins de texte, pour les machines lentes ; son croisement strict est plus serré.',
    expected:
      'Pour la graine 1, AR est le meilleur au pas 80 (2,67) ; croisement instantané au pas 130 ; le strict, au pas 680, reste dans le bruit.',
  },
  large: {
    title: 'Grand : 10 000 jetons, 0,8 M de paramètres',
    about: 'Un modèle plus grand et plus de texte, pour les machines dotées d’un GPU.',
    expected:
      'Pas encore lancé ici. Une étude en PyTorch : AR meilleur vers le pas 100, croisement instantané vers le pas 165, strict vers le pas 905 (époque 93).',
  },
  brackets: {
    title: 'Parenthèses : 500 phrases',
    about:
      'Une tâche : de quel type est la parenthèse cachée ? AR surapprend et oublie comment faire ; la diffusion l’apprend plus tard, et mieux.',
    expected:
      'Pour la graine 1, l’exactitude d’AR est la meilleure au pas 120 (0,68) et tombe à 0,33, la diffusion atteint 0,95 ; en exactitude, croisement instantané au pas 320, strict au pas 800. En perte, instantané au pas 240 ; le strict, au pas 1 000, reste dans le bruit.',
  },
  world: {
    title: 'Monde : 120 faits dans deux formulations sur quatre',
    about:
      'Une tâche : les faits sont demandés dans des formulations où ils n’ont pas été enseignés. AR ne répond que dans les directions apprises ; la diffusion répond dans les deux.',
    expected:
      'Pour la graine 1, l’exactitude d’AR s’arrête à 0,63–0,65 (0,99 dans les directions apprises, sous le hasard dans les autres), la diffusion atteint 0,97 ; en exactitude, croisements instantané et strict au pas 520. En perte, instantané au pas 200, strict au pas 360.',
  },
};
