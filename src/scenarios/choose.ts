import { stringify } from 'yaml';
import { ProblemsError, UsageError } from '../problems.ts';
import { nearest } from '../sim/expression/suggest.ts';
import type { World } from '../sim/world/schema/world.ts';
import type { Exercise } from './exercise.ts';
import { buildWorld } from './language/build-world.ts';
import { fromPlain } from './language/from-plain.ts';
import { preparedOf } from './language/prepared.ts';
import { ProblemList } from './language/problem-list.ts';
import type { Node } from './language/tree.ts';
import { applied } from './options.ts';
import { expandWorld } from './short-forms.ts';

/** Answers by decision. One that is left out stays open: the world as written is "nothing chosen". */
export type Choices = Readonly<Record<string, string>>;

const worlds = new WeakMap<Exercise, Map<string, World>>();

/** The world that a set of answers makes of an exercise: plain data, the same object for the same answers. */
export function choose(exercise: Exercise, choices: Choices): World {
  return choosePatched(exercise, choices, []);
}

/** The same with further merge patches on top, for variations, ablations and bigger boxes. */
export function choosePatched(exercise: Exercise, choices: Choices, patches: readonly object[]): World {
  refuseUnknown(exercise, choices);
  const made = worlds.get(exercise) ?? new Map<string, World>();
  worlds.set(exercise, made);
  const answers = exercise.decide.map(({ id }) => choices[id] ?? null);
  const key = JSON.stringify([answers, patches]);
  const known = made.get(key);
  if (known) return known;
  const problems = new ProblemList();
  const extra = patches.map((patch) => expandWorld(fromPlain(patch, 'patch')));
  const built = buildWorld(applied(chosenTree(exercise, choices), extra), problems);
  if (!built) throw new ProblemsError(problems.inOrder());
  made.set(key, built.world);
  return built.world;
}

/** The merged tree of a set of answers. */
function chosenTree(exercise: Exercise, choices: Choices): Node {
  const { world, decisions } = preparedOf(exercise);
  const patches = decisions.flatMap(
    ({ id, options }) => options.find((option) => option.id === choices[id])?.patches ?? [],
  );
  return applied(world, patches);
}

function refuseUnknown(exercise: Exercise, choices: Choices): void {
  const decisions = exercise.decide.map(({ id }) => id);
  for (const [decision, option] of Object.entries(choices)) {
    const asked = exercise.decide.find(({ id }) => id === decision);
    if (!asked) throw new UsageError(unknown('decision', decision, decisions));
    const options = asked.options.map(({ id }) => id);
    if (!options.includes(option))
      throw new UsageError(unknown(`option of \`${decision}\` called`, option, options));
  }
}

function unknown(what: string, name: string, known: readonly string[]): string {
  const near = nearest(name, known);
  return `There is no ${what} \`${name}\`.${near ? ` Did you mean \`${near}\`?` : ''} There are: ${known.join(' ')}.`;
}

/** What an option changes, as YAML: first what its patterns expand to, then its own patch; short forms written in full. */
export function explainPatch(exercise: Exercise, decision: string, option: string): string {
  refuseUnknown(exercise, { [decision]: option });
  const found = exercise.decide.find(({ id }) => id === decision)?.options.find(({ id }) => id === option);
  const { patches = [], patterns = [] } = found ?? {};
  const parts = patches.flatMap((patch, at) => {
    if (Object.keys(patch).length === 0) return [];
    const pattern = patterns[at];
    const body = stringify(patch, { lineWidth: 100, flowCollectionPadding: true });
    return [pattern === undefined ? body : `# the pattern ${pattern}\n${body}`];
  });
  return parts.length === 0 ? '# nothing changes\n' : parts.join('');
}
