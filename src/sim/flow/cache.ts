import type { Process } from '../kernel/process.ts';
import { Signal } from '../kernel/signal.ts';
import { type Outcome, success } from '../outcome.ts';
import type { CacheSettings } from '../world/schema/operation.ts';
import type { StepContext } from './act.ts';
import type { Frame } from './frame.ts';
import type { Node } from './modify.ts';

/** Answers a step from memory while what it remembers is fresh, as HTTP's Cache-Control names it. */
export function cached(node: Node, settings: CacheSettings, { system, place, formulas }: StepContext): Node {
  const key = settings.key === null ? null : formulas.compile(settings.key, `${place.text}.cache.key`);
  const maxAge = settings['max-age'];

  function hit(frame: Frame, age: number, outcome: Outcome, detail: 'fresh' | 'stale'): Outcome {
    frame.cause = system.log.note('cacheHit', place, frame.subject, frame.cause, frame.span, age, detail);
    return detail === 'fresh' || !outcome.ok ? outcome : success(outcome.value, true);
  }

  function* load(frame: Frame, name: string): Process<Outcome> {
    const { caches } = frame.host;
    while (settings.coalesce) {
      const shared = caches.loading(name);
      if (!shared) break;
      const theirs = yield* shared.wait();
      if (theirs) return theirs;
    }
    const signal = new Signal<Outcome | null>(system.sim);
    caches.begin(name, signal);
    try {
      const outcome = yield* node(frame);
      if (outcome.ok) caches.fill(name, frame.now, outcome);
      signal.resolve(outcome);
      return outcome;
    } finally {
      caches.end(name);
      if (!signal.settled) signal.resolve(null); // this flow was ended: whoever waits for it asks again
    }
  }

  function* refresh(frame: Frame, name: string): Process {
    yield* load(frame, name);
  }

  return function* lookUp(frame) {
    const { caches } = frame.host;
    const name = `${place.text}?${key ? String(key.value(frame)) : JSON.stringify(frame.request.body)}`;
    const entry = caches.find(name);
    const age = entry ? frame.now - entry.at : Number.POSITIVE_INFINITY;
    if (entry && age < maxAge) return hit(frame, age, entry.outcome, 'fresh');
    if (entry && age < maxAge + settings['stale-while-revalidate']) {
      if (!caches.loading(name)) frame.host.scope.spawn(refresh(frame.branch(), name));
      return hit(frame, age, entry.outcome, 'stale');
    }
    const outcome = yield* load(frame, name);
    if (!outcome.ok && entry && age < maxAge + settings['stale-if-error'])
      return hit(frame, age, entry.outcome, 'stale');
    return outcome;
  };
}
