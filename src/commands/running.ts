import { type Observation, observe } from '../play/engine.ts';
import { parseInjection } from '../play/injection.ts';
import { practiceSeed } from '../play/session.ts';
import type { Exercise } from '../scenarios/exercise.ts';
import { readChoices } from './choosing.ts';
import { type Call, list, text } from './command.ts';
import { during } from './failure.ts';

/** Runs what `--choose`, `--seed` and `--inject` say. */
export function runAsAsked(exercise: Exercise, options: Call['options']): Observation {
  const seed = text(options, 'seed') ?? practiceSeed(exercise);
  const choices = readChoices(exercise, list(options, 'choose'));
  const interventions = list(options, 'inject').map((written, index) => parseInjection(written, index + 1));
  return during({ exercise: exercise.id, seed }, () =>
    observe({ exercise, choices, seed, interventions, variation: null }),
  );
}

/** A run as `--json` tells of it: everything that is small, and the fingerprint of the rest. */
export function runDocument({ ask, run, verdict }: Observation): Readonly<Record<string, unknown>> {
  const { exercise, choices, seed, interventions } = ask;
  return {
    exercise: exercise.id,
    hash: exercise.hash,
    engine: run.engine,
    choices,
    seed,
    interventions,
    outcome: verdict.outcome,
    firstFailed: verdict.firstFailed ?? null,
    checks: verdict.checks,
    faults: run.faults,
    queues: run.queues,
    usage: run.usage,
    records: run.record.length,
    events: run.events,
    stopped: run.stopped,
    until: run.until,
    fingerprint: run.fingerprint,
  };
}
