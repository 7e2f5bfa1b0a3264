import { describe, expect, it } from 'vitest';
import { ENTRIES, speech } from '../../src/ui/words/fr/speech.ts';
import { HOLE, type Saying, sayings, sayingsIn } from '../support/sentences.ts';

/**
 * The page speaks French wherever it speaks: whatever the layers below it say in English has its French in the
 * phrasebook. The sources are read, so that a sentence that no test provokes is not forgotten. What has no French
 * belongs into src/ui/words/fr/, or, if it never reaches the page, among the exceptions here.
 */

/** Sources that the page does not listen to: its own words, the terminal, what is built, the kernels. */
const ELSEWHERE = /^(ui|hosts\/(cli|node|build)|cpu\/assembly)\//;

/** What reaches nobody who reads French. `within`: a call or a property that it stands in. */
const EXCEPTIONS: readonly { file: RegExp; within?: string; text?: RegExp; why: string }[] = [
  { file: /^(ops\/|graph\/(tape|autograd)|train\/graphs)/, why: 'checks of the graph that no setting trips' },
  { file: /^graph\/describe/, why: 'a listing, for the terminal' },
  { file: /^gpu\/pipelines/, why: 'a browser’s own words about a shader' },
  { file: /^gpu\/(resources|state|trial)/, within: 'label', why: 'the name of a buffer in a debugger' },
  { file: /^gpu\/resources/, within: 'create', why: 'the name of a buffer in a debugger' },
  { file: /^gpu\/trial/, within: 'set', why: 'the name of a buffer in a debugger' },
  { file: /^hosts\//, within: 'Worker', why: 'the name of a thread in a debugger' },
  { file: /^(data|families|model|train|experiments)\//, within: 'stream', why: 'the name of a random draw' },
  { file: /^model\//, within: 'constant', why: 'the name of a tensor' },
  { file: /^hosts\/(contentPolicy|serviceWorker)|^figure\/markup/, why: 'for browsers to read' },
  { file: /^figure\//, within: 'transform', why: 'for browsers to read' },
  { file: /^experiments\/judge/, text: /^(npx crossover sweep | --|--file )/, why: 'a command to type' },
  { file: /^hosts\/browser\/raceRow/, within: 'decode', why: 'an error that is caught: such a row is set aside' },
  { file: /^hosts\/browser\/(cellStore|database)/, text: /\(.*\)$/, why: 'the name of a place or of a database' },
  { file: /^data\/corpora/, within: 'description', why: 'shown by the terminal; the page lists titles' },
  { file: /^lab\/runFiles\/lines/, text: /^\0: line \0$/, why: 'the book has what follows it' },
  { file: /^analysis\/laws/, text: /as printed: /, why: 'a formula; its label is what stands before the colon' },
  { file: /^experiments\/parse/, why: 'experiments from a file, which only the terminal reads' },
  { file: /^train\/judges/, text: /^the reference /, why: 'reference models, which only the terminal reads' },
  { file: /^lab\/sweepPlan/, text: /^--shard /, why: 'an option of the terminal' },
  { file: /^experiments\/(pairing|quantity)/, text: /^not planned$/, why: 'a value that code compares' },
  { file: /^data\/tasks\/brackets/, text: /^must not$/, why: 'a value that code compares' },
  // Made of parts that stand side by side: test/ui/language.test.ts makes all of these sentences, and asks for each.
  { file: /^analysis\/describe|^experiments\/(words|measures|criteria)/, text: RegExp(HOLE), why: 'tested when made' },
];

/** `{0}` and `{1:any}` as the holes of a saying. */
const withHoles = (english: string) => english.replace(/\{\d(?::[a-z]+)?\}/g, HOLE);
const stripped = (text: string) => text.replace(/\.$/, '').toLowerCase();

const KEYS = Object.keys(ENTRIES).map((english) => ({ english, text: stripped(withHoles(english)) }));
const ALL = sayings((file) => !ELSEWHERE.test(file));

/** Where a text of the book has to say nothing else: before, behind. */
const ENDS: Readonly<Record<Saying['role'], readonly [before: string, behind: string]>> = {
  message: ['^', '$'],
  rest: ['', '$'],
  words: ['', ''],
  bug: ['', ''],
};

/** Whether a text of the book is what is said, or has it as a part; holes of what is said may be filled there. */
function isInBook(text: string, role: Saying['role']): boolean {
  const parts = stripped(text).split(HOLE);
  const longest = parts.reduce((a, b) => (b.length > a.length ? b : a));
  const inner = parts.map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')).join('[^]*');
  const pattern = new RegExp(ENDS[role].join(inner));
  return KEYS.some((key) => key.text.includes(longest) && pattern.test(key.text));
}

function hasFrench({ text, role }: Saying): boolean {
  const said = withHoles(text);
  const known = (part: string) => isInBook(part, role) || speech.language.sentence(part) !== undefined;
  // One sentence after the other, perhaps behind one that is a value.
  return known(said) || known(said.replaceAll(HOLE, '7')) || sentences(said).every(known);
}

const sentences = (text: string) => text.split(/(?<=[.!?\0]) (?=[A-Z\0])/).filter((part) => part !== HOLE);

const isExcepted = (saying: Saying) =>
  saying.role === 'bug' ||
  EXCEPTIONS.some(
    ({ file, within, text }) =>
      file.test(saying.file) && (!within || saying.within.includes(within)) && (!text || text.test(saying.text)),
  );

const untold = (said: readonly Saying[]) =>
  said
    .filter((saying) => !isExcepted(saying) && !hasFrench(saying))
    .map(({ file, line, text }) => `src/${file}:${line} ${text.replaceAll(HOLE, '…')}`);

describe('what the layers below the page say', () => {
  it('is found: errors with their hints, notes, reasons', () => {
    expect(ALL.filter(({ role }) => role === 'message').length).toBeGreaterThan(150);
    const source = `
      const why = \`no \${kind} here\`;
      throw badInput(\`\${path} is odd\`, 'Try ' + 'again.');
      if (lost) throw new Error('never mind');
    `;
    expect(sayingsIn('lab/some.ts', source).map(({ line, role, text }) => [line, role, text])).toEqual([
      [2, 'words', `no ${HOLE} here`],
      [3, 'message', `${HOLE} is odd`],
      [3, 'message', 'Try again.'],
      [4, 'bug', 'never mind'],
    ]);
    expect(untold(sayingsIn('lab/some.ts', source))).toEqual([
      'src/lab/some.ts:2 no … here',
      'src/lab/some.ts:3 … is odd',
      'src/lab/some.ts:3 Try again.',
    ]);
  });

  it('has its French, or never reaches the page', () => {
    expect(untold(ALL)).toEqual([]);
  });

  it('is excepted only where there is something to except', () => {
    const idle = EXCEPTIONS.filter(
      ({ file, within, text }) =>
        !ALL.some(
          (each) =>
            file.test(each.file) && (!within || each.within.includes(within)) && (!text || text.test(each.text)),
        ),
    );
    expect(idle.map(({ why }) => why)).toEqual([]);
  });

  it('keeps names as they are: what is quoted, listed or shown as code is a hole that takes anything', () => {
    const NAMES =
      /^JSON\.stringify\(|^show(Shape)?\(|\.join\('|(^|\.)(name|file|path|origin|folder|inZip|symbol|foreign)$/;
    const wrong = ALL.filter((saying) => saying.role === 'message' && !isExcepted(saying)).flatMap((saying) => {
      const same = KEYS.filter(({ text }) => text === stripped(saying.text));
      const closed = saying.values.filter(
        (value, i) => NAMES.test(value) && same.length > 0 && !same.some(({ english }) => kindsOf(english)[i]),
      );
      return closed.map((value) => `src/${saying.file}:${saying.line} ${value}`);
    });
    expect(wrong).toEqual([]);
  });
});

const kindsOf = (english: string) => [...english.matchAll(/\{\d(?::([a-z]+))?\}/g)].map(([, kind]) => kind);
