import { briefWords } from '../plain/scenes/briefing.ts';
import { type Observation, observe } from '../play/engine.ts';
import { practiceSeed } from '../play/session.ts';
import type { Choices } from '../scenarios/choose.ts';
import type { Exercise } from '../scenarios/exercise.ts';
import type { Verdict } from '../scenarios/judge/index.ts';
import { bestChoices } from '../scenarios/prove/designs.ts';
import { explain } from '../scenarios/why.ts';
import { designWords } from '../words/design.ts';
import { eventWords } from '../words/narration.ts';
import { paragraphs, sentence } from '../words/text.ts';
import { verdictSummary, verdictWords } from '../words/verdict.ts';
import { explanationWords } from '../words/why.ts';
import { EXIT } from './command.ts';
import { during } from './failure.ts';
import type { Output } from './output.ts';
import { runDocument } from './running.ts';

/** Events that are told of the untouched run. */
const TOLD_EVENTS = 6;

/** A whole exercise for somebody who cannot answer: a pipe, a log, a page. Always ends well. */
export function told(exercise: Exercise, out: Output): number {
  const seed = practiceSeed(exercise);
  const runOf = (choices: Choices): Observation =>
    during({ exercise: exercise.id, seed }, () =>
      observe({ exercise, choices, seed, interventions: [], variation: null }),
    );
  out.say('No terminal here, so this is the exercise from beginning to end.\n');
  out.say(briefWords(exercise));
  const untouched = runOf({});
  out.say(`\nWhat happens if nothing is changed, seed ${seed}:`);
  for (const { record } of untouched.beats.slice(0, TOLD_EVENTS))
    out.say(`- ${eventWords(untouched, record)}`);
  out.say(`\n${verdictWords(untouched.verdict)}`);
  tellWhy(untouched, out);

  const best = bestChoices(exercise);
  const tried = designsToTell(exercise, best).map((design) => ({
    ...design,
    verdict: runOf(design.choices).verdict,
  }));
  out.say('\nWhat the options lead to, on the same seed:');
  for (const { id, ask } of exercise.decide) {
    const others = exercise.decide.length > 1 ? ' The other decisions stand at their best.' : '';
    out.say(`\n${paragraphs(ask)}${others}`);
    for (const { decision, label, verdict } of tried) {
      if (decision === id) out.say(`- ${outcomeOf(verdict, label)}`);
    }
  }
  out.say(`\nBest: ${sentence(designWords(exercise, best))}`);
  out.say(
    `\nNext: run "brownout" in a terminal to choose for yourself; "brownout list" names all exercises; "brownout run ${exercise.slug} --why" tells one run; "brownout --help" lists everything.`,
  );
  out.document('told', {
    exercise: exercise.id,
    hash: exercise.hash,
    untouched: runDocument(untouched),
    options: tried.map(({ choices, verdict }) => ({
      choices,
      outcome: verdict.outcome,
      firstFailed: verdict.firstFailed ?? null,
    })),
    best,
  });
  return EXIT.ok;
}

/** Each option of each decision, with the other decisions as they are best. */
function designsToTell({ decide }: Exercise, best: Choices) {
  return decide.flatMap(({ id, options }) =>
    options.map(({ id: option, label }) => ({
      decision: id,
      option,
      label,
      choices: { ...best, [id]: option },
    })),
  );
}

/** `FAILED: Retry three times. 2 of 5 checks broke. charged-once broke first.` */
function outcomeOf(verdict: Verdict, label: string): string {
  const [word = '', ...rest] = verdictSummary(verdict).split('. ');
  return [
    `${word.replace('.', '')}: ${sentence(label)}`,
    ...(verdict.outcome === 'held' ? [] : [rest.join('. ')]),
  ].join(' ');
}

function tellWhy({ run, verdict }: Observation, out: Output): void {
  const broken = verdict.checks.find(({ id }) => id === verdict.firstFailed);
  const finding = broken?.findings[0];
  if (broken === undefined || finding === undefined) return;
  const explanation = explain(run, finding);
  out.say(`\nWhy ${broken.id} broke:\n${explanationWords(explanation)}`);
  out.show(`\n${explanation.diagram}`);
}
