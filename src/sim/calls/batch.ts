import type { Frame } from '../flow/frame.ts';
import type { Body } from '../flow/request.ts';
import type { Process } from '../kernel/process.ts';
import { Signal } from '../kernel/signal.ts';
import { failed, type Outcome, success } from '../outcome.ts';
import { type Call, callThrough } from './call-through.ts';

/** Keys that are asked for within this time of each other go together: DataLoader's tick. */
const TICK = 1;

const WRONG_LENGTH = failed('batch', 502);

interface Wish {
  readonly body: Body;
  readonly answer: Signal<Outcome>;
}

/**
 * Facebook's DataLoader: the calls that one request makes of one operation become one call, and what has been asked for
 * once is not asked for again in the same request.
 */
export class Loader {
  readonly #call: Call;
  readonly #max: number;
  readonly #known = new Map<string, Signal<Outcome>>();
  #waiting: Wish[] = [];

  /** At most `max` in one call. */
  constructor(call: Call, max: number) {
    this.#call = call;
    this.#max = max;
  }

  /** The answer for one body: from a call that is shared, or from the one that was made before. */
  *load(frame: Frame, body: Body): Process<Outcome> {
    const key = JSON.stringify(body);
    const known = this.#known.get(key);
    if (known) return yield* known.wait();
    const answer = new Signal<Outcome>(frame.system.sim);
    this.#known.set(key, answer);
    this.#waiting.push({ body, answer });
    if (this.#waiting.length === 1) frame.host.scope.spawn(this.#dispatch(frame.branch()));
    return yield* answer.wait();
  }

  *#dispatch(frame: Frame): Process {
    yield frame.system.sim.sleep(TICK);
    const wishes = this.#waiting;
    this.#waiting = [];
    for (let at = 0; at < wishes.length; at += this.#max)
      frame.host.scope.spawn(this.#ask(frame.branch(), wishes.slice(at, at + this.#max)));
  }

  *#ask(frame: Frame, wishes: readonly Wish[]): Process {
    const batch = wishes.map(({ body }) => body);
    const { place, callee } = this.#call;
    const { log } = frame.system;
    if (batch.length > 1)
      frame.cause = log.note(
        'batched',
        place,
        frame.subject,
        frame.cause,
        frame.span,
        batch.length,
        undefined,
        callee,
      );
    const outcome = yield* callThrough(frame, { ...this.#call, body: batch[0] ?? {}, batch });
    for (const [at, { answer }] of wishes.entries()) answer.resolve(share(outcome, at, wishes.length));
  }
}

/** One wish's part of the answer to all: the values come in the order of the keys, one for each. */
function share(outcome: Outcome, at: number, length: number): Outcome {
  if (!outcome.ok) return outcome;
  const { value, degraded } = outcome;
  if (degraded && !Array.isArray(value)) return outcome; // a fallback stands in for each
  if (!Array.isArray(value) || value.length !== length) return WRONG_LENGTH;
  return success(value[at] ?? null, degraded);
}
