import { formatMicros, type Micros } from '../../sim/kernel/time.ts';
import type { Kind } from '../../sim/kinds.ts';
import type { Links } from './links.ts';

/** Something that began and had to go on, but did not. */
export interface MissingLink {
  readonly record: number;
  /** What did not happen, as a sentence. */
  readonly text: string;
  /** Where it only came too late: the last record of the story at the moment in which it was due. */
  readonly lateAfter?: number;
}

type Words = (links: Links, record: number) => string;

interface Expectation {
  /** Any of these continues it, if they belong together. */
  readonly next: readonly Kind[];
  /** How they belong together: by cause or span; by message; by message and the queue or consumer that has it. */
  readonly by: 'link' | 'message' | 'holder';
  readonly missing: Words;
}

/** What each kind of record calls for. */
const EXPECTED: Partial<Record<Kind, Expectation>> = {
  intent: {
    next: ['intentOk', 'intentFailed'],
    by: 'link',
    missing: (links, record) => `${links.place(record)} never got an answer`,
  },
  call: {
    next: ['callOk', 'callFailed', 'lateReply', 'rejected', 'request', 'publish', 'publishFailed'],
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
    next: [
      'delivery',
      'deadLetter',
      'unroutable',
      'overflow',
      'dropped',
      'deduplicated',
      'filtered',
      'undeliverable',
    ],
    by: 'message',
    missing: (links, record) => `The message in ${links.place(record)} was never delivered to a consumer`,
  },
  delivery: {
    next: ['ack', 'ackIgnored', 'requeue', 'deadLetter', 'putOff'],
    by: 'holder',
    missing: (links, record) => `${links.place(record)} never acknowledged the message`,
  },
  requeue: {
    next: ['delivery', 'deadLetter'],
    by: 'holder',
    missing: (links, record) =>
      `The message that went back to ${links.place(record)} was not delivered again`,
  },
  putOff: {
    next: ['delivery', 'deadLetter'],
    by: 'message',
    missing: (links, record) => `The message in ${links.peer(record)} was not delivered again`,
  },
  sagaStep: {
    next: ['sagaStep', 'sagaUndo', 'sagaDone', 'sagaResumed'],
    by: 'link',
    missing: (links, record) =>
      `The process ${links.place(record)} stopped after ${links.detail(record) || 'a step'}, and nobody took it over`,
  },
};

/** Calls and messages that an operation would have made for an entity, and did not. */
function unreached(links: Links, operation: string, subject: string): string[] {
  const [service = '', name = ''] = operation.split('.');
  const { services, externals } = links.run.world;
  const steps = (services[service] ?? externals[service])?.operations[name]?.steps ?? {};
  const made = new Set(links.about(subject).map((record) => links.place(record)));
  return Object.entries(steps)
    .filter(
      ([step, { verb }]) => (verb === 'call' || verb === 'publish') && !made.has(`${operation}.${step}`),
    )
    .map(([step]) => `\`${step}\``);
}

const lostWork: Words = (links, record) => {
  const place = links.place(record);
  const steps = unreached(links, place, links.subject(record));
  const before = steps.length === 0 ? '' : ` before it came to ${steps.join(' and ')}`;
  const why = acknowledgedEarly(links, record) ? ', since its message had been acknowledged already' : '';
  return `The crash of ${links.peer(record) || 'a replica'} ended ${place}${before}, and nobody took it up again${why}`;
};

/** Whether the broker had been told to forget a message before the work for it was done. */
const acknowledgedEarly = (links: Links, record: number): boolean =>
  links
    .about(links.subject(record))
    .some((other) => other < record && links.kind(other) === 'ack' && links.detail(other) !== '');

const lostOnTheWay: Words = (links, record) => {
  const place = links.place(record);
  const why = links.detail(record);
  if (why === 'truncated') return `The new leader of ${place} never had it, and the old one threw it away`;
  if (why === 'aborted')
    return `It belonged to a transaction that was aborted, and nobody wrote it to ${place} again`;
  if (why === 'retention') return `It was deleted from ${place} before everybody had read it`;
  return `The network lost it on ${place}, and nobody sent it again`;
};

/** Ends after which nobody goes on, with what that means. */
const DEAD_ENDS: Partial<Record<Kind, Words>> = {
  lost: lostWork,
  forgotten: (links, record) =>
    links.detail(record) === 'timeout'
      ? `${links.place(record)} dropped the message, since what belongs with it did not come in time`
      : `${links.place(record)} held the message in memory only, and it went with its process, since it had been acknowledged already`,
  conflated: (links, record) =>
    `${links.place(record)} passed the message over, since it had a newer one for ${links.detail(record)}`,
  deadLetter: (links, record) => `The message ended in ${links.peer(record) || 'a dead-letter queue'}`,
  unroutable: (links, record) =>
    `No queue is bound to ${links.place(record)} for ${links.detail(record) ? `the key ${links.detail(record)}` : 'the message'}, so nobody got it`,
  dropped: lostOnTheWay,
  shed: (links, record) => `${links.place(record)} refused the request, and nobody sent it again`,
  rejected: (links, record) => `${links.place(record)} never sent the call, and nobody tried later`,
  publishFailed: (links, record) =>
    `The message to ${links.place(record)} was not accepted, and nobody sent it again`,
  rollback: (links, record) =>
    `The transaction of ${links.place(record)} came to nothing, and nobody ran it again`,
  lateReply: (links, record) =>
    `The answer of ${links.peer(record)} came when ${links.place(record)} had stopped waiting, and nothing acted on it`,
  unsettled: (links, record) =>
    `${links.place(record)} stopped asking ${links.peer(record)} how it stands, and did not come back`,
  gaveUp: (links, record) => `${links.place(record)} gave up and did not come back`,
};

