import type { Attempt } from '../../play/session.ts';
import { compareWords } from '../../words/compare.ts';
import { designWords } from '../../words/design.ts';
import { counted } from '../../words/text.ts';
import type { Item } from '../menu.ts';
import { pickOn, type Stage, sessionOn } from '../stage.ts';

/** Two tries to hold side by side: with only two designs those, else two that the person names. */
export async function chooseComparison(stage: Stage): Promise<boolean> {
  const { talk } = stage;
  const { attempts, exercise } = sessionOn(stage);
  const designs = distinct(attempts);
  if (designs.length < 2) {
    talk.say('There is only one design so far. Change it, run it, then compare.');
    return false;
  }
  const [a, b] = designs.length === 2 ? designs : await chooseTwo(stage, designs);
  if (a === undefined || b === undefined) return false;
  const seeds = exercise.seeds.grade;
  talk.say(`Comparing on ${counted(seeds, 'seed')}, ${2 * seeds} runs.`);
  stage.flow.send({ type: 'compare', a: a.choices, b: b.choices, seeds });
  return true;
}

/** The first try of each design, in the order in which they were tried. */
function distinct(attempts: readonly Attempt[]): readonly Attempt[] {
  const found = new Map<string, Attempt>();
  for (const attempt of attempts) {
    const design = JSON.stringify(attempt.choices);
    if (!found.has(design)) found.set(design, attempt);
  }
  return [...found.values()];
}

async function chooseTwo(stage: Stage, designs: readonly Attempt[]): Promise<readonly Attempt[]> {
  const { exercise } = sessionOn(stage);
  const chosen: Attempt[] = [];
  for (const name of ['A, the one to start from', 'B, the one to hold against it']) {
    stage.talk.say(`Which is ${name}?`);
    const items = designs
      .filter((attempt) => !chosen.includes(attempt))
      .map(
        (attempt): Item<Attempt> => ({
          word: '',
          label: `try ${attempt.number}: ${designWords(exercise, attempt.choices)}`,
          result: attempt,
        }),
      );
    chosen.push((await pickOn(stage, items)).result);
  }
  return chosen;
}

type Act = 'watch' | 'change' | 'back';

/** Tells how two designs did on the same luck. */
export async function compared(stage: Stage): Promise<void> {
  const { comparison, exercise } = sessionOn(stage);
  if (comparison === null) return;
  stage.talk.say(`\n${compareWords(exercise, comparison)}\n`);
  const worse = comparison.comparable ? comparison.worse[0] : undefined;
  const items: Item<Act>[] = [
    ...(worse === undefined
      ? []
      : [{ word: 'watch', label: `watch seed ${worse}, in which B is worse`, result: 'watch' as const }]),
    { word: 'change', label: 'change the design and try again', result: 'change' },
    { word: 'back', label: 'back to the run', result: 'back' },
  ];
  const { result } = await pickOn(stage, items);
  if (result === 'watch' && worse !== undefined) {
    stage.flow.send({ type: 'design', choices: comparison.b });
    stage.flow.send({ type: 'watch', seed: worse });
  } else stage.flow.send({ type: result === 'change' ? 'retry' : 'back' });
}
