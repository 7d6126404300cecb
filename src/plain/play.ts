import { createActor } from 'xstate';
import { type Engine, engine as realEngine } from '../play/engine.ts';
import { flowWith } from '../play/flow.ts';
import type { FlowNews, Start } from '../play/flow-events.ts';
import { sessionOf } from '../play/session.ts';
import { entriesOf, rememberedOf } from '../progress/journal.ts';
import type { ProgressStore } from '../progress/store.ts';
import type { Exercise } from '../scenarios/exercise.ts';
import { briefing } from './scenes/briefing.ts';
import { choosing } from './scenes/choosing.ts';
import { compared } from './scenes/comparing.ts';
import { debriefing } from './scenes/debriefing.ts';
import { explaining } from './scenes/explaining.ts';
import { graded } from './scenes/grading.ts';
import { observing } from './scenes/observing.ts';
import { predicting } from './scenes/predicting.ts';
import { settled } from './scenes/settled.ts';
import { Left, type Stage } from './stage.ts';
import type { Talk } from './talk.ts';

/** What a person is offered in each step that waits for them. */
const scenes: Readonly<Record<string, (stage: Stage) => Promise<void>>> = {
  briefing,
  predicting,
  choosing,
  observing,
  explaining,
  graded,
  compared,
  debriefing,
};

/** How an exercise is opened. */
export interface Opening {
  /** Where it begins; `guided` shows the run first and asks a few questions at a time. */
  readonly start?: Start | 'guided';
  readonly engine?: Engine;
}

const NEWS: readonly FlowNews['type'][] = ['attempted', 'graded', 'hinted', 'answered', 'decided'];

/** Plays one exercise in plain text, until the person leaves; says where to. */
export async function playExercise(
  talk: Talk,
  progress: ProgressStore,
  exercise: Exercise,
  { start = 'brief', engine = realEngine }: Opening = {},
): Promise<'home' | 'quit'> {
  const session = sessionOf(exercise, rememberedOf(progress, exercise.id));
  const machine = flowWith(engine, { onProgress: quarterly(talk) });
  const flow = createActor(machine, { input: { session, start: start === 'guided' ? 'watch' : start } });
  const stage: Stage = { talk, flow, progress, player: null, guided: start === 'guided' };
  const listening = NEWS.map((type) =>
    flow.on(type, (news) => {
      // A run that is only shown again, for somebody who comes back, was counted when it was made.
      const again = start === 'watch' && news.type === 'attempted' && news.attempt.number === 1;
      if (!again) for (const entry of entriesOf(news)) progress.add(entry);
      if (news.type === 'attempted') dropPlayer(stage);
    }),
  );
  flow.start();
  try {
    for (;;) {
      await settled(stage);
      for (const notice of progress.takeNotices()) talk.say(`Note: ${notice}`);
      const { value } = flow.getSnapshot();
      const step = typeof value === 'string' ? value : (Object.keys(value)[0] as string);
      await (scenes[step] as (typeof scenes)[string])(stage); // every open step has its scene
    }
  } catch (error) {
    if (error instanceof Left) return error.to;
    throw error;
  } finally {
    for (const { unsubscribe } of listening) unsubscribe();
    flow.stop();
    dropPlayer(stage);
  }
}

/** A player belongs to one run. */
function dropPlayer(stage: Stage): void {
  stage.player?.stop();
  stage.player = null;
}

/** Long work is told of three times, not at every step: a screen reader reads each line aloud. */
function quarterly(talk: Talk): (done: number, total: number) => void {
  let told = 0;
  return (done, total) => {
    const quarter = Math.floor((4 * done) / total);
    if (total >= 200 && quarter > told && quarter < 4) talk.say(`${quarter * 25} percent done.`);
    told = quarter === 4 ? 0 : quarter;
  };
}
