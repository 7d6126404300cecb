import type { FlowNews } from '../play/flow-events.ts';
import { questionOf } from '../play/prediction.ts';
import type { Remembered, Session } from '../play/session.ts';
import type { NewEntry } from './entry.ts';
import { fold } from './fold.ts';
import type { ProgressStore } from './store.ts';

/** What news from the learning loop is worth writing down as. */
export function entriesOf(news: FlowNews): readonly NewEntry[] {
  const { exercise } = news.session;
  switch (news.type) {
    case 'attempted': {
      const { choices, seed, verdict, prediction, cameTrue, interventions } = news.attempt;
      const entry: NewEntry = {
        type: 'attempt',
        exercise: exercise.id,
        hash: exercise.hash,
        choices,
        seed,
        outcome: verdict.outcome,
        broke: verdict.checks.filter(({ outcome }) => outcome === 'invalid').map(({ id }) => id),
        prediction: prediction && {
          answer: (questionOf(exercise).answers[prediction.answer] ?? '')
            .replaceAll(/\s+/g, ' ')
            .slice(0, 200),
          confidence: prediction.confidence,
          right: cameTrue,
        },
        injected: interventions.length,
      };
      return [entry, placeOf(news.session, 'observe')];
    }
    case 'graded': {
      const { choices, seeds, held } = news.report;
      const entry: NewEntry = {
        type: 'grade',
        exercise: exercise.id,
        hash: exercise.hash,
        choices,
        seeds: seeds.count,
        held,
        stars: news.stars,
      };
      return [entry, placeOf(news.session, 'graded')];
    }
    case 'hinted':
      return [{ type: 'hint', exercise: exercise.id, rung: news.rung }];
    case 'answered':
      return [{ type: 'answer', exercise: exercise.id, right: news.right }];
    case 'decided':
      return [placeOf(news.session, 'choose')];
  }
}

const placeOf = ({ exercise, choices }: Session, step: string): NewEntry => ({
  type: 'place',
  exercise: exercise.id,
  step,
  choices: choices.now,
});

/** What an earlier visit left for the next one. */
export function rememberedOf(store: ProgressStore, exercise: string): Remembered {
  const progress = fold(store.entries).get(exercise);
  if (progress === undefined) return {};
  const { place, hints, failedGrades, explained } = progress;
  return { hints, failedGrades, explained, ...(place && { choices: place.choices }) };
}
