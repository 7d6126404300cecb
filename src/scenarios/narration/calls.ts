import { asNoun, callerKnows, callerMet } from './reasons.ts';
import { many, ownerOf, type Telling, type Template } from './telling.ts';

/** Clients and calls: what someone wanted, asked for, got, or did not get. */
export const calls = {
  intent: ({ place, subject }) =>
    subject === '' ? `${place} wanted something` : `${place} wanted ${subject}`,
  intentOk: ({ place, about, time, detail }) =>
    `${place} got what they wanted${about}${detail === 'degraded' ? ', with a fallback standing in for a part' : ''}, after ${time}`,
  intentFailed: ({ place, about, time, detail, because }) =>
    `${place} did not get what they wanted${about}: ${asNoun(detail)}${because}, after ${time}`,
  gaveUp: ({ place, about, time }) =>
    `${place} lost their patience${about}; nobody waits for the answer any more, after ${time}`,

  call: (telling) =>
    `${telling.owner} called ${telling.peer}${telling.about}${resolving(telling.field)}${attempt(telling.value)}${key(telling)}`,
  batched: ({ owner, peer, tag, value }) => `${owner} made one of ${many(value, 'call')} of ${peer}${tag}`,
  callOk: ({ owner, peer, about, time, detail }) =>
    `${owner} got a good answer from ${peer}${about}${detail === 'degraded' ? ', a degraded one' : ''}, after ${time}`,
  callFailed({ owner, peer, tag, time, detail }) {
    const knows = callerKnows(detail);
    return `${owner} ${callerMet(detail, peer)}${tag} after ${time}${knows === undefined ? '' : `; ${knows}`}`;
  },
  lateReply({ owner, peer, about, time, detail }) {
    const what = detail === 'ok' || detail === '' ? 'done' : `failed, ${asNoun(detail)}`;
    return `${peer} answered ${owner}${about}: ${what}; ${owner} had stopped waiting, and the answer was dropped, ${time} after the call`;
  },
  retry: ({ owner, peer, about, time, detail, because }) =>
    `${owner} will call ${peer} again${about}, since the last attempt ended in ${asNoun(detail)}${because}, in ${time}`,
  retryDenied: ({ owner, peer, about, detail }) =>
    `${owner} did not try ${peer} again${about} after ${asNoun(detail)}: its retry budget is spent`,
  unsettled: ({ owner, peer, about, time, detail }) =>
    `${owner} stopped asking ${peer}${about}, after ${detail} in ${time}: it may still come about`,
  hedge: ({ owner, peer, about }) =>
    `${owner} sent a second copy of its slow call to ${peer}${about}; both may do the work`,
  fallback: ({ owner, about, detail, because }) =>
    `${owner} went on with a fallback${about} in place of ${asNoun(detail)}${because}`,
  breaker: ({ place, detail, value }) =>
    `the circuit breaker ${place} is now ${detail}${failures(detail, value)}`,
  rejected: ({ owner, peer, tag, detail }) => `${owner} ${callerMet(detail, peer)}${tag}; nothing was sent`,
} satisfies Record<string, Template>;

const resolving = (field: string): string => (field === '' ? '' : `, to resolve ${field}`);

function attempt(number: number): string {
  return number > 1 ? `, attempt ${number}` : '';
}

/** Only a repeat makes a reader ask for the key. */
function key({ value, detail }: Telling): string {
  if (value <= 1) return '';
  return detail === '' ? ', without an idempotency key' : `, with the idempotency key ${detail}`;
}

function failures(state: string, count: number): string {
  if (state === 'open') return `: ${count} failures in its window, and calls are refused without being sent`;
  if (state === 'half-open') return ': a few calls are let through as a test';
  return state === 'closed' ? ': calls go through again' : '';
}

/** Records that touch a message on its way, and are no sender themselves. */
const ON_THE_WAY: ReadonlySet<string> = new Set([
  'fault',
  'dropped',
  'hedge',
  'meshRetry',
  'meshHedge',
  'mirrored',
]);

/** The call or delivery that a record's work was done for; undefined where the record does not tell. */
export function orderBehind(telling: Telling): Telling | undefined {
  if (telling.span < 0) return undefined;
  const request = telling.of(telling.span);
  if (request.kind !== 'request' || request.span < 0) return undefined;
  let sender = request.of(request.span);
  while (ON_THE_WAY.has(sender.kind) && sender.cause >= 0) sender = sender.of(sender.cause);
  return sender.kind === 'call' || sender.kind === 'delivery' ? sender : undefined;
}

/** `checkout’s attempt 2 (event 101)`, `message 7, redelivered (event 103)`. */
export function orderWords({ kind, place, value, detail, record }: Telling): string {
  if (kind === 'call') return `${ownerOf(place)}’s attempt ${value} (event ${record})`;
  return `message ${value}${detail === 'redelivered' ? ', redelivered' : ''} (event ${record})`;
}
