import type { Entries } from '../../phrasebook.ts';

/** Le français de ce qui ne va pas dans des réglages, un texte ou une expérience, tels qu’on les écrit ou les importe. */
export const SETUPS: Entries = {
  // src/spec/parse.ts, fields.ts, presets.ts
  '{0:any} must be {1}; got {2:any}': '{0} doit être {1} ; ici {2}',
  'a whole number from {0} to {1}': 'un nombre entier de {0} à {1}',
  'a number from {0} to {1}': 'un nombre de {0} à {1}',
  'true or false': 'true ou false',
  'one of {0:any}': 'l’un de {0}',
  'schemaVersion must be {0}; got {1:any}': 'schemaVersion doit valoir {0} ; ici {1}',
  'It was written by another version of Crossover; use that version to read it':
    'Cela vient d’une autre version de Crossover ; lisez-le avec cette version-là',
  'family must be one of {0:any}; got {1:any}': 'family doit être l’un de {0} ; ici {1}',
  'preset must be one of {0:any}; got {1:any}': 'preset doit être l’un de {0} ; ici {1}',
  'a setting must have the form section.field=value; got {0:any}':
    'un réglage doit avoir la forme section.champ=valeur ; ici {0}',
  '{0:any} is a section, not a field; its fields are {1:any}':
    '{0} est une section, pas un champ ; ses champs sont {1}',
  '{0:any} is not a field; did you mean {1:any}?': '{0} n’est pas un champ ; vouliez-vous dire {1} ?',
  '{0:any} is not a field; the fields of {1:any} are {2:any}': '{0} n’est pas un champ ; les champs de {1} sont {2}',
  '{0:any} is not a field; there are {1:any}': '{0} n’est pas un champ ; il y a {1}',
  '{0:any} must be an object with the fields {1:any}; got {2:any}':
    '{0} doit être un objet avec les champs {1} ; ici {2}',
  'a run must be an object with the fields {0:any}; got {1:any}':
    'une course doit être un objet avec les champs {0} ; ici {1}',
  'a spec must be an object with the fields {0:any}; got {1:any}':
    'des réglages doivent être un objet avec les champs {0} ; ici {1}',
  'model.routing expert cannot be used by a causal model: which tokens an expert takes depends on the whole sequence, and so tells earlier positions of later ones':
    'model.routing expert est exclu pour un modèle causal : les jetons que prend un expert dépendent de toute la séquence, ce qui renseigne les premières positions sur les suivantes',

  // src/data
  'data.corpus: {0}; with train.batch {1} and model.context {2} a text needs at least {3} characters':
    'data.corpus : {0} ; avec train.batch {1} et model.context {2}, un texte doit avoir au moins {3} caractères',
  '"{0}" is empty': '« {0} » est vide',
  '"{0:any}" is empty': '« {0} » est vide',
  '"{0}" has 1 character': '« {0} » a 1 caractère',
  '"{0:any}" has 1 character': '« {0} » a 1 caractère',
  '"{0}" has {1} characters': '« {0} » a {1} {1|caractère|caractères}',
  '"{0:any}" has {1} characters': '« {0} » a {1} {1|caractère|caractères}',
  'Choose a longer text, or a smaller context or batch':
    'Choisissez un texte plus long, ou un contexte ou un lot plus petit',
  'data.uniqueTokens is {0}; the training split of {1} has {2} tokens: choose at most {3}':
    'data.uniqueTokens vaut {0} ; la part d’entraînement de « {1} » a {2} jetons : choisissez {3} au plus',
  'data.uniqueTokens is {0}; the training split of {1:any} has {2} tokens: choose at most {3}':
    'data.uniqueTokens vaut {0} ; la part d’entraînement de « {1} » a {2} jetons : choisissez {3} au plus',
  'data.uniqueTokens is {0}; one batch of train.batch {1} × model.context {2} needs at least {3}':
    'data.uniqueTokens vaut {0} ; un seul lot de train.batch {1} × model.context {2} en demande au moins {3}',
  'data.uniqueTokens is {0}; {1} of {2} tokens to train on: choose at most {3}':
    'data.uniqueTokens vaut {0} ; {1}, de {2} jetons : choisissez {3} au plus',
  'the world has {0} statements': 'pour l’entraînement, le monde a {0} énoncés',
  'there are {0} pairs in {1} sentences': 'pour l’entraînement, il y a {0} paires en {1} phrases',
  'of the {0} grids {1} are': 'sur les {0} grilles, {1} sont pour l’entraînement',
  'there are sentences': 'pour l’entraînement, il y a des phrases',
  'data.corpus: the {0} split has {1} tokens once {2} characters that the training split lacks are left out; it needs at least model.context {3}':
    'data.corpus : la part de {0} a {1} jetons une fois omis {2} caractères absents de la part d’entraînement ; il en faut au moins model.context {3}',
  validation: 'validation',
  test: 'test',
  'data: the training split of the text has {0}; it needs at least two different ones':
    'data : la part d’entraînement du texte a {0} ; il en faut au moins deux différents',
  'no character at all': 'zéro caractère',
  'one distinct character, {0:any}': 'un seul caractère distinct, {0}',
  'data.corpus is "own", but no text was given': 'data.corpus vaut « own », mais aucun texte n’a été donné',
  'Paste or drop a text, or pass --text FILE': 'Collez ou déposez un texte, ou donnez --text FICHIER',
  'the text is not of the synthetic language: character {0} of a window, {1:any}, cannot stand there':
    'le texte n’est pas de la langue synthétique : le caractère {0} d’une fenêtre, {1}, ne peut s’y trouver',
  'character {0} of a text, {1:any}, is none of the {2} of the synthetic language':
    'le caractère {0} d’un texte, {1}, n’est pas l’un des {2} de la langue synthétique',
  'data.wordings is {0} of {1} and data.uniqueTokens {2}, which leaves nothing of the world to ask':
    'data.wordings vaut {0} sur {1} et data.uniqueTokens {2}, ce qui ne laisse rien à demander du monde',
  'data.bothWays is {0}, which leaves no pair to ask the other way round':
    'data.bothWays vaut {0}, ce qui ne laisse aucune paire à demander dans l’autre sens',

  // Les textes, et d’où ils viennent
  'Moby Dick': 'Moby Dick',
  'State of the Union': 'State of the Union',
  Brackets: 'Parenthèses',
  'World of facts': 'Monde de faits',
  Reversal: 'Inversion',
  'Sudoku, 4 × 4': 'Sudoku, 4 × 4',
  'Python source': 'Source Python',
  'Synthetic language': 'Langue synthétique',
  'Your own text': 'Votre propre texte',
  'generated here, from the seed of the race': 'produit ici, à partir de la graine de la course',
  'generated by Crossover': 'produit par Crossover',
  'MIT, like Crossover itself': 'MIT, comme Crossover lui-même',
  'npm package {0:any}': 'paquet npm {0}',
  'public domain (the package dedicates its contents under CC0-1.0 and its database under PDDL-1.0)':
    'domaine public (le paquet y verse son contenu sous CC0-1.0 et sa base de données sous PDDL-1.0)',
  'public domain (works of the United States government; the package dedicates its contents under CC0-1.0 and its database under PDDL-1.0)':
    'domaine public (œuvres du gouvernement des États-Unis ; le paquet y verse son contenu sous CC0-1.0 et sa base de données sous PDDL-1.0)',
  'PSF-2.0 (CPython’s modules) and BSD-3-Clause (Brython and its own modules)':
    'PSF-2.0 (modules de CPython) et BSD-3-Clause (Brython et ses propres modules)',
  'your own text': 'votre propre texte',
  'whatever you hold': 'celle dont vous disposez',

  // src/experiments
  '{0:id}, {1}: {2}': '{0}, {1} : {2}',
  '{0:id}, : {1}': '{0} : {1}',
  '{0:id} “{1}”': '{0} « {1} »',
  'seed {0}': 'graine {0}',
  '{0:any} cannot be set: it is varied by the axis {1:any} of {2:any}':
    '{0} ne peut être fixé : l’axe {1} de {2} le fait varier',
  'seed cannot be set: the seeds of a sweep are an axis of their own':
    'seed ne peut être fixé : les graines d’une expérience sont un axe à elles seules',
  '{0:any} is not a field of a race': '{0} n’est pas un réglage d’une course',
  'experiment must be one of {0:any}; got {1:any}': 'experiment doit être l’un de {0} ; ici {1}',
  'the trend is along the axis {0:any}; the plan has {1:any}': 'la tendance suit l’axe {0} ; le plan a {1}',
  'the criterion leaves {0} cells for {1:any}; it must name one level on each axis, or say over: min or max':
    'le critère laisse {0} cellules pour {1} ; il doit nommer un niveau sur chaque axe, ou dire over : min ou max',
  'the criterion must say of which family {0:any} is meant': 'le critère doit dire de quel modèle il prend {0}',
  'the criterion names the axis {0:any}; the plan has {1:any}': 'le critère nomme l’axe {0} ; le plan a {1}',
  'the criterion names “{0:any}” on the axis {1:any}; the plan has {2:any}':
    'le critère nomme « {0} » sur l’axe {1} ; le plan a {2}',
};
