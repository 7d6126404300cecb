import { Command as Commander, CommanderError, Option } from 'commander';
import { nearest } from '../sim/expression/suggest.ts';
import { ENGINE_VERSION } from '../sim/run.ts';
import { type Command, EXIT } from './command.ts';
import { commands, commandsByName } from './index.ts';
import { LOOK } from './look.ts';
import { type Output, standardOutput } from './output.ts';
import { packageVersion } from './version.ts';

const ABOUT = `Learn integration architecture by breaking an online store.

A simulator runs the store's services, brokers and partners in this one
process, in virtual time. You predict, choose a design, run it, see what
happens to real orders, ask why, and prove it on hundreds of seeds.`;

const EXAMPLES = `Begin:
  $ brownout                        the first time, a running failure
  $ brownout list                   all exercises
  $ brownout charged-twice          one of them

Without a terminal:
  $ brownout run charged-twice --choose key=attempt --why
  $ brownout grade slow-mail --choose path=queue --seeds 200

Write one yourself:
  $ brownout new my-course/first.yaml
  $ brownout check my-course/ --seeds 50

Exit codes: 0 held or done, 1 a check broke, 2 wrong usage, 3 a document that
cannot be used, 70 a bug of ours, 130 interrupted.`;

/** Puts the switches on that every command has. */
function common(command: Commander): Commander {
  return command
    .addOption(new Option('--json', 'print JSON for programs (docs/json.md)'))
    .addOption(new Option('--plain', 'menus and sentences: for screen readers and logs'));
}

/** What commander keeps in a many-valued option. */
const collect = (value: string, before: readonly string[] | undefined): readonly string[] => [
  ...(before ?? []),
  value,
];

function added(
  program: Commander,
  { usage, summary, about, options = [], examples, run }: Command,
  group: string,
  done: Done,
): void {
  const command = common(program.command(usage))
    .summary(summary)
    .description(about === undefined ? summary : `${summary}.\n\n${about}`);
  command.helpGroup(group);
  for (const { flags, about: meaning, many } of options) {
    const option = new Option(flags, meaning);
    command.addOption(many ? option.argParser(collect) : option);
  }
  command.addHelpText(
    'after',
    () => `\nExamples:\n${examples.map(([line, effect]) => `  $ ${line}\n      ${effect}`).join('\n')}`,
  );
  command.action(async (...given: unknown[]) => {
    const args = (command.processedArgs as unknown[])
      .flat()
      .filter((value): value is string => typeof value === 'string');
    const values = given.at(-2) as Record<string, unknown>; // commander calls with arguments, options, command
    done(await run({ args, options: values, out: standardOutput(values['json'] === true) }));
  });
}

type Done = (code: number) => void;

const GROUPS: Readonly<Record<keyof typeof commands, string>> = {
  learning: 'Learn:',
  authoring: 'Write exercises:',
  trouble: 'When something is wrong:',
};

/** A command in the list of all: its name and what it is called with. */
const termOf = (command: Commander): string =>
  [
    command.name(),
    ...command.registeredArguments.map((argument) =>
      argument.required ? `<${argument.name()}>` : `[${argument.name()}]`,
    ),
  ].join(' ');

/** The whole command line; `done` is told the code to exit with. */
function programOf(done: Done): Commander {
  const program = common(new Commander('brownout'))
    .description(ABOUT)
    .argument('[exercise]', 'what to play')
    .usage('[exercise] | <command> [options]')
    .helpOption('-h, --help', 'this help; after a command, help on it')
    .helpCommand('help [command]', 'help on a command')
    .configureHelp({ helpWidth: 80, subcommandTerm: termOf })
    .addHelpText('after', `\n${EXAMPLES}`)
    .showSuggestionAfterError()
    .exitOverride()
    .enablePositionalOptions();
  for (const { flags, about } of LOOK) program.addOption(new Option(flags, about));
  program.option('-V, --version', 'the version');
  for (const [group, members] of Object.entries(commands)) {
    for (const command of Object.values(members))
      added(program, command, GROUPS[group as keyof typeof commands], done);
  }
  program.action(async (name: string | undefined, values: Record<string, unknown>) => {
    const out = standardOutput(values['json'] === true);
    if (values['version'] === true) return done(await version(out));
    const misspelt = name === undefined ? undefined : commandNear(name);
    if (misspelt !== undefined) {
      const { UsageError } = await import('../problems.ts');
      throw new UsageError(`there is no command "${name}". Did you mean ${misspelt}?`);
    }
    const { home } = await import('./home.ts');
    done(await home({ args: name === undefined ? [] : [name], options: values, out }));
  });
  return program;
}

/** The command that a word looks like: exercises have long names, so a near command is what was meant. */
const commandNear = (name: string): string | undefined =>
  /[-./\\]/.test(name) ? undefined : nearest(name, commandsByName.keys());

async function version(out: Output): Promise<number> {
  out.show(`${packageVersion()} (engine ${ENGINE_VERSION})`);
  out.document('version', { version: packageVersion(), engine: ENGINE_VERSION, node: process.version });
  return EXIT.ok;
}

/** Runs a command line, and gives the code to exit with; only what has its own code is caught. */
export async function runCommandLine(argv: readonly string[]): Promise<number> {
  let code: number = EXIT.ok;
  try {
    await programOf((given) => {
      code = given;
    }).parseAsync([...argv], { from: 'user' });
    return code;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  }
}
