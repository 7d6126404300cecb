import { questionOf } from '../../play/prediction.ts';
import { CONFIDENCE } from '../../progress/calibration.ts';
import { sentence } from '../../words/text.ts';
import type { Item } from '../menu.ts';
import { pickOn, type Stage, sessionOn } from '../stage.ts';
import { briefWords } from './briefing.ts';

const SURE: readonly Item<1 | 2 | 3>[] = ([1, 2, 3] as const).map((confidence) => ({
  word: '',
  label: CONFIDENCE[confidence],
  result: confidence,
}));

/** Asks what will happen before anything runs, and how sure the person is. */
export async function predicting(stage: Stage): Promise<void> {
  if (stage.guided) {
    // The failure came first; now that something is to be done about it, the whole task is told.
    stage.guided = false;
    stage.talk.say(`\n${briefWords(sessionOn(stage).exercise)}`);
  }
  const question = questionOf(sessionOn(stage).exercise);
  stage.talk.say(`\nPredict: ${sentence(question.ask)} Type a number; Enter skips, and is not scored.`);
  const answers: Item<number>[] = question.answers.map((label, result) => ({ word: '', label, result }));
  const skip: Item<number> = { word: 'skip', label: 'do not predict', hidden: true, result: -1 };
  const { result: answer } = await pickOn(stage, [...answers, skip], { empty: -1 });
  if (answer < 0) {
    stage.flow.send({ type: 'predict', prediction: null });
    return;
  }
  stage.talk.say('How sure are you? Enter means fairly sure.');
  const { result: confidence } = await pickOn(stage, SURE, { empty: 2 as const });
  stage.flow.send({ type: 'predict', prediction: { answer, confidence } });
}
