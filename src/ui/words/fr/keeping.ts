import type { en } from '../en/index.ts';
import type { Widened } from '../widened.ts';

const list = new Intl.ListFormat('fr', { type: 'conjunction' });

/** Les phrases sur ce qui est conservé, et sur ce qui peut mal tourner pendant une course. */
export const keeping: Widened<typeof en.keeping> = {
  interrupted: {
    title: 'Une course a été interrompue',
    where: (step: string, total: string) => `Pas ${step} sur ${total}`,
    fromHere: 'Elle reprend là, au bit près sur le même appareil.',
    from: (step: string) => `Elle reprend au pas ${step}, au bit près sur le même appareil.`,
    fromStart: 'Elle n’avait pas atteint de point de reprise : elle recommence.',
    others: (count: number) =>
      count === 1
        ? 'Une autre course inachevée se trouve dans l’historique.'
        : `${count} autres courses inachevées se trouvent dans l’historique.`,
    goOn: 'Continuer',
    show: 'Montrer',
    later: 'Pas maintenant',
  },

  elsewhere: {
    race: 'Un autre onglet entraîne une course. Un seul entraîne à la fois.',
    experiment: 'Un autre onglet mène une expérience. Un seul entraîne à la fois.',
    watching: 'Vous regardez ce qu’entraîne un autre onglet. Pause, Un pas et Arrêter agissent là-bas.',
    watch: 'La regarder ici',
  },

  pausedByOther: 'mise en pause dans un autre onglet',

  recovered: {
    text: (steps: string) => `L’appareil a été perdu, puis retrouvé. La course reprend : ${steps}.`,
    step: (step: string) => `pas ${step}`,
    start: 'depuis le début',
    dismiss: 'Fermer ce message',
  },

  notKept: {
    'storage-full': 'L’espace de stockage est plein. L’entraînement continue ; rien de plus n’en est conservé.',
    'no-storage': 'Ce navigateur n’accorde aucun stockage à la page. L’entraînement continue ; rien n’en est conservé.',
    exportIt: 'L’exporter',
    exporting: 'Préparation du fichier…',
    runs: 'Libérer de la place dans l’historique',
    dismiss: 'Fermer ce message',
  },

  offers: {
    reconnect: 'Se reconnecter et continuer',
    goOn: (step: string) => `Continuer au pas ${step}`,
    back: (step: string) => `Revenir au pas ${step} avec un taux réduit de moitié`,
    again: 'Recommencer avec un taux réduit de moitié',
    undo: (setting: string) => `Annuler : ${setting}`,
    undoAll: 'Annuler toutes les modifications',
    use: (changes: readonly string[]) => `Prendre ${list.format(changes)}`,
    sizes: {
      'model.channels': (value: string) => `${value} canaux`,
      'model.layers': (value: string) => (value === '1' ? '1 couche' : `${value} couches`),
      'train.batch': (value: string) => `un lot de ${value}`,
      'model.context': (value: string) => `un contexte de ${value}`,
    } as Readonly<Record<string, (value: string) => string>>,
    cpu: 'Calculer sur le CPU',
    restart: 'Redémarrer',
    restartAndGoOn: 'Redémarrer et continuer',
  },

  todo: {
    diverged:
      'Le taux était trop élevé : les poids se sont emballés. Revenez là où ils étaient encore bons, ou recommencez ; la moitié du taux est un essai prudent.',
    divergedAtOnce:
      'Le taux était trop élevé : les poids se sont emballés avant le premier point de reprise. La moitié du taux est un essai prudent.',
    lostGpu:
      'Le pilote graphique ou un autre programme l’a repris. Ce qui a été entraîné jusqu’au dernier point de reprise est sauf.',
    lostCpu:
      'Une partie du calcul a été arrêtée, peut-être faute de mémoire. Ce qui a été entraîné jusqu’au dernier point de reprise est sauf.',
    lostSweep: 'Les cellules terminées sont conservées ; celles en cours recommencent.',
    fits: 'Chacun de ces choix suffit à lui seul :',
    fitsOnly: 'Ceci convient :',
    dead: 'Tout est conservé jusqu’au dernier point de reprise. Un nouveau fil d’exécution prend sa place.',
    deadSweep:
      'Les cellules terminées de l’expérience sont conservées ; celles en cours recommencent. Redémarrez, puis appuyez sur Continuer.',
    deadIdle: 'Un nouveau fil d’exécution prend sa place ; rien n’est perdu.',
  },
  titles: { dead: 'Le fil d’entraînement s’est arrêté' },
  dead: 'son fil d’exécution a été arrêté de l’extérieur, comme les navigateurs le font parfois quand la mémoire manque.',
  noReason: 'sans raison indiquée',

  noGpu: {
    missing: {
      title: 'Ce navigateur n’a pas WebGPU',
      text: 'La page a cherché navigator.gpu et n’a rien trouvé.',
      todo: 'Ouvrez la page dans une version récente de Chrome, Edge, Safari ou Firefox, ou calculez sur le CPU : c’est plus lent, mais cela fonctionne.',
      instead:
        'Ce navigateur n’a pas WebGPU, l’entraînement se fait donc sur le CPU : plus lentement que sur un GPU, mais cela fonctionne.',
    },
    insecure: {
      title: 'WebGPU demande une adresse sécurisée',
      text: 'Les navigateurs cachent le GPU aux pages venues en simple http.',
      todo: 'Ouvrez la page en https, ou depuis localhost ; ou calculez sur le CPU.',
      instead:
        'Les navigateurs cachent le GPU aux pages venues en simple http, l’entraînement se fait donc sur le CPU. En https, ou depuis localhost, ce serait plus rapide.',
    },
    'no-adapter': {
      title: 'Le navigateur n’a trouvé aucun adaptateur graphique',
      text: 'WebGPU est là, mais sans adaptateur pour le pilote graphique de cette machine.',
      todo: 'Un pilote plus récent ou un autre navigateur peut aider ; chrome://gpu dit ce qui est bloqué. Le CPU fonctionne dans tous les cas.',
      instead:
        'WebGPU est là, mais n’a trouvé aucun adaptateur pour le pilote graphique de cette machine ; l’entraînement se fait donc sur le CPU.',
    },
    refused: {
      title: 'L’adaptateur graphique n’a pas donné d’appareil',
      text: 'Il y a un adaptateur, mais il a refusé l’appareil qui lui était demandé.',
      todo: 'Fermez les autres onglets qui utilisent le GPU et rechargez, ou relancez le navigateur ; ou calculez sur le CPU.',
      instead:
        'L’adaptateur graphique a refusé un appareil, l’entraînement se fait donc sur le CPU. Rechargez quand les autres onglets l’auront libéré.',
    },
  },

  alone: (missing: string) =>
    `Ce navigateur n’a pas de ${missing} : les onglets ne peuvent rien savoir les uns des autres.`,
};
