import type { Exercise } from '../../scenarios/exercise.ts';
import { counted, paragraphs, sentence } from '../../words/text.ts';
import { type Stage, sessionOn } from '../stage.ts';

/** The task in words: what it is called, what the story is, what is to be decided. */
export function briefWords({ title, chapter, minutes, brief, decide, hints, budget }: Exercise): string {
  const about = [
    typeof chapter === 'number' ? `chapter ${chapter}` : (chapter ?? ''),
    minutes === null ? '' : `about ${counted(minutes, 'minute')}`,
    counted(decide.length, 'decision'),
    budget === null ? '' : `${budget} points to spend`,
    hints.length === 0 ? '' : counted(hints.length, 'hint'),
  ].filter((part) => part !== '');
  return `${sentence(title)} ${sentence(about.join(', '))}\n\n${paragraphs(brief)}`;
}

/** Tells the task, and goes on. */
export async function briefing(stage: Stage): Promise<void> {
  const { exercise } = sessionOn(stage);
  stage.talk.say(`\n${briefWords(exercise)}`);
  stage.flow.send({ type: 'next' });
}
