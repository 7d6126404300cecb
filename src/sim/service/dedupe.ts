import type { Marks } from '../database/marks.ts';
import type { Flow } from '../flow/compile.ts';
import type { Frame } from '../flow/frame.ts';
import { Guard } from '../flow/guard.ts';
import { sampler } from '../kernel/distribution.ts';
import { hashText } from '../kernel/luck.ts';
import type { Process } from '../kernel/process.ts';
import { DONE, failed, type Outcome } from '../outcome.ts';
import type { System } from '../system.ts';
import type { DedupeSettings } from '../world/schema/operation.ts';

/** A round trip to a shared key-value store: docs/fidelity.md, "Redis GET". */
const REMOTE = sampler({ kind: 'lognormal', median: 300, sigma: 0.5176 });

/** How often a duplicate that came too early looks for the first one's answer. */
const POLL = 10_000;
const PATIENCE = 10_000_000;

/**
 * Hohpe and Woolf's Idempotent Receiver: remembers which requests it has handled, and answers a repeat as the first time.
 *
 * `mark: with` enters the mark in the transaction of the effect; `before` and `after` leave a window in which a crash
 * loses the effect, or lets it happen twice. A null key is never a duplicate. `scope` keeps the keys of one sender apart
 * from those of another.
 */
export function deduped(
  settings: DedupeSettings,
  flow: Flow,
  owner: string,
  system: System,
  inner: (frame: Frame) => Process<Outcome>,
  scope: (frame: Frame) => string = () => '',
): (frame: Frame) => Process<Outcome> {
  const { place } = flow;
  const formula = flow.formulas.compile(settings.key, `${place.text}.dedupe.key`);
  const stream = system.luck.stream(`${place.text}.dedupe`);
  const watchers = system.passing(`${place.text}.dedupe`);
  const together = settings.in === 'db' && settings.mark === 'with';

  function marksOf(frame: Frame): Marks {
    if (settings.in === 'memory') return frame.host.caches.marks;
    if (settings.in === 'redis') return system.redis(owner);
    return system.databaseOf(owner)?.marks ?? system.redis(owner);
  }

  function* passed(frame: Frame): Process {
    for (const watcher of watchers) if (watcher(frame)) yield system.sim.sleep(0);
  }

  function* travel(frame: Frame, n: number): Process {
    if (settings.in === 'redis') yield system.sim.sleep(REMOTE(stream.uniform(frame.key, frame.variant, n)));
  }

  function replay(frame: Frame, answer: Outcome | null): Outcome {
    frame.cause = system.log.note('dedupe', place, frame.subject, frame.cause, frame.span, 200, 'replayed');
    return answer ?? DONE;
  }

  /** Another request of this key had its effect first: waits for what it answered, unless nobody asks for an answer. */
  function* theirs(frame: Frame, marks: Marks, key: string): Process<Outcome> {
    const end = frame.now + (frame.request.message === null ? PATIENCE : 0);
    while (frame.now < end && marks.find(key, settings.keep)?.answer == null) yield system.sim.sleep(POLL);
    return replay(frame, marks.find(key, settings.keep)?.answer ?? null);
  }

  const { onMismatch } = settings;

  return function* receive(frame) {
    const value = formula.value(frame);
    if (value === null) return yield* inner(frame);
    const key = `${place.text}/${scope(frame)}${String(value)}`;
    const content = onMismatch === null ? 0 : hashText(JSON.stringify(frame.request.body));
    const marks = marksOf(frame);
    yield* travel(frame, 1);
    const mark = marks.find(key, settings.keep);
    if (mark && onMismatch !== null && mark.content !== 0 && mark.content !== content) {
      const { cause, span } = frame;
      frame.cause = system.log.note('dedupe', place, frame.subject, cause, span, onMismatch, 'mismatch');
      return failed('key-reused', onMismatch);
    }
    if (mark?.done) return mark.answer ? replay(frame, mark.answer) : yield* theirs(frame, marks, key);
    if (mark && settings.whileBusy !== null) {
      frame.cause = system.log.note(
        'dedupe',
        place,
        frame.subject,
        frame.cause,
        frame.span,
        settings.whileBusy,
        'busy',
      );
      return failed('409', settings.whileBusy);
    }
    if (settings.mark === 'before') {
      marks.done(key, null, settings.size, content);
      yield* passed(frame);
      const outcome = yield* inner(frame);
      marks.done(key, outcome.ok ? outcome : null, settings.size, content);
      return outcome;
    }
    if (settings.whileBusy !== null) marks.busy(key, content);
    if (together) frame.guard = new Guard(marks, key, settings.keep);

    const outcome = yield* inner(frame);
    if (
      together &&
      !outcome.ok &&
      outcome.failure.reason === 'duplicate' &&
      !frame.guard?.claimed &&
      marks.find(key, settings.keep)?.done
    ) {
      return yield* theirs(frame, marks, key);
    }
    if (!outcome.ok) {
      if (!marks.find(key, settings.keep)?.done) marks.forget(key);
      return outcome;
    }
    if (!together) {
      yield* passed(frame);
      yield* travel(frame, 2);
    }
    marks.done(key, outcome, settings.size, content);
    if (together) yield* passed(frame);
    return outcome;
  };
}
