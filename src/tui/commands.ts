import type { Listed } from '../scenarios/load.ts';
import { nearest } from '../sim/expression/suggest.ts';
import type { Bindings } from './keys/bindings.ts';
import { type Action, type ActionId, keyEntries, type ScreenName } from './keys/table.ts';
import type { Question } from './screens/screen.ts';

/** What may follow a command, by its action. */
export type Arguments = Readonly<Partial<Record<ActionId, readonly string[]>>>;

const commandsOn = (bindings: Bindings, screen: ScreenName): ReadonlyMap<string, ActionId> =>
  new Map(
    bindings.actionsOn(screen).flatMap((id): [string, ActionId][] => {
      const command = keyEntries.get(id)?.command;
      return command === undefined ? [] : [[command, id]];
    }),
  );

/** A typed command as an action; or what is wrong with it. */
export function parseCommand(
  bindings: Bindings,
  screen: ScreenName,
  typed: string,
): Action | { readonly problem: string } {
  const [name = '', ...words] = typed.trim().replace(/^:/, '').split(/\s+/);
  const argument = words.join(' ');
  const commands = commandsOn(bindings, screen);
  // As in vi, a bare number is a place.
  if (/^\d+$/.test(name) && commands.has('e')) return { id: 'event', key: '', argument: name };
  const id = commands.get(name);
  if (id !== undefined) return { id, key: '', argument };
  const elsewhere = [...keyEntries.values()].some(({ command }) => command === name);
  if (elsewhere) return { problem: `"${name}" does nothing on this screen` };
  const near = nearest(name, commands.keys());
  return { problem: `There is no command "${name}".${near === undefined ? '' : ` Did you mean "${near}"?`}` };
}

/** What a command that is being typed may become. */
export function completions(
  bindings: Bindings,
  screen: ScreenName,
  typed: string,
  known: Arguments,
): readonly string[] {
  const commands = commandsOn(bindings, screen);
  const [name = '', ...rest] = typed.trimStart().split(/\s+/);
  if (rest.length === 0) return [...commands.keys()].filter((command) => command.startsWith(name)).sort();
  const id = commands.get(name);
  const word = rest.join(' ');
  return (id === undefined ? [] : (known[id] ?? []))
    .filter((argument) => argument.startsWith(word))
    .map((argument) => `${name} ${argument}`);
}

/** Asks for a command, and answers with its action once one is typed. */
export function commandQuestion(
  bindings: Bindings,
  screen: ScreenName,
  exercises: readonly Listed[],
  answer: (action: ReturnType<typeof parseCommand>) => void,
): Question {
  const known = { goto: exercises.map(({ slug }) => slug), theme: ['dark', 'light', 'none'] };
  return {
    label: ':',
    complete: (typed) => completions(bindings, screen, typed, known),
    onAnswer: (typed) => {
      if (typed.trim() !== '') answer(parseCommand(bindings, screen, typed));
    },
  };
}
