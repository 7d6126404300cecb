import { paragraphs, sentence } from '../../words/text.ts';
import type { Item } from '../menu.ts';
import { pickOn, type Stage, sessionOn } from '../stage.ts';

/** Asks for the sentence that explains the run: one is true, the others only sound so. */
export async function answerQuestion(stage: Stage): Promise<void> {
  const { explain } = sessionOn(stage).exercise;
  if (explain === null) {
    stage.talk.say('This exercise asks for no explanation.');
    return;
  }
  stage.talk.say(`\n${paragraphs(explain.ask)}`);
  const items = explain.answers.map(
    ({ text, true: right }): Item<boolean> => ({ word: '', label: text, result: right }),
  );
  const { result } = await pickOn(stage, items);
  stage.flow.send({ type: 'answer', right: result });
  const truth = explain.answers.find((answer) => answer.true)?.text ?? '';
  stage.talk.say(
    result ? 'RIGHT. That is what happened.' : `NOT SO. What happened is this: ${sentence(truth)}`,
  );
}
