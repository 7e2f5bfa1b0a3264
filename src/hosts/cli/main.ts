import { stripVTControlCharacters } from 'node:util';
import { type ArgsDef, type CommandDef, defineCommand, renderUsage, runCommand } from 'citty';
import { badInput, CrossoverError, EXIT_CODES, messageOf } from '../../core/errors.ts';
import { allowedWords, fieldList } from '../../spec/fields.ts';
import { COMMANDS, type CommandName, EXAMPLES } from './commands.ts';
import { checkOptions } from './options.ts';
import { hasColour, type Terminal } from './terminal.ts';

const root = defineCommand({
  meta: {
    name: 'crossover',
    description: 'Train an autoregressive and a masked-diffusion language model, and watch them cross',
  },
  subCommands: COMMANDS,
});

/** Runs one command line. Resolves to the exit code; every error has been told on stderr by then. */
export async function main(argv: readonly string[], terminal: Terminal): Promise<number> {
  const { stdout, stderr, env, version } = terminal;
  const [name, ...rawArgs] = argv;
  try {
    if (name === undefined || isHelp(name) || name === 'help') {
      return print(await renderUsage(root), terminal);
    }
    if (name === '--version') {
      stdout.write(`${version}\n`);
      return 0;
    }
    if (!Object.hasOwn(COMMANDS, name)) {
      const list = Object.keys(COMMANDS).join(', ');
      throw badInput(`${JSON.stringify(name)} is not a command; there are ${list}`, 'See crossover --help.');
    }
    const command = COMMANDS[name as CommandName] as unknown as CommandDef<ArgsDef>;
    if (rawArgs.some(isHelp)) {
      return print(`${await renderUsage(command, root)}${examples(name as CommandName)}`, terminal);
    }
    checkOptions(rawArgs, command.args as ArgsDef);
    const { result } = await runCommand(command, { rawArgs: [...rawArgs], data: terminal });
    return result as number;
  } catch (error) {
    const known = error instanceof CrossoverError;
    stderr.write(`crossover: ${messageOf(error)}\n`);
    if (known && error.hint) stderr.write(`${error.hint}\n`);
    if (!known && env.DEBUG) stderr.write(`${(error as Error).stack}\n`);
    return known ? EXIT_CODES[error.code] : 1;
  }
}

const isHelp = (arg: string) => arg === '--help' || arg === '-h';

function examples(name: CommandName): string {
  const width = Math.max(...EXAMPLES[name].map(([line]) => line.length));
  const lines = EXAMPLES[name].map(([line, what]) => `  ${line.padEnd(width)}  ${what}`);
  const settings = name === 'race' || name === 'train' ? `\n\nSETTINGS (--set)\n\n${settingLines().join('\n')}` : '';
  return `\nEXAMPLES\n\n${lines.join('\n')}${settings}`;
}

/** Every setting with its default and range; the preset may differ from the default. */
function settingLines(): string[] {
  const fields = fieldList().map((field) => [
    `  ${field.path}=${field.default}`,
    `${field.label}${field.unit ? `, ${field.unit}` : ''}; ${allowedWords(field)}`,
  ]);
  const width = Math.max(...fields.map(([setting]) => setting.length));
  return fields.map(([setting, meaning]) => `${setting.padEnd(width)}  ${meaning}`);
}

function print(text: string, { stdout, env }: Terminal): number {
  stdout.write(`${hasColour(stdout, env) ? text : stripVTControlCharacters(text)}\n`);
  return 0;
}
