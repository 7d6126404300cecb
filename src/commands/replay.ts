import type { Moment } from '../replay/code.ts';
import type { Exercise } from '../scenarios/exercise.ts';
import type { Intervention } from '../sim/run.ts';
import type { Beginning } from '../tui/beginning.ts';
import { type Command, EXIT } from './command.ts';
import { LOOK } from './look.ts';

/** A run that somebody else has seen. */
export const replay: Command = {
  usage: 'replay <code|file>',
  summary: 'Repeat a run exactly',
  about:
    'At a terminal it is shown, at the moment that the code names. Else it is told; that exits with 1 where a check breaks, or where the run is not the one that the file remembers.',
  examples: [
    ['brownout replay 1A2B-3C4D-5E6F', 'a code that "brownout run" printed'],
    ['brownout replay run.json', 'a file that "brownout run --save" wrote'],
  ],
  options: LOOK,
  async run({ args: [what = ''], options, out }) {
    const { existsSync } = await import('node:fs');
    const isFile = existsSync(what) || what === '-' || what.endsWith('.json');
    const { isInteractive } = await import('./terminal.ts');
    if (!out.json && isInteractive()) {
      const { replayInTerminal } = await import('./opening.ts');
      const code = await replayInTerminal(isFile ? await runInFile(what) : await runInCode(what), options);
      if (code !== null) return code;
    }
    return isFile ? replayFile(what, out) : replayCode(what, out);
  },
};

type Out = Parameters<Command['run']>[0]['out'];

async function replayFile(path: string, out: Out): Promise<number> {
  const { readReplayFile, replay: again } = await import('../replay/file.ts');
  const { readInput } = await import('./reading.ts');
  const { verdictWords } = await import('../words/verdict.ts');
  const file = readReplayFile(readInput(path), path);
  const { run, verdict, same, differences } = again(file);
  out.say(`${file.exercise.title}. Seed ${file.seed}, ${run.record.length} events.`);
  out.say(
    same
      ? 'REPEATED. The run is the one in the file, to the last bit.'
      : `DIFFERENT. ${differences.join(' ')}`,
  );
  out.say(verdictWords(verdict));
  out.document('replay', {
    ...{ exercise: file.exercise.id, hash: file.exercise.hash, choices: file.choices, seed: file.seed },
    ...{ same, differences, outcome: verdict.outcome, checks: verdict.checks, fingerprint: run.fingerprint },
  });
  return same && verdict.outcome === 'held' ? EXIT.ok : EXIT.failed;
}

async function read(code: string): Promise<{ readonly exercise: Exercise; readonly moment: Moment }> {
  const { UsageError } = await import('../problems.ts');
  const { readCode } = await import('../replay/code.ts');
  const { listExercises, loadExercise } = await import('../scenarios/load.ts');
  const reading = readCode(
    code,
    listExercises().map(({ id, path }) => ({ id, read: () => loadExercise(path) })),
  );
  if (!reading.ok) throw new UsageError(`${reading.message}. ${reading.fix}`);
  return reading;
}

async function replayCode(code: string, out: Out): Promise<number> {
  const { exercise, moment } = await read(code);
  return retold(exercise, moment, out);
}

/** The run of a code, to be shown. */
async function runInCode(code: string): Promise<Beginning> {
  const { exercise, moment } = await read(code);
  const { choices, seed, interventions, position } = moment;
  return {
    ...{ path: exercise.file, text: exercise.text, title: exercise.title, greeting: null, start: 'watch' },
    ...(position !== null && { at: position }),
    replay: { choices, seed, interventions, fingerprint: null },
  };
}

/** The run of a file, to be shown; whether it is the same is said on the screen. */
async function runInFile(path: string): Promise<Beginning> {
  const { readReplayFile } = await import('../replay/file.ts');
  const { readInput } = await import('./reading.ts');
  const { exercise, choices, seed, interventions, position, expect } = readReplayFile(readInput(path), path);
  return {
    ...{ path, text: exercise.text, title: exercise.title, greeting: null, start: 'watch' },
    ...(position !== null && { at: position }),
    replay: {
      ...{ choices, seed, fingerprint: expect.fingerprint },
      interventions: interventions as readonly Intervention[], // as they were written
    },
  };
}

async function retold(
  exercise: Exercise,
  { choices, seed, position, interventions }: Moment,
  out: Out,
): Promise<number> {
  const { observe } = await import('../play/engine.ts');
  const { runDocument } = await import('./running.ts');
  const { during } = await import('./failure.ts');
  const { designWords } = await import('../words/design.ts');
  const { eventWords } = await import('../words/narration.ts');
  const { sentence } = await import('../words/text.ts');
  const { verdictWords } = await import('../words/verdict.ts');
  const observation = during({ exercise: exercise.id, seed }, () =>
    observe({ exercise, choices, seed, interventions, variation: null }),
  );
  out.say(`${exercise.title}. ${sentence(designWords(exercise, choices))} Seed ${seed}.`);
  if (position !== null && position < observation.run.record.length)
    out.say(eventWords(observation, position));
  out.say(verdictWords(observation.verdict));
  out.document('replay', { ...runDocument(observation), position });
  return observation.verdict.outcome === 'held' ? EXIT.ok : EXIT.failed;
}
