import { EvaluationProblem } from '../expression/expression.ts';
import type { Value } from '../expression/value.ts';
import type { Process } from '../kernel/process.ts';
import { DONE, failed, type Outcome, success } from '../outcome.ts';
import type { Step } from '../world/schema/operation.ts';
import type { Act, StepContext } from './act.ts';
import { cached } from './cache.ts';
import { forEach } from './for-each.ts';
import type { Frame } from './frame.ts';

/** A step or a group, ready to run. */
export type Node = (frame: Frame) => Process<Outcome>;

const SKIPPED = { ok: false, skipped: true } as const;

/** Puts a step's modifiers around its verb: when, forEach, cache, fallback, fact. */
export function modified(
  act: Act,
  { modifiers }: Step,
  context: StepContext,
  atEnd: ((frame: Frame) => void) | null,
): Node {
  const { system, place, formulas, step, slot } = context;
  const when = modifiers.when === null ? null : formulas.compile(modifiers.when, `${place.text}.when`);
  const fallback = modifiers.fallback as Value | undefined;
  const watchers = system.passing(place.text);

  let once: Node = act.run ?? ((frame) => immediately(act.instant(frame)));
  if (modifiers.cache) once = cached(safe(once, context), modifiers.cache, context);
  if (atEnd) once = withFacts(once, atEnd);
  if (modifiers.forEach !== null)
    once = forEach(safe(once, context), modifiers.forEach, modifiers.concurrency, context);
  const instant = act.instant && !modifiers.cache && modifiers.forEach === null ? act.instant : undefined;

  let plain: boolean | undefined;

  return function* run(frame) {
    let outcome: Outcome;
    const promised = frame.transaction?.promised;
    try {
      if (when && when.value(frame) !== true) {
        frame.slots[slot] = SKIPPED;
        return DONE;
      }
      if (instant) {
        outcome = instant(frame);
        if (atEnd && outcome.ok) atEnd(frame);
      } else outcome = yield* once(frame);
    } catch (error) {
      outcome = excuse(error, context);
    }
    if (!outcome.ok && fallback !== undefined) {
      frame.cause = system.log.note(
        'fallback',
        place,
        frame.subject,
        frame.cause,
        frame.span,
        0,
        outcome.failure.reason,
      );
      frame.degrade();
      outcome = success(fallback, true);
    }
    if (outcome.degraded) frame.degrade();
    plain ??= !formulas.asksHow(step);
    frame.slots[slot] = plain && outcome.ok && isRecord(outcome.value) ? outcome.value : view(outcome);
    for (const watcher of watchers) {
      if (!outcome.ok) break;
      if (frame.transaction && frame.transaction.promised !== promised) frame.transaction.watch(watcher);
      else if (watcher(frame)) yield system.sim.sleep(0); // the replica died: this process ends here
    }
    return outcome;
  };
}

/** An expression that has no value fails the request, and is reported as the author's. Anything else is a bug of ours. */
function excuse(error: unknown, { system, place }: StepContext): Outcome {
  if (!(error instanceof EvaluationProblem)) throw error;
  system.blame(place.text, error);
  return failed('expression', 500);
}

/** For nodes that run as processes of their own, where nobody else would catch. */
export function safe(node: Node, context: StepContext): Node {
  return function* safely(frame) {
    try {
      return yield* node(frame);
    } catch (error) {
      return excuse(error, context);
    }
  };
}

const isRecord = (value: Value): boolean => typeof value === 'object' && value !== null;

/** What later expressions see of a step: its fields, and whether it went well. */
function view(outcome: Outcome): unknown {
  if (!outcome.ok)
    return { ok: false, error: outcome.failure.reason, status: outcome.failure.status, degraded: false };
  const { value, degraded } = outcome;
  if (Array.isArray(value)) return value;
  if (typeof value === 'object' && value !== null) return { ...value, ok: true, degraded };
  return { value, ok: value !== false, degraded };
}

function* immediately(outcome: Outcome): Process<Outcome> {
  return outcome;
}

function withFacts(node: Node, tell: (frame: Frame) => void): Node {
  return function* told(frame) {
    const outcome = yield* node(frame);
    if (outcome.ok) tell(frame);
    return outcome;
  };
}
