import type { Entries } from '../../phrasebook.ts';

/** Le français de ce que disent les appareils : pourquoi celui-ci, ce qui lui manque, comment il a été perdu. */
export const DEVICES: Entries = {
  // Tailles en mémoire
  '{0} B': '{0} o',
  '{0} KiB': '{0} Kio',
  '{0} MiB': '{0} Mio',
  '{0} GiB': '{0} Gio',

  // Noms d’adaptateurs, lieux
  'CPU, WebAssembly {0}': 'CPU, WebAssembly {0}',
  SIMD: 'SIMD',
  'relaxed SIMD': 'SIMD relâché',
  '{0:any} (software, on the CPU)': '{0} (logiciel, sur le CPU)',
  'none (f64 reference in TypeScript)': 'aucun (référence en nombres de 64 bits, en TypeScript)',
  'the browser’s database': 'la base de données du navigateur',
  'memory, as the browser refuses a database': 'la mémoire, car le navigateur refuse une base de données',

  // Machines, telles qu’elles se nomment
  '{0:id} on {1} ({2}, {3} threads, {4:any})': '{0} sur {1} ({2}, {3} fils d’exécution, {4})',
  '{0:id} on {1:any} ({2}, {3} threads, {4:any})': '{0} sur {1} ({2}, {3} fils d’exécution, {4})',
  '{0:id} on {1} ({2}, {3:any})': '{0} sur {1} ({2}, {3})',
  '{0:id} on {1:any} ({2}, {3:any})': '{0} sur {1} ({2}, {3})',
  'Node {0:any} on {1:any}, {2} cores': 'Node {0} sur {1}, {2} {2|cœur|cœurs}',
  'Edge {0} on {1:any}': 'Edge {0} sur {1}',
  'Firefox {0} on {1:any}': 'Firefox {0} sur {1}',
  'Chrome {0} on {1:any}': 'Chrome {0} sur {1}',
  'Safari {0} on {1:any}': 'Safari {0} sur {1}',
  'a browser on {0:any}': 'un navigateur sur {0}',
  '{0}, {1} threads': '{0}, {1} fils d’exécution',
  '{0}, 1 thread': '{0}, 1 fil d’exécution',

  // Pourquoi cet appareil
  'The cpu executor was asked for': 'Le calcul sur le CPU a été demandé',
  'The reference interpreter was asked for; it is exact and slow':
    'L’interpréteur de référence a été demandé ; il est exact et lent',
  'The model trains in a thread of its own': 'Le modèle s’entraîne dans un fil d’exécution à lui',
  'The models train in parallel, on {0} threads': 'Les modèles s’entraînent en parallèle, sur {0} fils d’exécution',
  'The model trains on {0} threads': 'Le modèle s’entraîne sur {0} fils d’exécution',
  'A model’s steps stay on one thread, because {0} could not share them: {1}':
    'Les pas d’un modèle restent sur un seul fil d’exécution, car {0} n’ont pu se les partager : {1}',
  'A model’s steps stay on one thread, because {0} could not share them: {1:any}':
    'Les pas d’un modèle restent sur un seul fil d’exécution, car {0} n’ont pu se les partager : « {1} »',
  'Everything shares one thread, because no others could be started: {0}':
    'Tout partage un seul fil d’exécution, car aucun autre n’a pu être lancé : {0}',
  'Everything shares one thread, because no others could be started: {0:any}':
    'Tout partage un seul fil d’exécution, car aucun autre n’a pu être lancé : « {0} »',
  'It trains on the CPU instead: slower than a GPU, but it works':
    'L’entraînement se fait donc sur le CPU : plus lentement que sur un GPU, mais cela fonctionne',
  'The browser offers WebGPU; this is the adapter it chose':
    'Le navigateur offre WebGPU ; voici l’adaptateur qu’il a choisi',
  'The browser’s WebGPU adapter is {0:any}: the CPU executor is faster':
    'L’adaptateur WebGPU du navigateur est {0} : le calcul sur le CPU est plus rapide',
  'The browser’s WebGPU adapter is {0:any} (software, on the CPU): the CPU executor is faster':
    'L’adaptateur WebGPU du navigateur est {0} (logiciel, sur le CPU) : le calcul direct sur le CPU est plus rapide',
  'The interpreter computes instead: exact, and very slow': 'L’interpréteur calcule à sa place : exact, mais très lent',

  // Ce qui manque pour en ouvrir un
  'This engine does not accept WebAssembly {0}': 'Ce moteur n’accepte pas WebAssembly {0}',
  'The {0} kernels do not start: {1}': 'Les noyaux {0} ne démarrent pas : {1}',
  'The {0} kernels do not start: {1:any}': 'Les noyaux {0} ne démarrent pas : « {1} »',
  'The cpu executor cannot run here': 'Le calcul sur le CPU est impossible ici',
  'Use a current browser, or Node 20.19 or newer': 'Utilisez un navigateur récent, ou Node 20.19 au moins',
  'WebGPU is here, but it found no adapter (requestAdapter gave null)':
    'WebGPU est là, mais n’a trouvé aucun adaptateur (requestAdapter a rendu null)',
  'WebGPU is here, but it found no adapter (requestAdapter failed: {0:any})':
    'WebGPU est là, mais n’a trouvé aucun adaptateur (requestAdapter a échoué : « {0} »)',
  'The browser may block this graphics driver: see chrome://gpu, or try another browser':
    'Le navigateur bloque peut-être ce pilote graphique : voyez chrome://gpu, ou essayez un autre navigateur',
  'The adapter {0:any} has no 16-bit numbers (the WebGPU feature shader-f16), which gpu-f16 needs':
    'L’adaptateur {0} n’a pas de nombres de 16 bits (la fonctionnalité WebGPU shader-f16), dont gpu-f16 a besoin',
  'Choose gpu, which computes in f32': 'Choisissez gpu, qui calcule en f32',
  'The adapter {0:any} refused a device: {1:any}': 'L’adaptateur {0} a refusé un appareil : « {1} »',
  'Close other tabs that use the GPU and reload, or restart the browser':
    'Fermez les autres onglets qui utilisent le GPU et rechargez, ou relancez le navigateur',
  'WebGPU needs a secure origin; this page was loaded from {0:any}':
    'WebGPU demande une origine sécurisée ; cette page vient de {0}',
  'Open it over https, or from localhost; or compute on the CPU':
    'Ouvrez-la en https, ou depuis localhost ; ou calculez sur le CPU',
  'This browser has no WebGPU (navigator.gpu is missing)': 'Ce navigateur n’a pas WebGPU (navigator.gpu est absent)',
  'Use a current Chrome, Edge, Safari or Firefox with WebGPU switched on; or compute on the CPU':
    'Utilisez une version récente de Chrome, Edge, Safari ou Firefox, avec WebGPU activé ; ou calculez sur le CPU',

  // Ce qui n’y tient pas
  'This race {0}; {1}': 'Cette course {0} ; {1}',
  'This model {0}': 'Ce modèle {0}',
  'needs {0}, {1} of it in one buffer ({2}), where this device allows {3}':
    'demande {0}, dont {1} dans un seul tampon ({2}), alors que cet appareil en accorde {3}',
  'needs {0}, {1} of it in one buffer ({2:any} of {3:any}), where this device allows {4}':
    'demande {0}, dont {1} dans un seul tampon ({2} de {3}), alors que cet appareil en accorde {4}',
  'needs {0} of memory, of which there are {1} left': 'demande {0} de mémoire, dont il reste {1}',
  'This race needs {0} in all': 'Cette course demande {0} en tout',
  'the arena {0:any}': 'l’arène {0}',
  'the input {0:any}': 'l’entrée {0}',
  'the constant {0:any}': 'la constante {0}',
  'the step state': 'l’état du pas',
  'the nearest size that fits: {0}': 'la taille la plus proche qui convient : {0}',
  'a size that fits: {0}': 'une taille qui convient : {0}',
  'no smaller size of it fits either': 'aucune taille plus petite ne convient non plus',
  '{0}, or {1}': '{0}, ou {1}',
  'model.channels {0}': 'model.channels {0}',
  'model.layers {0}': 'model.layers {0}',
  'train.batch {0}': 'train.batch {0}',
  'model.context {0}': 'model.context {0}',
  '{0} needs {1} of memory; {2} are in use and the cpu executor may have {3} in all, when the machine has it':
    '{0} : il y faut {1} de mémoire ; {2} sont déjà pris, et le calcul sur le CPU ne peut en avoir que {3} en tout, si la machine les a',
  'A compiled graph of this model': 'Un graphe compilé de ce modèle',
  "This model's weights, gradients and optimizer state":
    'Les poids, les gradients et l’état de l’optimiseur de ce modèle',
  'needs {0}, {1} of it in one buffer ({2:any} of {3:id} ({4})), where this device allows {5}':
    'demande {0}, dont {1} dans un seul tampon ({2} de {3}, {4}), alors que cet appareil en accorde {5}',
  '{0:any} binds {1} buffers; this device allows {2} a shader (maxStorageBuffersPerShaderStage)':
    '{0} lie {1} tampons ; cet appareil en permet {2} par shader (maxStorageBuffersPerShaderStage)',
  '{0:any} needs a binding of {1} bytes; this device allows {2} (maxStorageBufferBindingSize)':
    '{0} a besoin d’une liaison de {1} octets ; cet appareil en permet {2} (maxStorageBufferBindingSize)',
  'The device is out of memory: {0:any}': 'L’appareil n’a plus de mémoire : « {0} »',
  'The device is out of memory: {0:any} This race needs {1} in all':
    'L’appareil n’a plus de mémoire : « {0} » Cette course demande {1} en tout',
  'Choose a smaller model': 'Choisissez un modèle plus petit',
  'Choose a smaller model or batch': 'Choisissez un modèle ou un lot plus petit',
  'Choose a smaller model, context or batch': 'Choisissez un modèle, un contexte ou un lot plus petit',
  'Choose a smaller model, batch or context': 'Choisissez un modèle, un lot ou un contexte plus petit',
  'Choose a smaller batch, context or model': 'Choisissez un lot, un contexte ou un modèle plus petit',

  // Ce qui a été perdu
  'The GPU device was lost: {0:any}': 'L’appareil GPU a été perdu : « {0} »',
  '{0} It could not be opened again: {1}': '{0} Il n’a pas pu être rouvert : {1}',
  'It could not be opened again: {0}': 'Il n’a pas pu être rouvert : {0}',
  'It could not be opened again: {0:any}': 'Il n’a pas pu être rouvert : « {0} »',
  'the device was lost; opening it again': 'l’appareil a été perdu ; réouverture',
  'A thread of the cpu executor ended: {0}': 'Un fil d’exécution du calcul sur le CPU s’est arrêté : {0}',
  'A thread of the cpu executor ended: {0:any}': 'Un fil d’exécution du calcul sur le CPU s’est arrêté : « {0} »',
  'A thread that computes a part of the cpu executor’s kernels does not answer':
    'Un fil d’exécution qui calcule une part des noyaux sur le CPU ne répond pas',
  'A thread that computes a part of the cpu executor’s kernels has failed':
    'Un fil d’exécution qui calcule une part des noyaux sur le CPU a échoué',
  'a thread did not start in {0} s': 'un fil d’exécution n’a pas démarré en {0} s',
  'a message of it cannot be read': 'un de ses messages ne peut être lu',
  'its script cannot be loaded': 'son script ne peut être chargé',
  'this thread of the cpu executor was closed': 'ce fil d’exécution du calcul sur le CPU a été fermé',
  'Start again; if it happens again, choose a smaller model or batch':
    'Relancez l’entraînement ; si cela se reproduit, choisissez un modèle ou un lot plus petit',
  'the run uses the kernel variant {0:any} of {1:any}, which does not exist here; there are {2:any}':
    'la course utilise la variante de noyau {0} de {1}, qui n’existe pas ici ; il y a {2}',
  'Go on with the version, the device and the executor that it began with':
    'Continuez avec la version, l’appareil et le mode de calcul du début',

  // Endroits du graphe
  'layer {0}': 'couche {0}',
  head: 'sortie',
  routers: 'routeurs',
  optimizer: 'optimiseur',
  'sum of gradients': 'somme des gradients',
  '(backward)': 'rétropropagation',
  '{0} (backward)': '{0} (rétropropagation)',
  '{0} / {1}': '{0} / {1}',

  // Compilation
  'compiling kernels, {0}': 'compilation des noyaux, {0}',
  'compiling kernels {0}/{1}, {2}': 'compilation des noyaux {0}/{1}, {2}',
  'model {0} of {1}': 'modèle {0} sur {1}',
};
