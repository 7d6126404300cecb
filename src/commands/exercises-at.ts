import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Problem, ProblemsError } from '../problems.ts';
import type { Exercise } from '../scenarios/exercise.ts';
import { findExercise, loadExercise } from '../scenarios/load.ts';

/** Every exercise under some paths, and every problem of those that cannot be read. */
export function exercisesAt(paths: readonly string[]): {
  readonly exercises: readonly Exercise[];
  readonly problems: readonly Problem[];
} {
  const exercises: Exercise[] = [];
  const problems: Problem[] = [];
  for (const path of paths) {
    for (const file of isFolder(path) ? documentsIn(path) : [path]) {
      try {
        exercises.push(isFolder(path) ? loadExercise(file) : findExercise(file));
      } catch (error) {
        if (!(error instanceof ProblemsError)) throw error;
        problems.push(...error.problems);
      }
    }
  }
  return { exercises, problems };
}

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;

/** YAML files in a folder and below, in the order of their names. */
function documentsIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.ya?ml$/.test(name) && !name.includes('node_modules'))
    .sort((a, b) => (a < b ? -1 : 1))
    .map((name) => join(folder, name));
}
