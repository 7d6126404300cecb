import { nearest } from '../../sim/expression/suggest.ts';
import { notYet } from '../later.ts';
import { applied } from '../options.ts';
import { expandWorld } from '../short-forms.ts';
import { type Built, buildWorld } from './build-world.ts';
import { checkCheckNames } from './check-names.ts';
import type { ReadChecks } from './exercise-checks.ts';
import { LIMITS } from './limits.ts';
import { tellUnreferenced } from './new-parts.ts';
import type { Prepared, PreparedDecision, PreparedOption } from './prepared.ts';
import type { ProblemList } from './problem-list.ts';
import { checkPromisedNumbers } from './promised-numbers.ts';
import { get, getIn, locate, type Node, type Path, plain } from './tree.ts';
import { tellUnreachable } from './unreachable.ts';

/** Builds the world of every option, and of every variation, and tells what is wrong with each. */
export function checkDesigns(
  prepared: Prepared,
  checks: ReadChecks | undefined,
  root: Node,
  problems: ProblemList,
): void {
  checkNames(prepared, root, problems);
  const untouched = buildWorld(prepared.world, problems);
  const built: Built[] = untouched ? [untouched, ...planned(untouched, prepared.world, problems)] : [];
  for (const decision of prepared.decisions) {
    if (!checkDecision(decision, prepared.world, problems)) continue;
    for (const option of decision.options.filter(({ sound }) => sound)) {
      const context = { words: `with option ${option.id}`, at: option.node.at };
      built.push(...problems.within(context, () => worldsOf(option, prepared.world, untouched, problems)));
    }
  }
  built.push(...variations(prepared, root, problems));
  const whole = problems.told === 0;
  if (whole) tellUnreachable(built, root.at.source, problems);
  checkExpectations(root, checks, problems);
  // A world with a mistake in it may lack what a check names.
  const worlds = built.map(({ world }) => world);
  if (whole) checkPromisedNumbers(root, worlds, problems);
  if (whole && checks) checkCheckNames(checks, worlds, problems);
}

/** The worlds that an option makes, plans included. */
function worldsOf(
  option: PreparedOption,
  world: Node,
  untouched: Built | undefined,
  problems: ProblemList,
): Built[] {
  const tree = applied(world, option.patches);
  const made = buildWorld(tree, problems);
  if (!made) return [];
  if (untouched) tellIfSame(option, untouched, made, problems);
  if (untouched) tellUnreferenced(untouched.world, made, problems);
  return [made, ...planned(made, tree, problems)];
}

/** The worlds that a plan makes of one, each entry on top of those before it. */
function planned({ world }: Built, tree: Node, problems: ProblemList): Built[] {
  const entries = Object.entries(world.plan).sort(([, a], [, b]) => a.at - b.at);
  let here = tree;
  return entries.flatMap(([id]): Built[] => {
    const patch = getIn(tree, ['plan', id, 'patch']);
    if (!patch) return [];
    here = applied(here, [patch]);
    const made = buildWorld(here, problems);
    return made ? [made] : [];
  });
}

function checkNames(prepared: Prepared, root: Node, problems: ProblemList): void {
  unique('decision', prepared.decisions, problems);
  for (const { options, node } of prepared.decisions) {
    unique('option', options, problems);
    const all = get(node, 'options');
    if (all?.kind === 'list' && all.items.length > LIMITS.options)
      problems.add({
        code: 'limit/options',
        at: get(node, 'id')?.at ?? node.at,
        message: `The decision has ${all.items.length} options; the limit is ${LIMITS.options}.`,
      });
    for (const option of options) {
      const patterns = get(option.node, 'pattern');
      if (patterns?.kind === 'map' && patterns.entries.size > LIMITS.patterns)
        problems.add({
          code: 'limit/patterns',
          at: patterns.at,
          message: `The option applies ${patterns.entries.size} patterns; the limit is ${LIMITS.patterns}.`,
        });
    }
  }
  const vary = get(root, 'vary');
  const ids = (vary?.kind === 'list' ? vary.items : []).flatMap((node) => {
    const id = get(node, 'id');
    return id?.kind === 'scalar' ? [{ id: String(id.value), node }] : [];
  });
  unique('variation', ids, problems);
}

function unique(
  what: string,
  named: readonly { readonly id: string; readonly node: Node }[],
  problems: ProblemList,
): void {
  const seen = new Set<string>();
  for (const { id, node } of named) {
    if (seen.has(id))
      problems.add({
        code: 'exercise/duplicate-id',
        at: get(node, 'id')?.at ?? node.at,
        message: `There are two ${what}s \`${id}\` here.`,
        fix: 'give each an id of its own',
      });
    seen.add(id);
  }
}

/** Maps whose entries are things with names: an address may not name one that is not there. */
const NAMED = new Set([
  'services',
  'clients',
  'operations',
  'steps',
  'consumers',
  'schedules',
  'chaos',
  'entities',
]);

