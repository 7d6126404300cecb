import type { Moment } from '../replay/code.ts';
import type { Exercise } from '../scenarios/exercise.ts';
import { type Command, EXIT } from './command.ts';

/** A run that somebody else has seen. */
export const replay: Command = {
  usage: 'replay <code|file>',
  summary: 'Repeat a run exactly',
  about: 'Exits with 1 where a check breaks, or where the run is not the one that the file remembers.',
  examples: [
    ['brownout replay 1A2B-3C4D-5E6F', 'a code that "brownout run" printed'],
    ['brownout replay run.json', 'a file that "brownout run --save" wrote'],
  ],
  async run({ args: [what = ''], out }) {
    const { existsSync } = await import('node:fs');
    const isFile = existsSync(what) || what === '-' || what.endsWith('.json');
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

async function replayCode(code: string, out: Out): Promise<number> {
  const { UsageError } = await import('../problems.ts');
  const { readCode } = await import('../replay/code.ts');
  const { builtinExercises } = await import('../scenarios/load.ts');
  const reading = readCode(code, builtinExercises());
  if (!reading.ok) throw new UsageError(`${reading.message}. ${reading.fix}`);
  return retold(reading.exercise, reading.moment, out);
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
