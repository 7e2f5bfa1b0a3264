import type { Entries } from '../../phrasebook.ts';

/** Le français de ce que disent les courses et les expériences, ce qui est conservé, et les modèles qu’on interroge. */
export const LAB: Entries = {
  // Noms de modèles, quand ils commencent une phrase
  Autoregressive: 'Modèle autorégressif',
  'Masked diffusion': 'Modèle de diffusion masquée',
  'Uniform-noise diffusion': 'Modèle de diffusion à bruit uniforme',

  // Le journal
  '{0} goes on from step {1}': '{0} reprend au pas {1}',
  '{0} stopped: no better validation loss for {1} steps':
    '{0} arrêté : pas de meilleure perte de validation depuis {1} pas',
  '{0} diverged at step {1} (loss {2}, gradient norm {3})':
    '{0} : divergence au pas {1} (perte {2}, norme du gradient {3})',
  '{0} diverged at step {1} (loss {2}, gradient norm {3}): {4:any} is the first op to write {5}':
    '{0} : divergence au pas {1} (perte {2}, norme du gradient {3}) ; {4} est la première opération à écrire {5}',
  '{0} diverged at step {1} (loss {2}, gradient norm {3}): {4:id} ({5}) is the first op to write {6}':
    '{0} : divergence au pas {1} (perte {2}, norme du gradient {3}) ; {4} ({5}) est la première opération à écrire {6}',
  Infinity: '∞',
  '-Infinity': '−∞',
  'Lower train.learningRate or train.clipNorm and start again':
    'Baissez train.learningRate ou train.clipNorm, puis relancez l’entraînement',
  'sampling needs finite logits; the model gave NaN or infinity':
    'pour écrire, il faut des logits finis ; le modèle a rendu NaN ou l’infini',

  // Ce qui est enregistré
  'Both models at step {0} in {1}': 'Les deux modèles, au pas {0}, dans {1}',
  '{0} at step {1} in {2}': '{0}, au pas {1}, dans {2}',
  '{0} at step {1} in {2}; {3} at step {4} in {5}': '{0}, au pas {1}, dans {2} ; {3}, au pas {4}, dans {5}',
  'this browser, as “{0:any}”': 'ce navigateur, sous le nom « {0} »',

  // Ce qui ne peut se faire à présent
  'A race is already running; stop it first': 'Une course est déjà en cours ; arrêtez-la d’abord',
  'A race is running; stop it first': 'Une course est en cours ; arrêtez-la d’abord',
  'An experiment is already under way; stop it first': 'Une expérience est déjà en cours ; arrêtez-la d’abord',
  'The executor cannot be changed while a race runs': 'Le mode de calcul ne peut changer pendant une course',
  'No experiment has been planned': 'Aucune expérience n’est prévue',
  'Measure what it costs first': 'Mesurez d’abord ce qu’elle coûte',
  'This host runs no sweeps': 'On ne mène pas d’expériences ici',
  'This host keeps no races': 'Aucune course n’est conservée ici',
  'No race is on: there is no step to time': 'Aucune course n’est en cours : il n’y a pas de pas à chronométrer',
  'The race ended before another step could be timed':
    'La course a pris fin avant qu’un autre pas puisse être chronométré',
  'the pace of {0:any} was not measured': 'l’allure de {0} n’a pas été mesurée',

  // Ce qui est conservé
  'This race is being trained; stop it before it is removed':
    'Cette course est en cours d’entraînement ; arrêtez-la avant de la supprimer',
  'The name of a race must have 1 to 200 characters': 'Le nom d’une course doit avoir de 1 à 200 caractères',
  'There is no race {0:any} on the shelf': 'Il n’y a pas de course {0} dans l’historique',
  '“{0:any}” is kept without its models: there is nothing to look into':
    '« {0} » est conservée sans ses modèles : il n’y a rien à observer',
  '“{0:any}” has no checkpoint of both families to branch off':
    '« {0} » n’a pas, pour ses deux modèles, de point de reprise d’où repartir',
  'A branch of “{0:any}” may differ from it in the section train only, and not in train.batch':
    'Une course dérivée de « {0} » ne peut en différer que par la section train, et pas par train.batch',
  '“{0:any}” is no longer the text that the models of this race were trained on':
    '« {0} » n’est plus le texte sur lequel les modèles de cette course ont été entraînés',
  'The browser’s database {0:any} is not as Crossover makes it':
    'La base de données {0} du navigateur n’est pas telle que Crossover l’écrit',
  'The browser’s database failed: {0:any}': 'La base de données du navigateur a échoué : « {0} »',
  'The browser’s storage is full': 'L’espace de stockage du navigateur est plein',
  'Export races and remove them, or free space on this device':
    'Exportez des courses puis supprimez-les, ou libérez de la place sur cet appareil',
  'Nothing more of {0} is kept: it goes on, and what it measures is held in memory until the page is closed':
    'Rien de plus n’est conservé de {0} : l’entraînement continue, et ce qui est mesuré reste en mémoire jusqu’à la fermeture de la page',
  'this race': 'cette course',
  'this experiment': 'cette expérience',
  'Export it to keep it': 'Pour tout garder, exportez',
  'This browser keeps no data for this page (as in a private window): the race is held in memory until the page is closed':
    'Ce navigateur ne conserve rien pour cette page (comme dans une fenêtre privée) : la course reste en mémoire jusqu’à la fermeture de la page',
  'The corpus {0:any} could not be loaded (status {1})': 'Le texte {0} n’a pas pu être chargé (code {1})',
  'The file {0:any} could not be loaded (status {1})': 'Le fichier {0} n’a pas pu être chargé (code {1})',
  'Reload the page, or choose another corpus': 'Rechargez la page, ou choisissez un autre texte',
  '{0}, {1} tokens, seed {2}': '{0}, {1} jetons, graine {2}',
  '{0}, {1} tokens, seed {2}, from step {3}': '{0}, {1} jetons, graine {2}, depuis le pas {3}',
  '{0:any}, {1} tokens, seed {2}': '{0}, {1} jetons, graine {2}',
  '{0:any}, {1} tokens, seed {2}, from step {3}': '{0}, {1} jetons, graine {2}, depuis le pas {3}',

  // Ce qu’on demande aux modèles
  'Nothing has been trained here yet': 'Rien n’a encore été entraîné ici',
  'An experiment is running: look again when it is over':
    'Une expérience est en cours : regardez à nouveau quand elle sera finie',
  'score: from must be below {0}, the tokens of the text; got {1}':
    'score : from doit être inférieur à {0}, le nombre de jetons du texte ; ici {1}',
  'attend: layer must be below {0}; got {1}': 'attend : layer doit être inférieur à {0} ; ici {1}',
  'It has no best weights: none of its evaluations was finite':
    'Il n’a pas de meilleurs poids : aucune de ses évaluations n’était finie',
  'There is nothing to fill: hide a word first': 'Il n’y a rien à remplir : cachez d’abord un mot',
  'The text has no character that the models know': 'Le texte n’a aucun caractère que les modèles connaissent',
  'Write something else': 'Écrivez autre chose',
  '{0} tokens are too many to fill at once with this model':
    '{0} jetons, c’est trop à remplir en une fois avec ce modèle',
  'Hide fewer of them': 'Cachez-en moins',
  'The attention of one layer is {0} heads × {1} × {2} probabilities; at most {3} are shown':
    'L’attention d’une couche compte {0} têtes × {1} × {2} probabilités ; on en montre {3} au plus',
  'Look at a shorter text': 'Prenez un texte plus court',
  '{0} has never read {1:any}: it cannot be asked for a token that it does not see':
    '{0} : il n’a jamais lu {1}, on ne peut donc l’interroger sur un jeton qu’il ne voit pas',
};
