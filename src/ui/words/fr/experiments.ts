import type { Entries } from '../phrasebook.ts';

/** Le français des expériences, par leur texte anglais : titres, affirmations, critères, axes et niveaux. */
export const EXPERIMENTS: Entries = {
  // Le tableau des affirmations
  'Diffusion overtakes AR when unique data is limited':
    'La diffusion dépasse AR quand les données uniques sont limitées',
  'Repeated data is nearly as good as fresh data for diffusion':
    'Pour la diffusion, des données répétées valent presque des données neuves',
  'The crossover comes later with more unique data': 'Le croisement vient plus tard avec plus de données uniques',
  'The crossover comes later with better data': 'Le croisement vient plus tard avec de meilleures données',
  'The crossover comes earlier with larger models': 'Le croisement vient plus tôt avec de plus grands modèles',
  'The crossover holds for dense and for sparse models':
    'Le croisement vaut pour les modèles denses comme pour les modèles creux',
  'Noise in its input helps AR, but does not close the gap': 'Du bruit dans son entrée aide AR, sans combler l’écart',
  'Noise in its parameters (dropout) helps AR, but does not close the gap':
    'Du bruit dans ses paramètres (dropout) aide AR, sans combler l’écart',
  'Far stronger weight decay than usual helps AR on repeated data':
    'Une décroissance des poids bien plus forte que d’ordinaire aide AR sur des données répétées',
  'Tuning AR’s regularisation does not close the gap': 'Régler la régularisation d’AR ne comble pas l’écart',
  'Learning every order is a cause of the advantage': 'Apprendre tous les ordres est une cause de l’avantage',
  'Diffusion spends many times the compute, in training and in sampling':
    'La diffusion dépense bien plus de calcul, à l’entraînement comme à l’écriture',
  'Many different corruptions of each sequence are a cause of the advantage':
    'De nombreuses altérations de chaque séquence sont une cause de l’avantage',
  'Masking with a linear schedule is the best of the denoising objectives':
    'Masquer selon un programme linéaire est le meilleur des objectifs de débruitage',
  'The crossover holds on code, with a constant rate and an anneal':
    'Le croisement vaut pour du code, à taux constant comme avec un recuit',
  'A rising validation loss does not mean worse answers':
    'Une perte de validation qui monte ne signifie pas de moins bonnes réponses',
  'Hundreds of epochs keep paying for diffusion': 'Des centaines d’époques continuent de profiter à la diffusion',

  // data-budget
  'Data budget': 'Budget de données',
  'When unique data is limited, diffusion overtakes AR by training for more epochs; the crossover comes later with more unique data.':
    'Quand les données uniques sont limitées, la diffusion dépasse AR en s’entraînant plus d’époques ; le croisement vient plus tard avec plus de données uniques.',
  'on 500 sentences diffusion passes the best that AR ever answers':
    'sur 500 phrases, la diffusion dépasse les meilleures réponses qu’AR ait jamais données',
  'on 500 sentences diffusion passes AR’s best validation loss':
    'sur 500 phrases, la diffusion dépasse la meilleure perte de validation d’AR',
  'the live crossing of the accuracy comes after more tokens the more unique sentences there are':
    'le croisement instantané de l’exactitude vient après d’autant plus de jetons qu’il y a de phrases uniques',
  'the live crossing of the validation loss comes after more tokens the more unique sentences there are':
    'le croisement instantané de la perte de validation vient après d’autant plus de jetons qu’il y a de phrases uniques',
  'on 20,000 sentences the validation loss does not cross':
    'sur 20 000 phrases, les pertes de validation ne se croisent pas',
  'the live crossing of the accuracy comes after more epochs the more unique sentences there are':
    'le croisement instantané de l’exactitude vient après d’autant plus d’époques qu’il y a de phrases uniques',

  // repeats
  'Repeated against fresh data': 'Données répétées ou neuves',
  'For diffusion repeated data is nearly as good as fresh data: its curves overlap where AR’s do not.':
    'Pour la diffusion, des données répétées valent presque des données neuves : ses courbes se recouvrent là où celles d’AR se séparent.',
  'after equally many steps a sixteenth of the data changes diffusion’s validation loss by less than 0.1 nats per token':
    'au bout d’autant de pas, un seizième des données change la perte de validation de la diffusion de moins de 0,1 nat par jeton',
  'after equally many steps a sixteenth of the data raises AR’s validation loss by more than 0.1 nats per token':
    'au bout d’autant de pas, un seizième des données élève la perte de validation d’AR de plus de 0,1 nat par jeton',
  'a sixteenth of the data raises even the best validation loss of AR by more than 0.1 nats per token':
    'un seizième des données élève même la meilleure perte de validation d’AR de plus de 0,1 nat par jeton',
  'few tokens, repeated': 'peu de jetons, répétés',
  'four times as many': 'quatre fois plus',
  'sixteen times as many': 'seize fois plus',

  // data-quality
  'Data quality': 'Qualité des données',
  'The crossover comes later when the same amount of data is of better quality.':
    'Le croisement vient plus tard quand la même quantité de données est de meilleure qualité.',
  'the live crossing of the validation loss comes later the fewer characters are replaced':
    'le croisement instantané de la perte de validation vient d’autant plus tard que moins de caractères sont remplacés',
  'the strict crossing of the validation loss comes later the fewer characters are replaced':
    'le croisement strict de la perte de validation vient d’autant plus tard que moins de caractères sont remplacés',
  'Quality of the training text': 'Qualité du texte d’entraînement',
  '{0} % of the characters replaced': '{0} % des caractères remplacés',
  'as it was written': 'tel qu’il a été écrit',

  // model-size
  'Model size': 'Taille du modèle',
  'With the same unique data the crossover comes earlier for larger models: larger AR over-fits more, larger diffusion is better.':
    'À données uniques égales, le croisement vient plus tôt pour de plus grands modèles : un plus grand AR surapprend davantage, une plus grande diffusion est meilleure.',
  'the live crossing of the validation loss comes after fewer epochs the larger the model':
    'le croisement instantané de la perte de validation vient après d’autant moins d’époques que le modèle est grand',
  'AR ends at a higher validation loss the larger the model':
    'AR finit à une perte de validation d’autant plus haute que le modèle est grand',
  'the best validation loss of diffusion is lower the larger the model':
    'la meilleure perte de validation de la diffusion est d’autant plus basse que le modèle est grand',
  'the live crossing of the validation loss comes after fewer FLOPs the larger the model':
    'le croisement instantané de la perte de validation vient après d’autant moins de FLOPs que le modèle est grand',
  'Size of the model': 'Taille du modèle',
  '{0} channels': '{0} canaux',

  // sparse
  'Dense and sparse models': 'Modèles denses et creux',
  'The crossover holds for dense models and mixtures of experts alike; the sparse diffusion model lies between its FLOP-matched and its parameter-matched dense model.':
    'Le croisement vaut pour les modèles denses comme pour les mélanges d’experts ; le modèle de diffusion creux se place entre le modèle dense de mêmes FLOPs et celui de mêmes paramètres.',
  'diffusion passes AR as a mixture of experts and as both dense models':
    'la diffusion dépasse AR en mélange d’experts comme dans les deux modèles denses',
  'the diffusion mixture is better on the test split than the dense diffusion model of equal FLOPs':
    'le mélange de diffusion est meilleur au test que le modèle de diffusion dense de mêmes FLOPs',
  'the dense diffusion model of equally many parameters is better on the test split than the diffusion mixture':
    'le modèle de diffusion dense de mêmes paramètres est meilleur au test que le mélange de diffusion',
  'diffusion passes the best of AR as a mixture of experts and as both dense models':
    'la diffusion dépasse le meilleur d’AR en mélange d’experts comme dans les deux modèles denses',
  'Feed-forward layers': 'Couches MLP',
  'dense, FLOPs matched': 'dense, mêmes FLOPs',
  'mixture of experts': 'mélange d’experts',
  'dense, parameters matched': 'dense, mêmes paramètres',

  // ar-input-masking, ar-dropout, ar-weight-decay
  'Input masking in AR': 'Masquage de l’entrée d’AR',
  'Masking a part of AR’s input helps it a little near one tenth, breaks it above a third, and does not close the gap.':
    'Masquer une part de l’entrée d’AR l’aide un peu vers un dixième, le brise au-delà d’un tiers, et ne comble pas l’écart.',
  'AR’s test loss is better with some noise than with none':
    'la perte de test d’AR est meilleure avec du bruit que sans',
  'the test loss of AR at its best strength of noise stays above that of diffusion':
    'la perte de test d’AR à son meilleur niveau de bruit reste au-dessus de celle de la diffusion',
  'the best accuracy of AR at any strength of noise stays below that of diffusion':
    'la meilleure exactitude d’AR, quel que soit le niveau de bruit, reste au-dessous de celle de la diffusion',
  'AR has a worse test loss with 0.7 of its input masked than with none':
    'AR a une moins bonne perte de test avec 0,7 de son entrée masquée que sans masque',
  'Share of the input masked': 'Part de l’entrée masquée',
  'Dropout in AR': 'Dropout dans AR',
  'Dropout helps AR and saturates, but does not close the gap.':
    'Le dropout aide AR puis plafonne, mais ne comble pas l’écart.',
  'from dropout 0.3 to 0.5 AR’s test loss falls by less than 0.02 nats per token':
    'd’un dropout de 0,3 à 0,5, la perte de test d’AR baisse de moins de 0,02 nat par jeton',
  'Weight decay in AR': 'Décroissance des poids dans AR',
  'On repeated data AR wants a far stronger weight decay (0.8 to 3.2) than the usual 0.1.':
    'Sur des données répétées, AR demande une décroissance des poids bien plus forte (0,8 à 3,2) que le 0,1 habituel.',

  // close-the-gap
  'Close the gap': 'Combler l’écart',
  'AR with tuned weight decay, dropout and rate does not reach diffusion that was tuned as much.':
    'AR, avec une décroissance des poids, un dropout et un taux bien réglés, n’atteint pas une diffusion réglée avec autant de soin.',
  'the test loss of tuned AR stays above that of tuned diffusion':
    'la perte de test d’un AR bien réglé reste au-dessus de celle d’une diffusion bien réglée',
  'the accuracy of tuned AR stays below that of tuned diffusion':
    'l’exactitude d’un AR bien réglé reste au-dessous de celle d’une diffusion bien réglée',
  masking: 'masquage',
  dropout: 'dropout',
  decay: 'décr.',
  rate: 'taux',
  'no masking': 'sans masquage',
  'masking {0}': 'masquage {0}',
  'no dropout': 'sans dropout',
  'dropout {0}': 'dropout {0}',
  'decay {0}': 'décroissance {0}',
  'rate {0}': 'taux {0}',

  // any-order
  'Any-order learning': 'Apprendre dans tous les ordres',
  'Learning every order is a cause of the advantage: AR trained in more orders moves towards diffusion, diffusion without them away from itself.':
    'Apprendre tous les ordres est une cause de l’avantage : entraîné dans plus d’ordres, AR se rapproche de la diffusion ; privée d’eux, la diffusion s’éloigne d’elle-même.',
  'AR answers better the more orders it is trained in':
    'AR répond d’autant mieux qu’il est entraîné dans plus d’ordres',
  'diffusion has a worse test loss with causal attention':
    'la diffusion a une moins bonne perte de test avec une attention causale',
  'diffusion has a worse test loss with left-to-right masks':
    'la diffusion a une moins bonne perte de test avec des masques de gauche à droite',
  'the best accuracy of diffusion is above that of AR': 'la meilleure exactitude de la diffusion dépasse celle d’AR',
  'Orders that are learnt': 'Ordres appris',
  'AR, {0} orders': 'AR, {0} ordres',
  '{0} orders': '{0} ordres',
  'diffusion, causal attention': 'diffusion, attention causale',
  'causal attention': 'attention causale',
  'diffusion, left-to-right masks': 'diffusion, masques de gauche à droite',
  'left-to-right masks': 'masques gauche-droite',

  // monte-carlo
  'Monte Carlo augmentation': 'Augmentation de Monte-Carlo',
  'Seeing every sequence under many different masks is a cause of the advantage: with its masks frozen diffusion loses it.':
    'Voir chaque séquence sous de nombreux masques différents est une cause de l’avantage : avec des masques figés, la diffusion le perd.',
  'the best validation loss of diffusion falls with the number of masks':
    'la meilleure perte de validation de la diffusion baisse avec le nombre de masques',
  'with fresh masks diffusion is better than AR on the test split':
    'avec des masques renouvelés, la diffusion est meilleure qu’AR au test',
  'with frozen masks diffusion is worse than AR on the test split':
    'avec des masques figés, la diffusion est moins bonne qu’AR au test',
  'Masks that a sequence ever sees': 'Masques qu’une séquence voit en tout',
  frozen: 'figés',
  'fresh at every step': 'renouvelés à chaque pas',
  'one of {0}': 'un parmi {0}',

  // super-dense
  'Super-dense compute': 'Calcul superdense',
  'Diffusion spends many times the compute of AR: in training, to come to its best, and in sampling, where more steps give better texts.':
    'La diffusion dépense bien plus de calcul qu’AR : à l’entraînement, pour arriver à son meilleur, et à l’écriture, où plus de pas donnent de meilleurs textes.',
  'diffusion needs more than twice AR’s training FLOPs to pass AR’s best':
    'il faut à la diffusion plus du double des FLOPs d’entraînement d’AR pour dépasser le meilleur d’AR',
  'writing a text with as many steps as tokens costs diffusion more than ten times AR’s FLOPs':
    'écrire un texte avec autant de pas que de jetons coûte à la diffusion plus de dix fois les FLOPs d’AR',
  'texts written with 64 steps are more likely in the language than those written with 4':
    'les textes écrits en 64 pas sont plus probables dans la langue que ceux écrits en 4',
  Model: 'Modèle',
  'as it is': 'tel quel',

  // objectives
  'Denoising objectives': 'Objectifs de débruitage',
  'Masking with a linear schedule is the best denoising objective; other schedules and uniform noise are worse.':
    'Masquer selon un programme linéaire est le meilleur objectif de débruitage ; les autres programmes et le bruit uniforme sont moins bons.',
  'uniform noise ends at a higher bound on the test split than masks with 1/t and a linear schedule':
    'le bruit uniforme finit au test à une borne plus haute que des masques avec 1/t et un programme linéaire',
  '1/t with a cosine schedule ends at a higher bound on the test split than with a linear one':
    '1/t avec un programme en cosinus finit au test à une borne plus haute qu’avec un programme linéaire',
  'an exact count of masks is as good as 1/t on the test split, within 0.05 nats per token':
    'un nombre exact de masques vaut 1/t au test, à 0,05 nat par jeton près',
  'training without weights, which is no likelihood, ends at a higher bound on the test split than 1/t':
    'un entraînement sans poids, qui n’est pas une vraisemblance, finit au test à une borne plus haute que 1/t',
  'Denoising objective': 'Objectif de débruitage',
  '1/t, linear schedule': '1/t, programme linéaire',
  'exact count': 'nombre exact',
  'realised share': 'part réalisée',
  unweighted: 'sans poids',
  '1/t, cosine schedule': '1/t, programme en cosinus',
  '1/t, polynomial schedule': '1/t, programme polynomial',
  'uniform noise': 'bruit uniforme',

  // code
  Code: 'Code',
  'On Python source, with the same recipe of a constant rate and an anneal, diffusion overtakes AR when unique data is limited.':
    'Sur du code Python, avec la même recette d’un taux constant puis d’un recuit, la diffusion dépasse AR quand les données uniques sont limitées.',
  'diffusion passes AR at a constant rate and with an anneal':
    'la diffusion dépasse AR à taux constant et avec un recuit',
  'the annealed diffusion model is better on the test split than the best of the annealed AR':
    'le modèle de diffusion recuit est meilleur au test que le meilleur de l’AR recuit',
  'the annealed diffusion model is better on the test split than the best of AR at a constant rate':
    'le modèle de diffusion recuit est meilleur au test que le meilleur d’AR à taux constant',
  constant: 'constant',
  'with an anneal': 'avec un recuit',

  // rising-validation
  'Rising validation loss': 'Perte de validation qui monte',
  'A rising validation loss does not mean worse answers: AR grows less sure of right and wrong options alike, their difference keeps widening, and its accuracy does not fall.':
    'Une perte de validation qui monte ne signifie pas de moins bonnes réponses : AR devient moins sûr des bonnes options comme des mauvaises, leur différence continue de se creuser, et son exactitude ne baisse pas.',
  'AR’s validation loss rises after its best': 'la perte de validation d’AR remonte après son meilleur point',
  'the NLL of the right options rises after AR’s best validation loss':
    'la NLL des bonnes options monte après la meilleure perte de validation d’AR',
  'ΔNLL, by which the right option is ahead, grows after AR’s best validation loss':
    'ΔNLL, l’avance de la bonne option, croît après la meilleure perte de validation d’AR',
  'the accuracy of AR at the end is within 0.05 of that at its best validation loss':
    'l’exactitude d’AR à la fin est à moins de 0,05 de celle à sa meilleure perte de validation',
  'a small budget': 'un petit budget',

  // long-repetition
  'Long repetition': 'Longue répétition',
  'Diffusion keeps learning to answer when a small amount of data is repeated for hundreds of epochs.':
    'La diffusion continue d’apprendre à répondre quand peu de données sont répétées pendant des centaines d’époques.',
  'the accuracy of diffusion is higher in the last third of the epochs than in the third before':
    'l’exactitude de la diffusion est plus haute dans le dernier tiers des époques que dans le tiers précédent',
  'the validation loss of diffusion does not rise by more than 0.1 nats per token after its best':
    'la perte de validation de la diffusion ne remonte pas de plus de 0,1 nat par jeton après son meilleur point',
  'AR answers worse at the end than at its best': 'AR répond moins bien à la fin qu’à son meilleur',

  // Axes, niveaux et colonnes communs
  'Unique sentences': 'Phrases uniques',
  'Unique tokens': 'Jetons uniques',
  'Weight decay': 'Décroissance des poids',
  'Learning rate': 'Taux d’apprentissage',
  Dropout: 'Dropout',
  '{0} sentences': '{0} phrases',
  none: 'aucun',
  AR: 'AR',
  diffusion: 'diffusion',
  Accuracy: 'Exactitude',
  'Validation loss': 'Perte de validation',
  ΔNLL: 'ΔNLL',

  // Sources
  'Ni et al., Diffusion Language Models are Super Data Learners (arXiv 2511.03276)':
    'Ni et al., « Diffusion Language Models are Super Data Learners » (arXiv 2511.03276)',
  'Ni et al., Diffusion Language Models are Super Data Learners (arXiv 2511.03276); Prabhudesai et al. (arXiv 2507.15857)':
    'Ni et al., « Diffusion Language Models are Super Data Learners » (arXiv 2511.03276) ; Prabhudesai et al. (arXiv 2507.15857)',
  'Ni et al., Diffusion Language Models are Super Data Learners (arXiv 2511.03276); against it Gao et al. (arXiv 2510.04071), where AR with MLP dropout 0.1 beats an untuned diffusion model':
    'Ni et al., « Diffusion Language Models are Super Data Learners » (arXiv 2511.03276) ; à l’encontre, Gao et al. (arXiv 2510.04071), où AR avec un dropout de 0,1 dans le MLP bat un modèle de diffusion non réglé',
  'Kim et al., Pre-training under infinite compute (arXiv 2509.14786)':
    'Kim et al., « Pre-training under infinite compute » (arXiv 2509.14786)',
  'Ni et al., Diffusion Language Models are Super Data Learners (arXiv 2511.03276); doubted by Gao et al. (arXiv 2510.04071) and Kim et al. (arXiv 2509.14786)':
    'Ni et al., « Diffusion Language Models are Super Data Learners » (arXiv 2511.03276) ; mis en doute par Gao et al. (arXiv 2510.04071) et Kim et al. (arXiv 2509.14786)',
  'Quokka (the paper’s team); MDLM (arXiv 2406.07524)': 'Quokka (l’équipe de l’article) ; MDLM (arXiv 2406.07524)',
};
