import type { Entries } from '../../phrasebook.ts';

/** Le français de ce qui peut être faux dans un fichier : une archive, une course, des poids, un tokeniseur. */
export const FILES: Entries = {
  '{0:file}: {1}': '{0} : {1}',

  // src/lab/runFiles/zip.ts
  '{0:any} cannot be read as a .zip: {1}': '{0} ne peut être lu comme un .zip : {1}',
  'it has no directory at its end; it is another kind of file, or cut off':
    'il n’a pas de répertoire à la fin ; c’est un autre genre de fichier, ou il est tronqué',
  'it is a ZIP64, which is for more than a race is': 'c’est un ZIP64, fait pour bien plus qu’une course',
  'it holds {0} files; {1} are allowed': 'il contient {0} fichiers ; {1} sont permis',
  'its directory ends after {0} of {1} files': 'son répertoire s’arrête après {0} fichiers sur {1}',
  '"{0:any}" leads out of the folder that it is unpacked into': '« {0} » mène hors du dossier où il est extrait',
  'it holds "{0:any}" twice': 'il contient deux fois « {0} »',
  '"{0:any}" shares its bytes with another file': '« {0} » partage ses octets avec un autre fichier',
  '{0:any}: {1:any} is encrypted': '{0} : {1} est chiffré',
  '{0:any}: {1:any} is packed by method {2}; readable are 0 and 8':
    '{0} : {1} est compressé par la méthode {2} ; seules 0 et 8 sont lisibles',
  '{0:any}: {1:any} is not where the directory says': '{0} : {1} n’est pas là où le dit le répertoire',
  '{0:any}: {1:any} is cut off': '{0} : {1} est tronqué',
  '{0:any}: {1:any} is damaged: it does not unpack to the {2} that are declared':
    '{0} : {1} est abîmé ; une fois décompressé, il ne fait pas les {2} annoncés',
  '{0:any}: {1:any} is damaged: its checksum is another':
    '{0} : {1} est abîmé ; sa somme de contrôle n’est pas la bonne',

  // src/lab/runFiles/archive.ts
  '{0:any} holds no run: no folder in it has a {1:any}':
    '{0} ne contient aucune course : aucun de ses dossiers n’a de {1}',
  '{0:any}: {1:any} has {2} unpacked; {3} are allowed': '{0} : {1} fait {2} une fois décompressé ; {3} sont permis',
  '{0:any} has {1} unpacked; {2} are allowed': '{0} fait {1} une fois décompressé ; {2} sont permis',
  '{0:any} has no {1:file}': '{0} n’a pas de {1}',
  '{0:any} was trained on a text of one’s own, and has no {1:any}':
    '{0} : la course porte sur un texte personnel, et il n’y a pas de {1}',
  '{0:any} has weights, and no {1:any} that says for which symbols':
    '{0} a des poids, mais pas de {1} qui dise pour quels symboles',
  '{0:any} holds AR of one race twice, in {1:any} and {2:any}':
    '{0} contient deux fois le modèle AR d’une même course, dans {1} et {2}',
  '{0:any} holds diffusion of one race twice, in {1:any} and {2:any}':
    '{0} contient deux fois le modèle de diffusion d’une même course, dans {1} et {2}',
  '{0:any} must hold one race; it holds {1}': '{0} doit contenir une course ; il en contient {1}',

  // src/lab/runFiles/read.ts et lines.ts
  '{0:any} is not a run folder: it has no {1:any}': '{0} n’est pas un dossier de course : il n’a pas de {1}',
  '{0:any} is not JSON': '{0} n’est pas du JSON',
  '{0:any} is not JSON; found {1:any}': '{0} n’est pas du JSON ; trouvé : {1}',
  '{0:any} is a run of {1:any}, but holds numbers of {2:any}':
    '{0} est une course de {1}, mais contient des mesures de {2}',
  '{0:any} is not a text in UTF-8': '{0} n’est pas un texte en UTF-8',
  '{0:any} is not as Crossover writes it: {1}': '{0} n’est pas tel que Crossover l’écrit : {1}',
  '{0:any} is not as Crossover writes it: {1:any}: {2}': '{0} n’est pas tel que Crossover l’écrit : {1} : {2}',
  'line {0} is not JSON; found {1:any}': 'la ligne {0} n’est pas du JSON ; trouvé : {1}',
  'line {0} is not as Crossover writes it: {1}': 'la ligne {0} n’est pas telle que Crossover l’écrit : {1}',
  'line {0} is not as Crossover writes it: {1:any}: {2}':
    'la ligne {0} n’est pas telle que Crossover l’écrit : {1} : {2}',
  'must be a number or one of {0:any}': 'doit être un nombre, ou l’un de {0}',

  // src/train/safetensors.ts et modelFiles.ts
  '{0:any} is not a readable safetensors file: {1}': '{0} n’est pas un fichier safetensors lisible : {1}',
  'it has {0} bytes and needs {1} for the length of its header alone':
    'il fait {0} octets, et il en faut {1} pour la seule longueur de son en-tête',
  'its header should take {0} bytes, but only {1} follow':
    'son en-tête devrait faire {0} octets, mais il n’en reste que {1}',
  '{0:any} must map names to strings': '{0} doit associer des textes à des noms',
  'tensor “{0:any}” ends at byte {1} of the data, which has {2} bytes (truncated?)':
    'le tenseur « {0} » finit à l’octet {1} des données, qui en font {2} (fichier tronqué ?)',
  'tensor “{0:any}” begins at byte {1}, inside the tensor before it':
    'le tenseur « {0} » commence à l’octet {1}, à l’intérieur de celui qui le précède',
  'no tensor holds the bytes {0} to {1} of the data': 'aucun tenseur ne contient les octets {0} à {1} des données',
  'its header is not JSON': 'son en-tête n’est pas du JSON',
  'its header must be a JSON object of tensors by name': 'son en-tête doit être un objet JSON de tenseurs par nom',
  'tensor “{0:any}” needs a dtype, a shape and two data_offsets; found {1:any}':
    'le tenseur « {0} » doit avoir un dtype, une forme (shape) et deux data_offsets ; trouvé : {1}',
  'tensor “{0:any}” has dtype {1:any}; readable are {2:any}': 'le tenseur « {0} » a le dtype {1} ; sont lisibles {2}',
  'tensor “{0:any}” {1:any} [{2:any}] takes {3} bytes; its offsets span {4}':
    'le tenseur « {0} » {1} [{2}] prend {3} octets ; ses data_offsets en couvrent {4}',
  'a tensor cannot be called {0:any}: the format keeps that name':
    'un tenseur ne peut s’appeler {0} : le format se réserve ce nom',
  'tensor “{0:any}”: {1} numbers do not fill {2:any}': 'tenseur « {0} » : {1} nombres ne remplissent pas {2}',
  '{0:any} holds “{1:any}”, which is not part of the model of its run':
    '{0} contient « {1} », qui n’appartient pas au modèle de cette course',
  '{0:any} lacks the tensor “{1:any}” {2:any}': 'il manque à {0} le tenseur « {1} » {2}',
  '{0:any}: “{1:any}” must be {2:any} for the model of its run; got {3:any}':
    '{0} : « {1} » doit avoir la forme {2} pour le modèle de cette course ; ici {3}',
  '{0:any}: “{1:any}” must hold F32 numbers': '{0} : « {1} » doit contenir des nombres F32',
  '{0:any} must have the format {1:any} in its metadata; found {2}':
    '{0} doit porter le format {1} dans ses métadonnées ; trouvé : {2}',
  '{0:any} must have the format {1:any} in its metadata; found {2:any}':
    '{0} doit porter le format {1} dans ses métadonnées ; trouvé : {2}',
  '{0:any} must say step, seconds and variants in its metadata; found {1}':
    '{0} doit donner step, seconds et variants dans ses métadonnées ; trouvé : {1}',
  '{0:any} must say step, seconds and variants in its metadata; found {1:any}':
    '{0} doit donner step, seconds et variants dans ses métadonnées ; trouvé : {1}',
  none: 'rien',

  // src/data/tokenizerJson.ts
  'tokenizer.json is not JSON ({0} characters); it may be cut off':
    'tokenizer.json n’est pas du JSON ({0} caractères) ; il est peut-être tronqué',
  'tokenizer.json is not a tokenizer of Crossover: {0:any}: {1}':
    'tokenizer.json n’est pas un tokeniseur de Crossover : {0} : {1}',
  'tokenizer.json is not a tokenizer of Crossover: the file: {0}':
    'tokenizer.json n’est pas un tokeniseur de Crossover : {0}',
  'tokenizer.json: model.vocab holds {0:any}; every token must be {1}':
    'tokenizer.json : model.vocab contient {0} ; chaque jeton doit être {1}',
  'a word without white space': 'un mot sans espace',
  'one character': 'un seul caractère',
  'tokenizer.json: the ids of model.vocab must be 0 … {0}, each once':
    'tokenizer.json : les numéros de model.vocab doivent être 0 … {0}, chacun une fois',
  'tokenizer.json: {0:any} has id {1}; it must follow the {2} symbols':
    'tokenizer.json : {0} a le numéro {1} ; il doit suivre les {2} symboles',

  // Ce que dit zod d’une valeur
  'Invalid input': 'valeur non valable',
  'Invalid input: expected {0}, received {1}': 'attendu : {0} ; trouvé : {1}',
  'Invalid input: expected {0}, received {1:any}': 'attendu : {0} ; trouvé : {1}',
  'Invalid input: expected {0}': 'attendu : {0}',
  'Invalid input: expected {0:any}': 'attendu : {0}',
  'Invalid input: more than one option matched': 'valeur non valable : plusieurs cas conviennent',
  'Invalid option: expected one of {0:any}': 'attendu : l’un de {0}',
  'Invalid discriminator value. Expected {0:any}': 'attendu : {0}',
  'Invalid string: must match pattern {0:any}': 'texte non valable : il doit suivre le motif {0}',
  'Invalid number: must be a multiple of {0}': 'nombre non valable : il doit être un multiple de {0}',
  'Invalid key in {0}': 'clé non valable dans {0}',
  'Invalid value in {0}': 'valeur non valable dans {0}',
  'Unrecognized key: {0:any}': 'clé inconnue : {0}',
  'Unrecognized keys: {0:any}': 'clés inconnues : {0}',
  'Too small: expected {0} to be >={1}': 'trop petit : il faut au moins {1}',
  'Too small: expected {0} to be >{1}': 'trop petit : il faut plus de {1}',
  'Too big: expected {0} to be <={1}': 'trop grand : il faut au plus {1}',
  'Too big: expected {0} to be <{1}': 'trop grand : il faut moins de {1}',
  'Too small: expected {0} to have >={1} items': 'trop court : il faut au moins {1} {1|élément|éléments}',
  'Too small: expected {0} to have >={1} characters': 'trop court : il faut au moins {1} {1|caractère|caractères}',
  'Too small: expected {0} to have exactly {1} items': 'trop court : il faut exactement {1} {1|élément|éléments}',
  'Too small: expected {0} to have exactly {1} characters':
    'trop court : il faut exactement {1} {1|caractère|caractères}',
  'Too big: expected {0} to have <={1} items': 'trop long : il faut au plus {1} {1|élément|éléments}',
  'Too big: expected {0} to have <={1} characters': 'trop long : il faut au plus {1} {1|caractère|caractères}',
  'Too big: expected {0} to have exactly {1} items': 'trop long : il faut exactement {1} {1|élément|éléments}',
  'Too big: expected {0} to have exactly {1} characters': 'trop long : il faut exactement {1} {1|caractère|caractères}',
  number: 'nombre',
  int: 'entier',
  string: 'texte',
  boolean: 'booléen',
  array: 'liste',
  tuple: 'liste',
  object: 'objet',
  record: 'objet',
  undefined: 'rien',
  null: 'null',
};
