import type { Entries } from '../phrasebook.ts';

/** Le français de ce que disent les réglages : ce qui est impossible, et ce qui reste sans effet. */
export const MESSAGES: Entries = {
  // src/spec/combinations.ts
  'model.channels must be divisible by model.heads; got {0} channels and {1} heads':
    'model.channels doit être divisible par model.heads ; ici {0} canaux et {1} têtes',
  'the head size (model.channels / model.heads) must be a multiple of 4 up to 128; got {0} / {1} = {2}':
    'la taille d’une tête (model.channels / model.heads) doit être un multiple de 4, au plus 128 ; ici {0} / {1} = {2}',
  'model.context must be {0}, the tokens of an item of {1:any}; got {2}':
    'model.context doit valoir {0}, le nombre de jetons d’un élément de {1} ; ici {2}',
  'data.uniqueTokens must hold at least one batch: train.batch · model.context = {0} · {1} = {2} tokens; got {3}':
    'data.uniqueTokens doit contenir au moins un lot : train.batch · model.context = {0} · {1} = {2} jetons ; ici {3}',
  'data.windows must be packed with data.corpus {0:any}, whose items may not be cut; got {1:any}':
    'data.windows doit valoir packed avec data.corpus {0}, dont les éléments ne peuvent être coupés ; ici {1}',
  'data.corruption must be none with data.corpus {0:any}: only a text can be spoilt; got {1:any}':
    'data.corruption doit valoir none avec data.corpus {0} : seul un texte peut être abîmé ; ici {1}',
  'data.corruptionRate must be 0 with data.corruption none, which spoils nothing; got {0}':
    'data.corruptionRate doit valoir 0 avec data.corruption none, qui n’abîme rien ; ici {0}',
  'data.corruptionRate must be above 0 with data.corruption {0:any}, or nothing is spoilt; got 0':
    'data.corruptionRate doit dépasser 0 avec data.corruption {0}, sinon rien n’est abîmé ; ici 0',
  'data.bothWays must be 0 with data.corpus {0:any}: only reversal has pairs; got {1}':
    'data.bothWays doit valoir 0 avec data.corpus {0} : seul reversal a des paires ; ici {1}',
  'data.wordings must be below {0} with data.corpus world, or nothing is left to ask; got {1}':
    'data.wordings doit être inférieur à {0} avec data.corpus world, sinon il ne reste rien à demander ; ici {1}',
  'evaluation.questions must be 0 with diffusion.noise {0:any}: only a model that reads masks can be asked; got {1}':
    'evaluation.questions doit valoir 0 avec diffusion.noise {0} : seul un modèle qui lit des masques peut être interrogé ; ici {1}',
  'sampling.every must be 0 with diffusion.noise {0:any}: only a model that reads masks can write; got {1}':
    'sampling.every doit valoir 0 avec diffusion.noise {0} : seul un modèle qui lit des masques peut écrire ; ici {1}',
  'sampling.remask must be 0 with sampling.reveal {0:any}: only ancestral sampling masks a token again; got {1}':
    'sampling.remask doit valoir 0 avec sampling.reveal {0} : seule l’écriture ancestral masque à nouveau un jeton ; ici {1}',
  'diffusion.objective must be inverse-t with diffusion.noise {0:any}, whose bound is an integral over t; got {1:any}':
    'diffusion.objective doit valoir inverse-t avec diffusion.noise {0}, dont la borne est une intégrale sur t ; ici {1}',
  'diffusion.order must be any with diffusion.noise {0:any}, which masks nothing; got {1:any}':
    'diffusion.order doit valoir any avec diffusion.noise {0}, qui ne masque rien ; ici {1}',
  'diffusion.schedule must be linear with diffusion.objective {0:any}, which draws no t to schedule; got {1:any}':
    'diffusion.schedule doit valoir linear avec diffusion.objective {0}, qui ne tire aucun t à programmer ; ici {1}',
  'model.expertsPerToken must be at most model.experts, which is {0}; got {1}':
    'model.expertsPerToken doit être au plus model.experts, qui vaut {0} ; ici {1}',
  'model.sharedExpert must be false with model.experts 0, a dense model, which has no experts; got true':
    'model.sharedExpert doit rester désactivé avec model.experts 0, un modèle dense, qui n’a pas d’experts',
  'model.routing must be token with model.experts {0}, where there is nothing to choose; got {1:any}':
    'model.routing doit valoir token avec model.experts {0}, où il n’y a rien à choisir ; ici {1}',
  'model.expertCapacity must be 0 with model.experts {0}, where there is nothing to choose; got {1}':
    'model.expertCapacity doit valoir 0 avec model.experts {0}, où il n’y a rien à choisir ; ici {1}',
  'model.routing must be token where AR is trained: an expert that chooses its tokens looks at the whole sequence, and so tells earlier positions of later ones; got {0:any}':
    'model.routing doit valoir token là où AR est entraîné : un expert qui choisit ses jetons regarde toute la séquence, et renseigne ainsi les premières positions sur les suivantes ; ici {0}',
  'model.routing must be token with diffusion.causal: an expert that chooses its tokens looks at the whole sequence; got {0:any}':
    'model.routing doit valoir token avec diffusion.causal : un expert qui choisit ses jetons regarde toute la séquence ; ici {0}',
  'model.expertCapacity must be 0 with model.routing expert, where each expert takes exactly T·k/E tokens of a sequence; got {0}':
    'model.expertCapacity doit valoir 0 avec model.routing expert, où chaque expert prend exactement T·k/E jetons d’une séquence ; ici {0}',

  // src/spec/pointless.ts
  'only AR heeds it, which is not trained': 'seul AR en tient compte, et il n’est pas entraîné',
  'only diffusion heeds it, which is not trained': 'seule la diffusion en tient compte, et elle n’est pas entraînée',
  'only the corpus world has wordings, not {0:any}': 'seul le corpus world a des formulations, pas {0}',
  'the items of {0:any} are not a text': 'les éléments de {0} ne sont pas un texte',
  'model.experts is 0, a dense model': 'model.experts vaut 0, un modèle dense',
  'there is no router with model.experts {0}': 'il n’y a pas de routeur avec model.experts {0}',
  'experts that choose their tokens (model.routing expert) are in balance by themselves':
    'des experts qui choisissent leurs jetons (model.routing expert) s’équilibrent d’eux-mêmes',
  'train.dropout is 0': 'train.dropout vaut 0',
  'train.schedule constant never decays; wsd does': 'train.schedule constant ne décroît jamais ; wsd, si',
  'train.decayFraction is 0': 'train.decayFraction vaut 0',
  'diffusion.objective {0:any} draws no t; inverse-t and unweighted do':
    'diffusion.objective {0} ne tire pas de t ; inverse-t et unweighted, si',
  'evaluation.denseUntil {0} lasts to the end, at step {1}':
    'evaluation.denseUntil {0} dure jusqu’à la fin, au pas {1}',
  'evaluation.denseEvery and evaluation.every are both {0}':
    'evaluation.denseEvery et evaluation.every valent tous deux {0}',
  'evaluation.denseUntil is 0': 'evaluation.denseUntil vaut 0',
  'sampling.temperature is 0: the most probable token is always taken':
    'sampling.temperature vaut 0 : le jeton le plus probable est toujours pris',
  'diffusion.noise {0:any} leaves no mask to fill': 'diffusion.noise {0} ne laisse aucun masque à remplir',
  'sampling.reveal is {0:any}, not threshold': 'sampling.reveal vaut {0}, pas threshold',
  'sampling.reveal {0:any} takes as many steps as it needs':
    'sampling.reveal {0} prend autant de pas qu’il lui en faut',
};
