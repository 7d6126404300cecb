import { createHash } from 'node:crypto';
import { startingWorld } from './base-world.ts';
import type { Decision, Exercise, Option, Variation } from './exercise.ts';
import { checkDesigns } from './language/designs.ts';
import { checksOf } from './language/exercise-checks.ts';
import { checkHead } from './language/exercise-head.ts';
import { tellIssues } from './language/issues.ts';
import { type Prepared, remember } from './language/prepared.ts';
import type { ProblemList } from './language/problem-list.ts';
import { slugOf } from './language/slug.ts';
import type { Source } from './language/source.ts';
import { get, locate, type Node, type Path, plain } from './language/tree.ts';
import { optionPatches, placeOf } from './options.ts';
import { findPattern } from './patterns.ts';
import { type ExerciseDocument, exerciseSchema } from './schema-exercise.ts';

/** Makes an exercise of a document; nothing if there are problems. */
export function readExercise(root: Node, source: Source, problems: ProblemList): Exercise | undefined {
  checkHead(root, problems);
  const result = exerciseSchema.safeParse(plain(root));
  if (!result.success)
    tellIssues(result.error.issues, { root, schema: exerciseSchema, area: 'exercise' }, problems);
  const world = get(root, 'world');
  if (world?.kind !== 'map') return undefined;
  const start = startingWorld(world, problems);
  const prepared = prepare(root, start.world, problems);
  const checks = checksOf(get(root, 'checks'), start.base, problems);
  checkDesigns(prepared, checks, root, problems);
  if (!result.success || !checks || problems.told > 0) return undefined;
  const document = result.data;
  const exercise: Exercise = {
    file: source.name,
    text: source.text,
    hash: hashOf(root, start.base?.text, prepared),
    slug: slugOf(source.name),
    id: document.id,
    title: document.title,
    chapter: document.chapter,
    style: document.style,
    minutes: document.minutes,
    objectives: document.objectives,
    brief: document.brief,
    predict: document.predict,
    decide: decisionsOf(document, root, prepared),
    checks: checks.documents,
    explain: document.explain,
    vary: document.vary.map(
      (one, at): Variation => ({ ...one, at: placeOf(locate(root, ['vary', at]).node.at) }),
    ),
    budget: document.budget,
    hints: document.hints,
    debrief: document.debrief,
    whenNot: document.whenNot,
    realWorld: document.realWorld,
    sources: document.sources,
    seeds: document.seeds,
    bigbox: document.bigbox,
    notes: start.notes,
  };
  remember(exercise, prepared);
  return exercise;
}

/** Expands what every option changes, so that choosing is merging. */
function prepare(root: Node, world: Node, problems: ProblemList): Prepared {
  const decide = get(root, 'decide');
  const decisions = (decide?.kind === 'list' ? decide.items : []).flatMap((decision) => {
    const id = textOf(get(decision, 'id'));
    if (id === undefined) return [];
    const at = get(decision, 'at');
    const options = get(decision, 'options');
    const read = (options?.kind === 'list' ? options.items : []).flatMap((option) => {
      const name = textOf(get(option, 'id'));
      return name === undefined
        ? []
        : [{ id: name, node: option, ...preparedOption(option, textOf(at), world, problems) }];
    });
    return [{ id, node: decision, options: read }];
  });
  return { world, decisions };
}

function preparedOption(option: Node, at: string | undefined, world: Node, problems: ProblemList) {
  const before = problems.told;
  const patches = optionPatches(option, at, world, problems);
  return { patches, sound: problems.told === before };
}

const textOf = (node: Node | undefined): string | undefined =>
  node?.kind === 'scalar' && node.value !== null ? String(node.value) : undefined;

function decisionsOf(document: ExerciseDocument, root: Node, prepared: Prepared): Decision[] {
  return document.decide.map(
    (decision, d): Decision => ({
      id: decision.id,
      ask: decision.ask,
      at: placeAt(root, ['decide', d]),
      options: decision.options.map(
        (option, o): Option => ({
          id: option.id,
          label: option.label,
          grade: option.grade,
          expect: option.expect,
          consequence: option.consequence,
          teaches: option.teaches,
          points: option.points,
          patches: (prepared.decisions[d]?.options[o]?.patches ?? []).map(
            (patch) => plain(patch) as Record<string, unknown>,
          ), // patches are maps
          patterns: Object.keys(option.pattern ?? {}),
          at: placeAt(root, ['decide', d, 'options', o]),
        }),
      ),
    }),
  );
}

const placeAt = (root: Node, path: Path) => placeOf(locate(root, path).node.at);

/** Equal documents over equal base worlds and patterns have equal hashes, however they are laid out. */
function hashOf(root: Node, base: string | undefined, { decisions }: Prepared): string {
  const names = decisions.flatMap(({ options }) =>
    options.flatMap(({ node }) => keysOf(get(node, 'pattern'))),
  );
  const patterns = [...new Set(names)].map((name) => findPattern(name)?.text ?? '');
  const content = JSON.stringify([plain(root), base ?? '', patterns]);
  return createHash('sha256').update(content).digest('hex').slice(0, 16);
}

const keysOf = (node: Node | undefined) => (node?.kind === 'map' ? [...node.entries.keys()] : []);
