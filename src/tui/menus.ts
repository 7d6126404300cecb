import { type Session, variedChoices } from '../play/session.ts';
import type { Variation } from '../scenarios/exercise.ts';
import { designWords } from '../words/design.ts';
import { EXPECTATIONS } from '../words/run.ts';
import { paragraphs, sentence } from '../words/text.ts';
import { designsTried } from './common.ts';
import type { Stage } from './stage.ts';

/** Steps from which the way to most others leads over the run. */
const BEYOND_RUN: readonly string[] = ['graded', 'compared', 'debriefing', 'explaining.told'];

/** Goes back to the run where one is further than that. */
export function toRun(stage: Stage): void {
  if (BEYOND_RUN.includes(stage.visit?.step ?? '')) stage.send({ type: 'back' });
}

/** Holds the last design against another one, which is asked for where there are several. */
export function compare(stage: Stage, session: Session): void {
  const designs = designsTried(session);
  const { exercise } = session;
  const go = (a: (typeof designs)[number], b: (typeof designs)[number]) =>
    stage.send({ type: 'compare', a: a.choices, b: b.choices, seeds: exercise.seeds.grade });
  const [a, b] = designs;
  if (designs.length === 2 && a && b) {
    go(a, b);
    return;
  }
  const latest = designs.at(-1);
  if (latest === undefined) return;
  stage.show({
    kind: 'menu',
    title: 'Compare',
    text: `Hold which design against the last one, "${designWords(exercise, latest.choices)}"?`,
    items: designs.slice(0, -1).map((attempt) => ({
      label: `Try ${attempt.number}: ${designWords(exercise, attempt.choices)}`,
      act: () => go(attempt, latest),
    })),
  });
}

/** Offers to change one condition of the exercise; the one that is named, or the only one, is not asked for. */
export function vary(stage: Stage, session: Session, named: string): void {
  const { exercise } = session;
  const known = exercise.vary.find(({ id }) => id === named);
  const [only, ...others] = exercise.vary;
  const wanted = known ?? (others.length === 0 ? only : undefined);
  if (wanted) {
    expect(stage, session, wanted);
    return;
  }
  stage.show({
    kind: 'menu',
    title: 'Change one condition',
    text: 'The design stays.',
    items: exercise.vary.map((variation) => ({
      label: paragraphs(variation.ask),
      act: () => expect(stage, session, variation),
    })),
  });
}

/** Asks what will come of a changed condition, and runs it. */
function expect(stage: Stage, { exercise, choices }: Session, { id, ask }: Variation): void {
  const design = designWords(exercise, variedChoices(exercise, choices.now, id));
  stage.show({
    kind: 'menu',
    title: 'What do you expect?',
    text: `${paragraphs(ask)}\nThe design: ${sentence(design)}`,
    items: EXPECTATIONS.map(({ label, expected }) => ({
      label: sentence(label),
      act: () => stage.send({ type: 'vary', variation: id, expected }),
    })),
  });
}

/** Asks for the sentence that explains the run. */
export function answer(stage: Stage, { exercise: { explain } }: Session): void {
  if (explain === null) return;
  const truth = explain.answers.find((one) => one.true)?.text ?? '';
  stage.show({
    kind: 'menu',
    title: 'Why did it happen?',
    text: paragraphs(explain.ask),
    items: explain.answers.map(({ text, true: right }) => ({
      label: paragraphs(text),
      act: () => {
        toRun(stage);
        stage.send({ type: 'answer', right });
        stage.show({
          kind: 'text',
          title: right ? 'Right' : 'Not so',
          text: right ? 'That is what happened.' : `What happened is this: ${paragraphs(truth)}`,
          verbatim: false,
        });
      },
    })),
  });
}

const RUNGS = ['where to look', 'what happens there', 'the answer'];

/** Hints already read are free; the next one costs a star, so it is asked for twice. */
export function offerHint(stage: Stage, { exercise, hints }: Session): void {
  const read = (rung: number) => {
    stage.show({
      kind: 'text',
      title: `Hint ${rung} of ${exercise.hints.length}: ${RUNGS[rung - 1] ?? 'more'}`,
      text: paragraphs(exercise.hints[rung - 1] ?? ''),
      verbatim: false,
    });
  };
  const old = exercise.hints.slice(0, hints).map((_, index) => ({
    label: `Read hint ${index + 1} again: ${RUNGS[index] ?? 'more'}`,
    act: () => read(index + 1),
  }));
  const next = exercise.hints[hints];
  const fresh =
    next === undefined
      ? []
      : [
          {
            label: `Read hint ${hints + 1}: ${RUNGS[hints] ?? 'more'}. It costs a star`,
            act: () => {
              stage.send({ type: 'hint' });
              read(hints + 1);
            },
          },
        ];
  stage.show({
    kind: 'menu',
    title: 'Hints',
    text: 'Each says more than the one before. A hint costs a star, never the exercise.',
    items: [...fresh, ...old],
  });
}
