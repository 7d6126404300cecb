import { stars } from '../../play/session.ts';
import { calibration } from '../../progress/calibration.ts';
import { calibrationWords } from '../../words/calibration.ts';
import { gradeWords, starWords } from '../../words/grade.ts';
import type { Item } from '../menu.ts';
import { pickOn, type Stage, sessionOn } from '../stage.ts';

type Act = 'watch' | 'change' | 'debrief' | 'back';

/** Failed grades in a row after which a hint is offered; it is never forced. */
const OFFER_HINT_AFTER = 2;

/** Tells how the design did on hidden seeds, and hands the worst of them back. */
export async function graded(stage: Stage): Promise<void> {
  const { talk, progress } = stage;
  const { report, exercise, hints, failedGrades, explained } = sessionOn(stage);
  if (report === null) return;
  const passed = report.held === report.seeds.count;
  talk.say(`\n${gradeWords(exercise, report)}\n`);
  const price = hints > 0 && passed ? ` Each hint you read cost one.` : '';
  talk.say(`${starWords(stars(exercise, report, hints))}.${price}`);
  const known = calibrationWords(calibration(progress.entries));
  if (known !== '') talk.say(known);
  if (failedGrades >= OFFER_HINT_AFTER && hints < exercise.hints.length) {
    talk.say(`Stuck? hint says where to look. It costs a star, no more.`);
  }
  if (passed && exercise.explain !== null && explained === null) {
    talk.say('One question is left: go back, and answer.');
  }
  const { worst } = report;
  const items: Item<Act>[] = [
    ...(worst
      ? [{ word: 'watch', label: `watch seed ${worst.seed}, in which it broke`, result: 'watch' as const }]
      : []),
    ...(passed
      ? [{ word: 'debrief', label: 'what every option was worth', result: 'debrief' as const }]
      : []),
    { word: 'change', label: 'change the design and try again', result: 'change' },
    ...(passed
      ? []
      : [{ word: 'debrief', label: 'what every option was worth', result: 'debrief' as const }]),
    { word: 'back', label: 'back to the run', result: 'back' },
  ];
  const { result } = await pickOn(stage, items);
  if (result === 'watch' && worst) stage.flow.send({ type: 'watch', seed: worst.seed });
  else stage.flow.send({ type: result === 'change' ? 'retry' : result === 'debrief' ? 'debrief' : 'back' });
}
