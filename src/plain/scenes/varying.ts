import { type Expectation, variedChoices } from '../../play/session.ts';
import type { Variation } from '../../scenarios/exercise.ts';
import { designWords } from '../../words/design.ts';
import { EXPECTATIONS } from '../../words/run.ts';
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
  const items: readonly Item<{ readonly expected: Expectation }>[] = EXPECTATIONS.map(
    ({ word, label, expected }) => ({ word, label, result: { expected } }),
  );
  const { result } = await pickOn(stage, items, { empty: { expected: null } });
  stage.flow.send({ type: 'vary', variation: variation.id, expected: result.expected });
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
