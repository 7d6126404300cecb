import type { Kind } from '../../sim/kinds.ts';
import type { Links } from './links.ts';

/** Something that began and had to go on, but did not. */
export interface MissingLink {
  readonly record: number;
  /** What did not happen, as a sentence. */
  readonly text: string;
}

interface Expectation {
  /** Any of these, caused by the record, in its span, or about the same message, continues it. */
  readonly next: readonly Kind[];
  /** `message`: the value column names the message in both. */
  readonly by: 'link' | 'message';
  missing(links: Links, record: number): string;
}

/** What each kind of record calls for. */
const EXPECTED: Partial<Record<Kind, Expectation>> = {
  intent: {
    next: ['intentOk', 'intentFailed'],
    by: 'link',
    missing: (links, record) => `${links.place(record)} never got an answer`,
  },
  call: {
    next: ['callOk', 'callFailed', 'lateReply', 'rejected', 'request'],
    by: 'link',
    missing: (links, record) => `The call to ${links.peer(record)} never arrived`,
  },
  request: {
    next: ['start', 'shed', 'lost', 'reply', 'dedupe'],
    by: 'link',
    missing: (links, record) =>
      `No worker of ${links.peer(record) || links.place(record)} ever took the request`,
  },
  start: {
    next: ['reply', 'lost', 'finish', 'shed'],
    by: 'link',
    missing: (links, record) => `${links.place(record)} began, but had not answered when the run ended`,
  },
  outboxed: {
    next: ['publish'],
    by: 'message',
    missing: (links, record) => `The message in the outbox was never published to ${links.place(record)}`,
  },
  publish: {
    next: ['delivery', 'deadLetter', 'unroutable'],
    by: 'message',
    missing: (links, record) => `The message in ${links.place(record)} was never delivered to a consumer`,
  },
  delivery: {
    next: ['ack', 'requeue', 'deadLetter', 'lost'],
    by: 'message',
    missing: (links, record) => `${links.place(record)} never acknowledged the message`,
  },
  requeue: {
    next: ['delivery', 'deadLetter'],
    by: 'message',
    missing: (links, record) =>
      `The message that went back to ${links.place(record)} was not delivered again`,
  },
  sagaStep: {
    next: ['sagaStep', 'sagaUndo', 'sagaDone', 'sagaResumed'],
    by: 'link',
    missing: (links, record) =>
      `The process ${links.place(record)} stopped after ${links.detail(record) || 'a step'} and nobody took it over`,
  },
};

/** Ends after which nobody goes on, with what that means. */
const DEAD_ENDS: Partial<Record<Kind, (links: Links, record: number) => string>> = {
  lost: (links, record) =>
    `A crash of ${links.peer(record) || links.place(record)} ended the work, and nobody took it up again`,
  deadLetter: (links, record) =>
    `The message ended in ${links.peer(record) || 'a dead-letter queue'}, which nobody reads`,
  unroutable: (links, record) =>
    `No queue is bound for the message to ${links.place(record)}, so nobody got it`,
  dropped: (links, record) => `The network lost it between ${links.place(record)}, and nobody sent it again`,
  shed: (links, record) => `${links.place(record)} refused the request, and nobody sent it again`,
  rejected: (links, record) => `${links.place(record)} never sent the call, and nobody tried later`,
  publishFailed: (links, record) =>
    `The message to ${links.place(record)} was not accepted, and nobody sent it again`,
  rollback: (links, record) =>
    `The transaction of ${links.place(record)} came to nothing, and nobody ran it again`,
  lateReply: (links, record) =>
    `The answer of ${links.peer(record)} came when ${links.place(record)} had stopped waiting, and nothing acted on it`,
  gaveUp: (links, record) => `${links.place(record)} gave up and did not come back`,
};

/** After one of these, what ended before had been taken up again, so that no end before it is the last. */
const TAKEN_UP: ReadonlySet<Kind> = new Set<Kind>([
  'retry',
  'call',
  'request',
  'outboxed',
  'publish',
  'delivery',
  'sagaStep',
  'fact',
]);

function continues(links: Links, record: number, next: number, by: Expectation['by']): boolean {
  if (next <= record) return false;
  if (by === 'message' && links.value(next) === links.value(record)) return true;
  return (
    links.cause(next) === record || links.span(next) === record || links.span(next) === links.span(record)
  );
}

/**
 * Finds the first link that is missing at the end of what happened to an entity.
 *
 * Of several open ends it is the one that began last: what began before it is waiting for it.
 */
export function missingLink(links: Links, subject: string): MissingLink | undefined {
  const records = links.about(subject);
  for (let i = records.length - 1; i >= 0; i--) {
    const record = records[i] as number;
    const expectation = EXPECTED[links.kind(record)];
    if (!expectation) continue;
    const later = records.slice(i + 1);
    const found = later.some(
      (next) => expectation.next.includes(links.kind(next)) && continues(links, record, next, expectation.by),
    );
    if (!found) return { record, text: `${expectation.missing(links, record)}.` };
  }
  for (let i = records.length - 1; i >= 0; i--) {
    const record = records[i] as number;
    if (TAKEN_UP.has(links.kind(record))) break;
    const end = DEAD_ENDS[links.kind(record)];
    if (end) return { record, text: `${end(links, record)}.` };
  }
  const last = records[records.length - 1];
  if (last === undefined) return undefined;
  return {
    record: last,
    text: `This is the last that happened to ${subject}: nothing after it asked for more.`,
  };
}
