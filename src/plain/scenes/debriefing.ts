import type { Exercise } from '../../scenarios/exercise.ts';
import { optionDebrief } from '../../words/design.ts';
import { clean, paragraphs } from '../../words/text.ts';
import { Left, pickOn, type Stage, sessionOn } from '../stage.ts';

/** Everything that is told at the end: each option's worth, the lesson, its limits, where it is met, sources. */
function debriefWords({ decide, debrief, whenNot, realWorld, sources }: Exercise): string {
  const parts: string[] = [];
  for (const { ask, options } of decide) {
    const ordered = [...options].sort((a, b) => b.grade - a.grade);
    parts.push([paragraphs(ask), ...ordered.map(optionDebrief)].join('\n'));
  }
  if (debrief !== null) parts.push(paragraphs(debrief));
  if (whenNot !== null) parts.push(`When not: ${paragraphs(whenNot)}`);
  if (realWorld !== null) parts.push(`In the real world: ${paragraphs(realWorld)}`);
  if (sources.length > 0)
    parts.push(['Sources:', ...sources.map((source) => `- ${clean(source)}`)].join('\n'));
  return parts.join('\n\n');
}

/** Tells what was to be learned, and asks where to go. */
export async function debriefing(stage: Stage): Promise<void> {
  stage.talk.say(`\n${debriefWords(sessionOn(stage).exercise)}\n`);
  const items = [
    { word: 'home', label: 'the list of exercises', result: 'home' },
    { word: 'again', label: 'try another design', result: 'retry' },
    { word: 'back', label: 'back to the run', result: 'back' },
  ] as const;
  const { result } = await pickOn(stage, items);
  if (result === 'home') throw new Left('home');
  stage.flow.send({ type: result });
}
