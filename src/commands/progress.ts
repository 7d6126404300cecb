import { type Command, EXIT } from './command.ts';
import type { Output } from './output.ts';

/** What the learner has done, and how to move it. */
export const progress: Command = {
  usage: 'progress [action] [names...]',
  summary: 'Show, export, merge or reset your progress',
  about:
    'Actions: export [file] writes everything to a file or to the screen; import and merge take over what is in files, and forget nothing; reset <exercise> begins an exercise anew.',
  examples: [
    ['brownout progress', 'what you have done'],
    ['brownout progress export mine.json', 'to keep it, or to take it to another machine'],
    ['brownout progress merge mine.json', 'on the other machine'],
    ['brownout progress reset charged-twice', 'begin that exercise anew'],
  ],
  async run({ args: [action = 'show', ...names], out }) {
    const act = Object.hasOwn(actions, action) ? actions[action] : undefined;
    if (act) return act(names, out);
    const { unknown } = await import('./choosing.ts');
    throw unknown('progress has no action', action, Object.keys(actions));
  },
};

const actions: Readonly<Record<string, (names: readonly string[], out: Output) => Promise<number>>> = {
  show,
  export: exported,
  import: merged,
  merge: merged,
  reset,
};

async function show(_: readonly string[], out: Output): Promise<number> {
  const { calibration } = await import('../progress/calibration.ts');
  const { fold } = await import('../progress/fold.ts');
  const { calibrationWords } = await import('../words/calibration.ts');
  const { progressWords } = await import('../words/exercises.ts');
  const { listExercises } = await import('../scenarios/load.ts');
  const { progressStore } = await import('./progress-store.ts');
  const store = progressStore(out);
  const known = fold(store.entries);
  const titles = new Map(listExercises().map(({ id, title }) => [id, title]));
  if (known.size === 0) out.say('Nothing yet. "brownout" starts the first exercise.');
  for (const [id, entry] of known) out.say(`${titles.get(id) ?? id}: ${progressWords(entry)}.`);
  const predicted = calibration(store.entries);
  out.say(calibrationWords(predicted));
  out.say(`Kept in ${store.folder}.`);
  out.document('progress', { folder: store.folder, exercises: [...known.values()], calibration: predicted });
  return EXIT.ok;
}

async function exported([file = '-']: readonly string[], out: Output): Promise<number> {
  const { progressStore } = await import('./progress-store.ts');
  const text = progressStore(out).export();
  if (file === '-') process.stdout.write(text);
  else {
    const { writeNew } = await import('./writing.ts');
    writeNew(file, text);
    out.say(`Written to ${file}.`);
    out.document('progress-export', { file });
  }
  return EXIT.ok;
}

async function merged(files: readonly string[], out: Output): Promise<number> {
  const { UsageError } = await import('../problems.ts');
  const { readProgress } = await import('../progress/store.ts');
  const { progressStore } = await import('./progress-store.ts');
  const { readInput } = await import('./reading.ts');
  if (files.length === 0)
    throw new UsageError('name a file that "brownout progress export" wrote, or - for the standard input');
  // All are read before any is taken over, so that one bad file changes nothing.
  const found = files.map((file) => {
    const entries = readProgress(readInput(file));
    if (entries === undefined) throw new UsageError(`${file} holds no progress of this version`);
    return entries;
  });
  const added = progressStore(out).merge(found.flat());
  out.say(`Taken over: ${added} new entries. Nothing was forgotten.`);
  out.document('progress-merge', { files, added });
  return EXIT.ok;
}

async function reset([name, ...more]: readonly string[], out: Output): Promise<number> {
  const { UsageError } = await import('../problems.ts');
  const { findExercise } = await import('../scenarios/load.ts');
  const { progressStore } = await import('./progress-store.ts');
  if (name === undefined || more.length > 0)
    throw new UsageError('name the one exercise to begin anew: brownout progress reset <exercise>');
  const { id, title } = findExercise(name);
  progressStore(out).add({ type: 'reset', exercise: id });
  out.say(`Reset: ${title}. What you did before no longer counts.`);
  out.document('progress-reset', { exercise: id });
  return EXIT.ok;
}
