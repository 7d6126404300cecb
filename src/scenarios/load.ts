import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { UsageError } from '../problems.ts';
import { exerciseFiles } from './assets.ts';
import { readDocument } from './document.ts';
import type { Exercise } from './exercise.ts';
import { LIMITS } from './language/limits.ts';
import { ProblemList } from './language/problem-list.ts';
import { slugOf } from './language/slug.ts';
import { get, type Node } from './language/tree.ts';
import { readExercise } from './read-exercise.ts';
import { type Listed, pathOf, shelved } from './shelf.ts';

export type { Listed } from './shelf.ts';

/** Reads an exercise from a text. Throws a `ProblemsError` with everything that is wrong with it. */
export function parseExercise(text: string, name: string): Exercise {
  const problems = new ProblemList();
  const root = readDocument(text, name, problems);
  const exercise = readExercise(root, { name, text }, problems);
  problems.throwIfAny();
  return exercise as Exercise; // no problem, so it was read
}

/** Reads an exercise from a file. Throws a `ProblemsError`, or a `UsageError` where the file cannot be read. */
export function loadExercise(file: string): Exercise {
  return parseExercise(readText(file), file);
}

/** A file's text; of one beyond the limit only so much that the limit is seen to be exceeded. */
function readText(file: string): string {
  try {
    if (statSync(file).size > LIMITS.file * 4) return ' '.repeat(LIMITS.file + 1);
    return readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new UsageError(
      code === 'ENOENT' ? `There is no file ${file}.` : `The file ${file} cannot be read (${code}).`,
    );
  }
}

/** The built-in exercises by their heads only: quick enough for a list, and for finding one. */
export function listExercises(): readonly Listed[] {
  return shelved() ?? exerciseFiles().map(listed);
}

function listed(path: string): Listed {
  const text = readText(path);
  // The world is most of a file, and says nothing that a list shows.
  const world = text.search(/^world:/m);
  const head = readDocument(world > 0 ? text.slice(0, world) : text, path, new ProblemList());
  const root = ['id', 'title'].every((key) => get(head, key))
    ? head
    : readDocument(text, path, new ProblemList());
  const minutes = headOf(root, 'minutes');
  const chapter = headOf(root, 'chapter');
  return {
    id: String(headOf(root, 'id') ?? ''),
    slug: slugOf(path),
    title: String(headOf(root, 'title') ?? ''),
    chapter: typeof chapter === 'boolean' ? null : chapter,
    minutes: typeof minutes === 'number' ? minutes : null,
    path,
  };
}

function headOf(root: Node, key: string): string | number | boolean | null {
  const node = get(root, key);
  return node?.kind === 'scalar' ? node.value : null;
}

let builtin: readonly Exercise[] | undefined;

/** The exercises that come with the program, in their order. */
export function builtinExercises(): readonly Exercise[] {
  builtin ??= exerciseFiles().map(loadExercise);
  return builtin;
}

/** Whether an exercise comes with the program, so that other people have it too. */
export function isBuiltin({ file }: Exercise): boolean {
  return exerciseFiles().some((path) => resolve(path) === resolve(file));
}

/** An exercise by its id, its slug, or the path of a file. Throws a `UsageError` that names the nearest. */
export function findExercise(name: string): Exercise {
  const path = pathOf(name, listExercises());
  return builtin?.find(({ file }) => file === path) ?? loadExercise(path);
}
