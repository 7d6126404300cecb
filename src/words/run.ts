import { questionOf } from '../play/prediction.ts';
import { type Expectation, practiceSeed, type Session } from '../play/session.ts';
import { CONFIDENCE } from '../progress/calibration.ts';
import type { Exercise } from '../scenarios/exercise.ts';
import { formatMicros } from '../sim/kernel/time.ts';
import { designWords } from './design.ts';
import { counted, paragraphs, sentence } from './text.ts';

/** A first visit begins here: what this is, in a few sentences, while it is already failing. */
export function openingWords({ title, brief }: Exercise): string {
  const [story = ''] = paragraphs(brief).split('\n\n');
  return `${sentence(title)} An online store is running in this program, with services, partners and customers of its own. ${story} This is what happened:`;
}

/** What ran: the design, the seed, how much happened. */
export function runWords({ exercise, observation, attempts }: Session): string {
  if (observation === null) return '';
  const { run, ask } = observation;
  const varied = ask.variation === null ? '' : `, with the condition "${ask.variation}" changed`;
  const changed =
    ask.interventions.length === 0 ? '' : `, with ${counted(ask.interventions.length, 'injected fault')}`;
  const hidden = ask.seed === practiceSeed(exercise) ? '' : ' That is one of the hidden seeds.';
  return `Try ${attempts.length}: ${designWords(exercise, ask.choices)}${varied}${changed}. Ran on seed ${ask.seed}: ${counted(run.record.length, 'event')} in ${formatMicros(run.until)} of virtual time.${hidden}`;
}

/** The prediction beside the outcome, in one line. */
export function predictionWords({ exercise, attempts }: Session): string {
  const { prediction, cameTrue } = attempts.at(-1) ?? { prediction: null, cameTrue: null };
  if (prediction === null) return '';
  const said = `You predicted "${questionOf(exercise).answers[prediction.answer]}", ${CONFIDENCE[prediction.confidence]}.`;
  if (cameTrue === null) return `${said} This run cannot tell.`;
  return cameTrue ? `RIGHT. ${said}` : `NOT SO. ${said}`;
}

/** What can be expected of a changed condition. */
export const EXPECTATIONS: readonly {
  readonly word: string;
  readonly label: string;
  readonly expected: Expectation;
}[] = [
  { word: 'holds', label: 'every check holds', expected: 'held' },
  { word: 'breaks', label: 'some check breaks', expected: 'failed' },
  { word: 'unsure', label: 'I cannot tell', expected: null },
];

/** What was expected of a changed condition beside what came of it; empty where nothing was expected. */
export function expectationWords({ attempts }: Pick<Session, 'attempts'>): string {
  const { expected, verdict } = attempts.at(-1) ?? { expected: null, verdict: null };
  if (expected === null) return '';
  const said = `You expected that ${EXPECTATIONS.find((each) => each.expected === expected)?.label}.`;
  return verdict?.outcome === expected ? `RIGHT. ${said}` : `NOT SO. ${said}`;
}
