import type { Reply } from '../../gap/answers.ts';
import type { en } from '../en/index.ts';
import type { Widened } from '../widened.ts';

const list = new Intl.ListFormat('fr', { type: 'conjunction' });
const upper = (text: string) => `${text[0].toUpperCase()}${text.slice(1)}`;
const verb = (who: readonly string[], one: string, many: string) => (who.length === 1 ? one : many);

/** Les phrases de la vue « Combler l’écart ». */
export const gap: Widened<typeof en.gap> = {
  title: 'Combler l’écart',
  lead: 'Revu encore et encore, le même petit texte pousse AR au surapprentissage, tandis que la diffusion continue d’apprendre. Peut-on aider AR à suivre ?',
  why: 'Du bruit dans l’entrée, le dropout et la décroissance des poids sont les remèdes habituels. Si l’un d’eux amène AR là où se trouve la diffusion, l’avantage de celle-ci tient, au moins en partie, à la régularisation. Si aucun n’y parvient, c’est autre chose.',

  remedies: {
    'ar-input-masking': 'le masquage de l’entrée',
    'ar-dropout': 'le dropout',
    'ar-weight-decay': 'la décroissance des poids',
    'close-the-gap': 'tout régler à la fois',
  },
  about: {
    'ar-input-masking': 'Une part de ce que lit AR lui est cachée pendant l’entraînement.',
    'ar-dropout': 'Une part des activations d’AR est mise à zéro pendant l’entraînement.',
    'ar-weight-decay': 'Les poids d’AR sont tirés vers zéro, bien plus fort que d’ordinaire.',
    'close-the-gap':
      'Dropout × décroissance des poids × taux d’apprentissage, la même grille pour AR et pour la diffusion.',
  },

  means: 'Ce que cela signifie',
  nothingYet:
    'Il n’y a pas encore de résultats : lancez l’une des expériences, ou ouvrez une copie de Crossover fournie avec des résultats enregistrés.',
  found: {
    loss: (who: Record<Reply, string[]>) => found('Pour la perte de test', who),
    accuracy: (who: Record<Reply, string[]>) => found('Pour les réponses aux questions', who),
  },
  helps: ({ yes, no, open }: Record<Reply, string[]>) =>
    [
      yes.length > 0 ? `${upper(list.format(yes))} ${verb(yes, 'aide', 'aident')} AR.` : '',
      no.length > 0 ? `${upper(list.format(no))} n’${verb(no, 'aide', 'aident')} pas.` : '',
      open.length > 0
        ? `Quant à ${list.format(open)}, ces graines ne permettent pas de conclure.`.replace(/à le /, 'au ')
        : '',
    ]
      .filter(Boolean)
      .join(' '),
  conclusion: {
    closed:
      'À cette échelle, un régularisateur suffit donc à amener AR à la perte de la diffusion : l’avantage y tient, au moins en partie, à la régularisation.',
    open: 'Aucun des remèdes sur lesquels on a pu trancher n’amène AR à la perte de la diffusion : à cette échelle, l’avantage est plus que de la régularisation.',
    undecided:
      'La perte d’un AR bien régularisé atteint-elle celle de la diffusion ? Ce n’est pas tranché : ces graines ne suffisent pas, ou AR n’est passé que sous la borne supérieure de la diffusion.',
  },
  bound:
    'La perte de la diffusion est une borne supérieure. Un AR placé dessous a atteint la borne, rien de plus : la vraie perte de la diffusion peut être plus basse encore. Les réponses aux questions n’appellent pas cette réserve.',

  questions: {
    helps: 'Cela aide-t-il AR ?',
    loss: 'Cela comble-t-il l’écart de perte ?',
    accuracy: 'Et dans les réponses ?',
  },
  replies: { yes: 'oui', no: 'non', open: 'indécis' },
  effects: {
    helps: (value: string, interval: string) => `perte de test abaissée de ${value}${interval}`,
    loss: (value: string, interval: string) => `AR moins diffusion ${value}${interval}`,
    accuracy: (value: string, interval: string) => `diffusion moins AR ${value}${interval}`,
  },
  interval: (lo: string, hi: string) => `, intervalle à 95 % ${lo} … ${hi}`,

  metric: 'Mesure',
  metrics: { loss: 'perte', accuracy: 'réponses' },
  source: 'Résultats',
  curves: { loss: 'Perte de validation, nats par jeton', accuracy: 'Exactitude, part des questions' },
  curve: (name: string, best: string, end: string) => `${name} : meilleure ${best}, finale ${end}`,
  setup: (tokens: string, text: string, steps: string, seeds: number) =>
    `${tokens} jetons uniques de ${text}, ${steps} pas, ${seeds} ${seeds < 2 ? 'graine' : 'graines'}.`,
  bestsNote:
    'Les marques sont des moyennes sur les graines avec leur intervalle à 95 %, les petits points des graines isolées. La bande rouge est la diffusion à son meilleur. En gras, ce que choisit un réglage sur les données de validation.',
  tuned: 'Pour les réglages qui ne sont pas nommés, le meilleur sur les données de validation est montré.',
  noQuestions: 'Ses courses ne posent pas de questions : seule la perte peut être comparée.',
  experiment: 'Ouvrir l’expérience',
  experimentLong: (title: string) => `Ouvrir l’expérience « ${title} »`,
  missing:
    'Pas enregistrée à cette taille dans cette copie de Crossover, et pas encore lancée dans ce navigateur. Dans un terminal :',
  unfinished: (done: string, planned: string) => `${done} cellules sur ${planned} sont là : rien n’est encore décidé.`,
  table: 'Sous forme de tableau',
};

function found(where: string, { yes, no, open }: Record<Reply, string[]>): string {
  const parts = [
    yes.length > 0 ? `${list.format(yes)} ${verb(yes, 'amène', 'amènent')} AR au niveau de la diffusion` : '',
    no.length > 0 ? `${list.format(no)} ${verb(no, 'laisse', 'laissent')} AR derrière` : '',
    open.length > 0 ? `pour ${list.format(open)}, ce n’est pas décidé` : '',
  ].filter(Boolean);
  return parts.length > 0 ? `${where}, ${parts.join(' ; ')}.` : '';
}
