import { parentPort } from 'node:worker_threads';
import { ProblemsError } from '../problems.ts';
import type { Exercise } from '../scenarios/exercise.ts';
import { loadExercise, parseExercise } from '../scenarios/load.ts';
import { counterfactuals } from '../scenarios/why.ts';
import { engine, type Observation, observe } from './engine.ts';
import type { JobName, Jobs, Reply, Request, Sent, Source } from './jobs.ts';
import { notesOn } from './looking-up.ts';
import { buffersOf, packed } from './parcel.ts';

type Watch = (done: number, total: number) => void;

let held: Exercise | undefined;

function exerciseOf({ text, file }: Source): Exercise {
  held = held?.text === text && held.file === file ? held : parseExercise(text, file);
  return held;
}

const sent = ({ run, verdict, beats, measured }: Observation): Sent => ({
  parcel: packed(run),
  rest: { verdict, beats, measured },
});

/** Every job, done here. */
const doing: {
  readonly [Name in JobName]: (
    ask: Jobs[Name]['ask'],
    onProgress: Watch,
  ) => Jobs[Name]['answer'] | Promise<Jobs[Name]['answer']>;
} = {
  load({ file }) {
    held = loadExercise(file);
    return held;
  },
  read: exerciseOf,
  observe({ run: ask, ...source }) {
    return sent(observe({ ...ask, exercise: exerciseOf(source) }));
  },
  async both({ a, b, seed, ...source }) {
    const pair = await engine.both({ exercise: exerciseOf(source), a, b, seed });
    return { a: sent(pair.a), b: sent(pair.b), parting: pair.parting };
  },
  notes: (source) => notesOn(exerciseOf(source)),
  whatIf: ({ run: { choices, seed }, check, ...source }) =>
    counterfactuals(exerciseOf(source), choices, seed, check),
  grade: ({ choices, seeds, ...source }, onProgress) =>
    engine.grade({ exercise: exerciseOf(source), choices, seeds, onProgress }),
  compare: ({ a, b, seeds, ...source }, onProgress) =>
    engine.compare({ exercise: exerciseOf(source), a, b, seeds, onProgress }),
};

function failed(id: number, thrown: unknown): Reply {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  const { name, message, stack = message } = error;
  const problems = error instanceof ProblemsError ? error.problems : null;
  return { type: 'failed', id, name, message, stack, problems };
}

const post = (reply: Reply, given: ArrayBuffer[] = []) => parentPort?.postMessage(reply, given);

/** The memory of a run is given away with it. */
function givenWith(answer: object): ArrayBuffer[] {
  const runs: readonly object[] = 'parcel' in answer ? [answer] : Object.values(answer);
  return runs.flatMap((run) => (isSent(run) ? buffersOf(run.parcel) : []));
}

const isSent = (value: unknown): value is Sent =>
  typeof value === 'object' && value !== null && 'parcel' in value;

async function answered<Name extends JobName>({ id, job, ask }: Request<Name>): Promise<void> {
  try {
    const answer = await doing[job](ask, (done, total) => post({ type: 'progress', id, done, total }));
    post({ type: 'done', id, answer }, givenWith(answer));
  } catch (error) {
    post(failed(id, error));
  }
}

parentPort?.on('message', (request: Request) => void answered(request));