/** Where one of these comes later, what ended before it had been taken up again. */
const TAKEN_UP: ReadonlySet<Kind> = new Set<Kind>([
  'retry',
  'call',
  'request',
  'outboxed',
  'publish',
  'delivery',
  'sagaStep',
]);

function continues(links: Links, record: number, next: number, by: Expectation['by']): boolean {
  if (by === 'link') {
    if (links.cause(next) === record || links.span(next) === record) return true;
    // A crash ends all that is in progress at a place; its record hangs on the crash, not on the request.
    if (links.kind(next) === 'lost') return links.place(next) === links.place(record);
    const span = links.span(record);
    return span >= 0 && links.span(next) === span;
  }
  if (links.value(next) !== links.value(record)) return false;
  if (by === 'message') return true;
  const holders = [links.place(record), links.peer(record)];
  return holders.includes(links.place(next)) || holders.includes(links.peer(next));
}

/** The last thing that began and was not continued: what began before it is waiting for it. */
function openEnd(links: Links, records: readonly number[]): MissingLink | undefined {
  for (let i = records.length - 1; i >= 0; i--) {
    const record = records[i] as number;
    const expectation = EXPECTED[links.kind(record)];
    if (expectation && !isContinued(links, records, i, expectation))
      return { record, text: `${expectation.missing(links, record)}.` };
  }
  return undefined;
}

/** Whether what began with one of the records went on in a later one. */
function isContinued(
  links: Links,
  records: readonly number[],
  index: number,
  { next: kinds, by }: Expectation,
): boolean {
  const record = records[index] as number;
  return records
    .slice(index + 1)
    .some((next) => kinds.includes(links.kind(next)) && continues(links, record, next, by));
}

/** The last thing that ended badly and was not taken up again. */
function deadEnd(links: Links, records: readonly number[]): MissingLink | undefined {
  for (let i = records.length - 1; i >= 0; i--) {
    const record = records[i] as number;
    if (TAKEN_UP.has(links.kind(record))) return undefined;
    const words = DEAD_ENDS[links.kind(record)];
    if (words) return { record, text: `${words(links, record)}.` };
  }
  return undefined;
}

/** The first call that failed after everything that was ever asked for: whoever got the failure left it at that. */
function unansweredFailure(links: Links, records: readonly number[]): MissingLink | undefined {
  let found: MissingLink | undefined;
  for (let i = records.length - 1; i >= 0; i--) {
    const record = records[i] as number;
    const kind = links.kind(record);
    if (TAKEN_UP.has(kind)) break;
    if (kind !== 'callFailed') continue;
    const [place, peer, detail] = [links.place(record), links.peer(record), links.detail(record)];
    const text = `${place} got ${detail || 'a failure'} from ${peer}, and after that nothing more was asked for ${links.subject(record)}.`;
    found = { record, text };
  }
  return found;
}

/** What an entity's story waited for at a moment, by the last thing that had begun. */
const WAITING: Partial<Record<Kind, Words>> = {
  request: (links, record) => `no worker of ${links.peer(record)} had taken the request`,
  start: (links, record) => `${links.place(record)} was still at work`,
  call: (links, record) => `${links.place(record)} was still waiting for ${links.peer(record)}`,
  outboxed: (links, record) => `the message for ${links.place(record)} still lay in the outbox`,
  publish: (links, record) => `the message still lay in ${links.place(record)}`,
  delivery: (links, record) => `${links.place(record)} had the message, and was not done with it`,
  requeue: (links, record) => `the message was back in ${links.place(record)}`,
  putOff: (links, record) => `the message still waited in ${links.peer(record)}`,
};

/** How far a story had come when something was due that came later; undefined where all had ended by then. */
function lateLink(links: Links, records: readonly number[], due: Micros): MissingLink | undefined {
  const timeOf = (record: number) => links.columns.time[record] as number;
  const before = records.filter((record) => timeOf(record) <= due);
  if (before.length === records.length) return undefined;
  for (let i = before.length - 1; i >= 0; i--) {
    const record = before[i] as number;
    const kind = links.kind(record);
    const [expectation, words] = [EXPECTED[kind], WAITING[kind]];
    if (!expectation || !words || isContinued(links, before, i, expectation)) continue;
    const text = `When it was due, at ${formatMicros(due)}, ${words(links, record)}.`;
    return { record, text, lateAfter: before[before.length - 1] as number };
  }
  return undefined;
}

/**
 * Finds what did not happen at the end of an entity's story; undefined for one that the run never met.
 *
 * Where all came to its end, but something not when it was `due`, it tells what was waited for then.
 */
export function missingLink(links: Links, subject: string, due?: Micros): MissingLink | undefined {
  const records = links.about(subject);
  const found = openEnd(links, records) ?? deadEnd(links, records) ?? unansweredFailure(links, records);
  if (found) return found;
  const last = records[records.length - 1];
  if (last === undefined) return undefined;
  const late = due === undefined ? undefined : lateLink(links, records, due);
  if (late) return late;
  return {
    record: last,
    text: `This is the last that happened to ${subject}: nothing after it asked for more.`,
  };
}
