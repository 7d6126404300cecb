import { hashText } from '../kernel/luck.ts';
import type { Process } from '../kernel/process.ts';
import { Signal } from '../kernel/signal.ts';
import type { Micros } from '../kernel/time.ts';
import { type Outcome, type Success, success } from '../outcome.ts';
import type { Name } from '../recorder.ts';
import type { System } from '../system.ts';
import type { Frame } from './frame.ts';
import type { Node } from './modify.ts';

/** How long an answer may be used, counted from when it was kept. */
export interface Lifetime {
  readonly fresh: Micros;
  /** So much longer it may be given out while one request asks for a new one. */
  readonly staleWhileRevalidate: Micros;
  /** So much longer where asking fails. */
  readonly staleIfError: Micros;
}

/** What a cache keeps, under which name, and for how long. */
export interface CachePolicy {
  /** Whether those who ask for the same at once share one question, and its failure. */
  readonly coalesce: boolean;
  /** Whether it asks `If-None-Match` where it has an old answer. */
  readonly conditional: boolean;
  /** Null: this request passes the cache by. */
  name(frame: Frame): string | null;
  /** Null: the answer is not kept. */
  lifetime(answer: Success, frame: Frame): Lifetime | null;
}

/** A strong entity tag: equal for equal content. */
export const entityTag = ({ value }: Success): number => hashText(JSON.stringify(value));

/** Answers from memory what it may, and asks for the rest. */
export function remembered(node: Node, policy: CachePolicy, system: System, place: Name): Node {
  function hit(frame: Frame, age: Micros, answer: Success, detail: 'fresh' | 'stale'): Outcome {
    frame.cause = system.log.note('cacheHit', place, frame.subject, frame.cause, frame.span, age, detail);
    return detail === 'fresh' ? answer : success(answer.value, true);
  }

  /** Keeps an answer if it may be kept. One that has not changed is the old one, young again. */
  function keep(frame: Frame, name: string, answer: Success): Success {
    const { caches } = frame.host;
    const known = caches.find(name);
    const same = answer.head?.notModified === true && known !== undefined;
    const whole = same ? known.answer : answer;
    if (same) {
      const { subject, cause, span } = frame;
      frame.cause = system.log.note(
        'cacheHit',
        place,
        subject,
        cause,
        span,
        frame.now - known.at,
        'revalidated',
      );
    }
    const lifetime = policy.lifetime(whole, frame);
    if (lifetime) caches.fill(name, { at: frame.now, answer: whole, lifetime });
    return whole;
  }

  function* load(frame: Frame, name: string): Process<Outcome> {
    const { caches } = frame.host;
    while (policy.coalesce) {
      const shared = caches.loading(name);
      if (!shared) break;
      const theirs = yield* shared.wait();
      if (theirs) return theirs;
    }
    const signal = new Signal<Outcome | null>(system.sim);
    caches.begin(name, signal);
    try {
      const known = policy.conditional ? caches.find(name) : undefined;
      frame.ifNoneMatch = known ? entityTag(known.answer) : null;
      const answered = yield* node(frame);
      frame.ifNoneMatch = null;
      const outcome = answered.ok ? keep(frame, name, answered) : answered;
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
    const name = policy.name(frame);
    if (name === null) return yield* node(frame);
    const entry = caches.find(name);
    if (!entry) {
      for (const missed of caches.misses) missed(name, frame);
      return yield* load(frame, name);
    }
    const { answer, at, lifetime } = entry;
    const age = frame.now - at;
    if (age < lifetime.fresh) return hit(frame, age, answer, 'fresh');
    for (const missed of caches.misses) missed(name, frame);
    if (age < lifetime.fresh + lifetime.staleWhileRevalidate) {
      if (!caches.loading(name)) frame.host.scope.spawn(refresh(frame.branch(), name));
      return hit(frame, age, answer, 'stale');
    }
    const outcome = yield* load(frame, name);
    if (!outcome.ok && age < lifetime.fresh + lifetime.staleIfError) return hit(frame, age, answer, 'stale');
    return outcome;
  };
}
