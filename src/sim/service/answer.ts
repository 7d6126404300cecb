import { entityTag } from '../flow/remember.ts';
import type { Request } from '../flow/request.ts';
import { type Outcome, success } from '../outcome.ts';
import type { Name } from '../recorder.ts';
import type { System } from '../system.ts';
import type { Job } from './job.ts';

/** Sends the answer to a request, as the version writes it that was running when the request came. */
export function answer(
  { log, contracts }: System,
  replica: Name,
  job: Job,
  outcome: Outcome,
  cause: number,
): void {
  const { incoming, operation, record } = job;
  job.wasted = !incoming.wanted();
  const written =
    contracts && outcome.ok ? contracts.answered(operation.place.text, job.release, outcome) : outcome;
  const told = unlessKnown(written, incoming.request);
  const status = told.ok ? (told.head?.notModified ? 304 : (told.head?.status ?? 200)) : told.failure.status;
  const reason = told.ok ? undefined : told.failure.reason;
  const subject = incoming.request.thing?.recorded;
  const sent = log.note('reply', operation.place, subject, cause, record, status, reason, replica);
  incoming.answer(told, sent);
}

/** RFC 9110: an answer that the caller has already is 304, without a body. */
function unlessKnown(outcome: Outcome, { ifNoneMatch }: Request): Outcome {
  if (ifNoneMatch === null || !outcome.ok || entityTag(outcome) !== ifNoneMatch) return outcome;
  const cacheControl = outcome.head?.cacheControl ?? null;
  return success(null, outcome.degraded, { cacheControl, bytes: 0, notModified: true });
}
