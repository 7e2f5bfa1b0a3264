import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ESTree, parseSync } from 'vite';

/** Text for people in the sources: what stands for a value is a hole. */
export interface Saying {
  /** Path under src, and the line that it begins at. */
  file: string;
  line: number;
  /** With `HOLE` for each value. */
  text: string;
  /** The source of each value. */
  values: readonly string[];
  /**
   * 'message': what is thrown as an error for people, or its hint; 'rest': the same, behind the name of a file. 'bug': what
   * only a mistake of ours can throw.
   */
  role: 'message' | 'rest' | 'bug' | 'words';
  /** Names of the calls and properties that it stands in, the innermost last. */
  within: readonly string[];
}

export const HOLE = '\u0000';

const SRC = join(import.meta.dirname, '../../src');
/** Errors for people, and which of their arguments are read. */
const MESSAGES: ReadonlyMap<string, readonly number[]> = new Map([
  ['badInput', [0, 1]],
  ['CrossoverError', [1, 2]],
  ['NoGpuError', [1, 2]],
  ['DoesNotFit', [0]],
]);
const BUGS: ReadonlySet<string> = new Set(['Error', 'RangeError', 'TypeError']);

function roleOf(callee: string, argument: number): Saying['role'] | undefined {
  if (MESSAGES.get(callee)?.includes(argument)) return 'message';
  // What reads a file names it in a function of this name.
  if (callee === 'wrong') return 'rest';
  return BUGS.has(callee) ? 'bug' : undefined;
}

type Node = ESTree.Node;
const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && typeof (value as Node).type === 'string';

/** What the sources under `folders` (paths under src) say, file by file. */
export function sayings(wanted: (file: string) => boolean): Saying[] {
  return readdirSync(SRC, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.tsx?$/.test(file) && wanted(file))
    .sort()
    .flatMap((file) => sayingsIn(file, readFileSync(join(SRC, file), 'utf8')));
}

/** What a source says. */
export function sayingsIn(file: string, source: string): Saying[] {
  const { program, errors } = parseSync(file, source);
  if (errors.length > 0) throw new Error(`${file}: ${errors[0].message}`);
  const found: Saying[] = [];

  const walk = (node: Node, role: Saying['role'], within: readonly string[]): void => {
    const text = textOf(node, source);
    if (text) {
      const line = source.slice(0, node.start).split('\n').length;
      if (isWords(text.text))
        found.push({ file, line, role, within, text: text.text, values: text.values.map(sourceOf) });
      for (const value of text.values) walk(value, role === 'message' ? 'words' : role, within);
      return;
    }
    switch (node.type) {
      case 'CallExpression':
      case 'NewExpression': {
        const callee = nameOf(node.callee);
        walk(node.callee, 'words', within);
        node.arguments.forEach((argument, i) => {
          walk(argument, roleOf(callee, i) ?? role, [...within, callee]);
        });
        return;
      }
      case 'Property':
      case 'PropertyDefinition':
        if (isNode(node.value)) walk(node.value, role, [...within, nameOf(node.key)]);
        return;
      case 'ImportDeclaration':
      case 'ExportAllDeclaration':
        return;
      default:
        for (const child of childrenOf(node)) walk(child, role, within);
    }
  };
  const sourceOf = ({ start, end }: Node) => source.slice(start, end);
  walk(program, 'words', []);
  return found;
}

/** The text of a string, a template or a sum of these; undefined for anything else. */
function textOf(node: Node, source: string): { text: string; values: Node[] } | undefined {
  if (node.type === 'Literal') return typeof node.value === 'string' ? { text: node.value, values: [] } : undefined;
  if (node.type === 'TemplateLiteral') {
    const parts = node.quasis.map(({ value }) => value.cooked ?? '');
    return { text: parts.join(HOLE), values: node.expressions };
  }
  if (node.type === 'BinaryExpression' && node.operator === '+') {
    const [left, right] = [node.left, node.right].map((each) => textOf(each as Node, source));
    return left && right && { text: left.text + right.text, values: [...left.values, ...right.values] };
  }
  return undefined;
}

/** Two words, or one that goes with a value. */
function isWords(text: string): boolean {
  return /[A-Za-z]{2}/.test(text) && /\S \S|\S {2}|^ | $/.test(text);
}

function nameOf(node: Node): string {
  if (node.type === 'Identifier') return node.name;
  if (node.type === 'MemberExpression') return nameOf(node.property as Node);
  return '';
}

/** Its parts, without the types. */
function childrenOf(node: Node): Node[] {
  const isType = node.type.startsWith('TS') && !/^TS(As|NonNull|Satisfies)/.test(node.type);
  if (isType) return [];
  return Object.values(node)
    .flatMap((value) => (Array.isArray(value) ? value : [value]))
    .filter(isNode);
}
