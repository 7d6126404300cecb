import type { Act, StepContext } from '../flow/act.ts';
import type { Frame } from '../flow/frame.ts';
import { CANCELLED } from '../grpc/status.ts';
import { mix } from '../kernel/luck.ts';
import type { Process } from '../kernel/process.ts';
import { type Micros, ms } from '../kernel/time.ts';
import { type Outcome, TIMEOUT } from '../outcome.ts';
import { Name } from '../recorder.ts';

/** How a call is made again and again until its answer says what is waited for. */
export interface PollSettings {
  /** What the answer must say: an expression that names its own step. */
  readonly until: string;
  /** Between an answer and the next question; longer where the answer has a `Retry-After`. */
  readonly every: Micros;
  /** No question is asked later than this after the first. */
  readonly upTo: Micros;
}

/** So that two questions never meet in one instant. */
const SHORTEST = ms(1);

/**
 * Asks until the answer says that it is done, somebody refuses or fails, or there is no more time: then what was waited
 * for may still come about, and the outcome is unknown.
 */
export function polled(
  ask: (frame: Frame) => Process<Outcome>,
  { until, every, upTo }: PollSettings,
  callee: string,
  { system, place, formulas, slot }: StepContext,
): Act {
  const done = formulas.compile(until, `${place.text}.poll.until`);
  const peer = new Name(callee);
  return {
    *run(frame) {
      const { request, now: began } = frame;
      const end = Math.min(began + upTo, request.deadline);
      for (let question = 1; ; question++) {
        // The first question meets the luck of a call without a poll; each further one has its own.
        const asking = question === 1 ? frame : frame.retried(mix(frame.variant, 3_000 + question));
        const outcome = yield* ask(asking);
        frame.cause = asking.cause;
        if (!outcome.ok) return outcome;
        frame.slots[slot] = outcome.value;
        if (done.value(frame) === true) return outcome;
        if (request.cancellation?.reason) return CANCELLED;
        const pause = Math.max(every, outcome.head?.retryAfter ?? 0, SHORTEST);
        if (frame.now + pause > end) {
          const { subject, cause, span, now } = frame;
          const detail = `${question} ${question === 1 ? 'answer' : 'answers'}`;
          frame.cause = system.log.note('unsettled', place, subject, cause, span, now - began, detail, peer);
          return TIMEOUT;
        }
        yield system.sim.sleep(pause);
      }
    },
  };
}
