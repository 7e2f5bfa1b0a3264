import type { shown as english } from '../en/shown.ts';
import type { Widened } from '../widened.ts';

/** Les phrases sur la course du graphique : son origine, ses instants, ses fantômes, les paris et les petits graphiques. */
export const shown: Widened<typeof english> = {
  shown: {
    label: 'Ce que montre le graphique',
    recorded: 'Enregistrement',
    recordedOn: (device: string, date: string) => `Une vraie course, enregistrée sur ${device} le ${date}, avec`,
    kept: (name: string, date: string) => `Tiré de votre historique : ${name}, ${date}.`,
    cell: (experiment: string) => `Une cellule de l’expérience « ${experiment} ».`,
    watched: 'Un autre onglet entraîne cette course ; celui-ci la regarde.',
    otherSetup: 'Les réglages ont changé depuis : l’entraînement montrera ce qu’ils donnent.',
    back: 'Retour à la course entraînée ici',
    close: 'Fermer',
  },

  time: {
    label: 'Instant de l’entraînement',
    play: 'Rejouer l’entraînement à partir d’ici',
    again: 'Rejouer l’entraînement',
    hold: 'Arrêter',
    skip: 'Passer',
    skipLong: 'Aller à la fin',
    at: (step: string, epoch: string) => `pas ${step}, époque ${epoch}`,
    step: (step: string) => `pas ${step}`,
    newest: 'Dernier',
    newestLong: 'Dernier : suivre ce qui vient d’être mesuré',
    nothing: 'Rien n’a encore été mesuré.',
  },

  ghosts: {
    earlier: 'course précédente',
    label: 'Fantômes des courses précédentes',
    key: (count: number) => (count < 2 ? `${count} course précédente` : `${count} courses précédentes`),
    clear: 'effacer',
    clearLong: 'Effacer les fantômes des courses précédentes',
    spoken: (list: string) => `À l’arrière-plan, en fines lignes grises : ${list}.`,
    one: (name: string, crossing: string | null) =>
      crossing ? `${name} (croisement instantané à l’époque ${crossing})` : name,
  },

  bet: {
    place: 'Parier',
    question: 'Où vont-elles se croiser ?',
    epoch: 'époque',
    click: 'Cliquez sur le graphique, ou saisissez une époque.',
    ok: 'Parier',
    cancel: 'Annuler',
    drop: 'Retirer',
    flag: (epoch: string) => `votre pari : ${epoch}`,
    open: (epoch: string) => `Votre pari : elles se croisent à l’époque ${epoch}.`,
    next: (epoch: string) => `Votre pari sur la prochaine course : elles se croisent à l’époque ${epoch}.`,
    judged: (bet: string, found: string, error: string, sign: number) =>
      sign === 0
        ? `Vous aviez parié l’époque ${bet}, et c’était bien là.`
        : `Vous aviez parié l’époque ${bet} ; c’était ${found} : ${error} trop ${sign > 0 ? 'tard' : 'tôt'}.`,
    never: (bet: string) =>
      `Vous aviez parié l’époque ${bet} ; elles ne se sont pas croisées dans la limite du budget.`,
  },

  small: {
    label: 'Autres mesures, sur le même axe horizontal',
    titles: {
      train: 'perte d’entraînement',
      gradNorm: 'norme du gradient',
      accuracy: 'exactitude',
      deltaNll: 'ΔNLL',
    },
    units: {
      train: 'nats par jeton',
      gradNorm: 'avant écrêtage',
      accuracy: 'part de réponses justes',
      deltaNll: 'mauvaise option − bonne option, nats par jeton',
    },
    guessing: 'hasard',
    now: (family: string, value: string) => `${family} ${value}`,
    summary: (title: string, parts: readonly string[]) => `${title} : ${parts.join(' ; ')}.`,
    part: (family: string, now: string, low: string, high: string) =>
      `${family} à présent ${now}, entre ${low} et ${high}`,
    none: 'pas encore mesuré',
  },

  atMoment: (step: string, epoch: string) => `Au pas ${step}, époque ${epoch}`,
};