/** Whether a decision's address leads somewhere. */
function checkDecision({ node }: PreparedDecision, world: Node, problems: ProblemList): boolean {
  const point = node.kind === 'map' ? node.entries.get('point') : undefined;
  if (point)
    problems.add({
      code: 'exercise/not-modelled-yet',
      at: point.key,
      message: notYet('point', 'decisions that are answered by pointing'),
    });
  const at = get(node, 'at');
  if (at?.kind !== 'scalar' || typeof at.value !== 'string') return true;
  const keys = at.value.split('/');
  const path: Path = keys[0] === 'gateway' ? ['services', ...keys] : keys;
  for (let depth = 1; depth < path.length; depth++) {
    const parent = locate(world, path.slice(0, depth));
    const key = String(path[depth]);
    if (!parent.whole || !NAMED.has(String(path[depth - 1])) || get(parent.node, key)) continue;
    const known = parent.node.kind === 'map' ? [...parent.node.entries.keys()] : [];
    const near = nearest(key, known);
    problems.add({
      code: 'exercise/unknown-place',
      at: at.at,
      message: `\`at\` leads nowhere: ${path.slice(0, depth).join('/')} has no \`${key}\`.${near ? ` Did you mean \`${near}\`?` : ''}`,
      fix: known.length > 0 && known.length <= 20 ? `there are: ${known.join(' ')}` : undefined,
    });
    return false;
  }
  return true;
}

/** An option that changes nothing has a slip in it, unless it says so. */
function tellIfSame(option: PreparedOption, untouched: Built, made: Built, problems: ProblemList): void {
  const says = ['pattern', 'patch', 'set']
    .map((key) => get(option.node, key))
    .filter((node) => node !== undefined);
  const at = get(option.node, 'id')?.at ?? option.node.at;
  if (says.length === 0) {
    problems.add({
      code: 'exercise/option-without-change',
      at,
      message: `Option ${option.id} says nothing of what it changes: it needs \`pattern\`, \`patch\` or \`set\`.`,
      fix: 'if it is to change nothing, write `set: {}`',
    });
    return;
  }
  const empty = says.every((node) => node.kind === 'map' && node.entries.size === 0);
  if (!empty && JSON.stringify(made.world) === JSON.stringify(untouched.world))
    problems.add({
      code: 'exercise/option-without-effect',
      at,
      message: `Option ${option.id} changes nothing: what it sets is so in the world already.`,
      fix: 'if that is intended, write `set: {}`',
    });
}

/** The worlds of the variations; each is tried on one option. */
function variations(prepared: Prepared, root: Node, problems: ProblemList): Built[] {
  const vary = get(root, 'vary');
  return (vary?.kind === 'list' ? vary.items : []).flatMap((variation): Built[] => {
    const of = get(variation, 'of');
    const patch = get(variation, 'patch');
    if (of?.kind !== 'scalar' || patch?.kind !== 'map') return [];
    const option = optionCalled(String(of.value), prepared);
    if (!option) {
      const known = prepared.decisions.flatMap(({ id, options }) => options.map((one) => `${id}=${one.id}`));
      problems.add({
        code: 'exercise/unknown-option',
        at: of.at,
        message: `There is no option \`${of.value}\`, or more than one.`,
        fix: `write one of: ${known.join(' ')}`,
      });
      return [];
    }
    const made = buildWorld(applied(prepared.world, [...option.patches, expandWorld(patch)]), problems);
    return made ? [made] : [];
  });
}

/** The option of `decision=option`, or of an id that only one decision has. */
function optionCalled(name: string, { decisions }: Prepared): PreparedOption | undefined {
  const found = decisions.flatMap(({ id, options }) =>
    options.filter((option) => name === option.id || name === `${id}=${option.id}`),
  );
  return found.length === 1 ? found[0] : undefined;
}

/** Every check that an option or a variation expects something of must be there. */
function checkExpectations(root: Node, checks: ReadChecks | undefined, problems: ProblemList): void {
  if (!checks) return;
  const known = Object.keys(checks.documents);
  if (known.length === 0) return;
  const decide = get(root, 'decide');
  const options = (decide?.kind === 'list' ? decide.items : []).flatMap((decision) =>
    itemsOf(get(decision, 'options')),
  );
  for (const expect of [...options, ...itemsOf(get(root, 'vary'))].map((node) => get(node, 'expect'))) {
    if (!expect) continue;
    for (const list of ['holds', 'fails', 'mayFail']) {
      for (const item of itemsOf(get(expect, list))) {
        const name = String(plain(item));
        if (known.includes(name)) continue;
        const near = nearest(name, known);
        problems.add({
          code: 'exercise/unknown-check',
          at: item.at,
          message: `There is no check \`${name}\`.${near ? ` Did you mean \`${near}\`?` : ''}`,
          fix: `the checks are: ${known.join(' ')}`,
        });
      }
    }
    const fails = itemsOf(get(expect, 'fails'));
    const holds = get(expect, 'holds');
    const clash = fails.find(
      (item) =>
        plain(item) !== undefined &&
        (holds?.kind === 'scalar' || itemsOf(holds).some((held) => plain(held) === plain(item))),
    );
    if (clash)
      problems.add({
        code: 'exercise/contradiction',
        at: clash.at,
        message: `\`${plain(clash)}\` cannot both hold and fail.`,
      });
  }
}

const itemsOf = (node: Node | undefined): readonly Node[] => (node?.kind === 'list' ? node.items : []);
