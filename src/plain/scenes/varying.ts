import { variedChoices } from '../../play/session.ts';
import type { Variation } from '../../scenarios/exercise.ts';
import { designWords } from '../../words/design.ts';
import { paragraphs, sentence } from '../../words/text.ts';
import type { Item } from '../menu.ts';
import { pickOn, type Stage, sessionOn } from '../stage.ts';

/** Changes one condition, after the person has said whether the verdict will be another. */
export async function vary(stage: Stage): Promise<boolean> {
  const { talk } = stage;
  const session = sessionOn(stage);
  const { exercise } = session;
  const variation = await choose(stage, exercise.vary);
  if (variation === undefined) {
    talk.say('This exercise has no variations.');
    return false;
  }
  const design = designWords(exercise, variedChoices(exercise, session.choices.now, variation.id));
  talk.say(`\n${paragraphs(variation.ask)}\nThe design: ${sentence(design)} What do you expect?`);
  const expected: Item<'held' | 'failed' | 'unsure'>[] = [
    { word: 'holds', label: 'every check holds', result: 'held' },
    { word: 'breaks', label: 'some check breaks', result: 'failed' },
    { word: 'unsure', label: 'I cannot tell', result: 'unsure' },
  ];
  const { result } = await pickOn(stage, expected, { empty: 'unsure' as const });
  stage.expected = result === 'unsure' ? null : result;
  stage.flow.send({ type: 'vary', variation: variation.id });
  return true;
}

async function choose(stage: Stage, variations: readonly Variation[]): Promise<Variation | undefined> {
  if (variations.length < 2) return variations[0];
  stage.talk.say('Which condition?');
  const items = variations.map(
    (variation): Item<Variation> => ({ word: variation.id, label: variation.ask, result: variation }),
  );
  return (await pickOn(stage, items)).result;
}
