import { check } from './check.ts';
import type { Command } from './command.ts';
import { compare } from './compare.ts';
import { doctor } from './doctor.ts';
import { exportRun } from './export.ts';
import { grade } from './grade.ts';
import { importMesh } from './import.ts';
import { list } from './list.ts';
import { newExercise } from './new.ts';
import { play } from './play.ts';
import { progress } from './progress.ts';
import { replay } from './replay.ts';
import { run } from './run.ts';
import { schema } from './schema.ts';
import { show } from './show.ts';

/** Every command, by the people it is for. To add one: write its file, then list it here. */
export const commands = {
  learning: { play, list, show, run, grade, compare, replay, export: exportRun, progress },
  authoring: { new: newExercise, check, schema, import: importMesh },
  trouble: { doctor },
} as const satisfies Readonly<Record<string, Readonly<Record<string, Command>>>>;

/** All of them by name. */
export const commandsByName: ReadonlyMap<string, Command> = new Map(
  Object.values(commands).flatMap(Object.entries),
);
