import { nameIn, productOf } from '../../sim/broker/message-broker.ts';
import type { Kind } from '../../sim/kinds.ts';
import type { Run } from '../../sim/run.ts';
import { Telling } from '../narration/telling.ts';
import { channelOf } from './history.ts';

/** An entry of `x-death`: how often a message died in one queue for one reason. */
interface Death {
  /** Without its product, as the header has it. */
  readonly queue: string;
  /** `rejected`, `expired`, `maxlen` or `delivery_limit`. */
  readonly reason: string;
  readonly count: number;
}

/** A message at a moment. */
export interface MessageView {
  readonly message: number;
  /** Where it is, or was last. */
  readonly channel: string;
  /** How often it has been handed out there since it came in: SQS calls it `ApproximateReceiveCount`. */
  readonly deliveries: number;
  /** What RabbitMQ has written into its `x-death` header, the newest first. */
  readonly deaths: readonly Death[];
}

/** Kinds of record whose value is a message in a channel. */
const OF_MESSAGES: ReadonlySet<Kind> = new Set([
  'publish',
  'enqueued',
  'delivery',
  'ack',
  'requeue',
  'deadLetter',
  'putOff',
  'extended',
  'ackIgnored',
  'strayed',
  'redriven',
  'skipped',
]);

/** Of these the channel is the peer. */
const OF_CONSUMERS: ReadonlySet<Kind> = new Set(['delivery', 'ack', 'ackIgnored']);

/** Longest way from a record to the message that it has to do with, and from there to its publish. */
const MOST_HOPS = 256;

/** The message that a record tells of, or that was being handled when it happened; null where there is none. */
export function messageAt(run: Run, record: number): MessageView | null {
  const last = nearest(run, record);
  if (last === null) return null;
  const channel = placeOf(last);
  const died: Telling[] = [];
  let deliveries = 0;
  let here = true;
  // Back to its publish: what a consumer publishes anew has no deaths behind it.
  for (let at: Telling | null = last, hops = 0; at !== null && hops < MOST_HOPS; hops++) {
    if (at.kind === 'deadLetter') died.push(at);
    if (at.kind === 'delivery' && here && at.peer === channel) deliveries++;
    if (at.kind === 'enqueued' && at.place === channel) here = false;
    at = at.kind === 'publish' ? null : before(at);
  }
  return { message: last.value, channel, deliveries, deaths: deathsOf(died.reverse()) };
}

function nearest(run: Run, record: number): Telling | null {
  let at = record;
  for (let hops = 0; at >= 0 && hops < MOST_HOPS; hops++) {
    const telling = new Telling(run, at);
    if (OF_MESSAGES.has(telling.kind)) return telling;
    at = behind(telling);
  }
  return null;
}

/** The record of the same message before one; null where there is none. */
function before(telling: Telling): Telling | null {
  let at = behind(telling);
  for (let hops = 0; at >= 0 && hops < MOST_HOPS; hops++) {
    const other = telling.of(at);
    if (OF_MESSAGES.has(other.kind)) return other.value === telling.value ? other : null;
    at = behind(other);
  }
  return null;
}

/** The span that a record is in; what led to it where it is in none. */
const behind = ({ span, cause, record }: Telling): number => (span >= 0 && span < record ? span : cause);

const placeOf = ({ kind, place, peer }: Telling): string =>
  channelOf(OF_CONSUMERS.has(kind) || (kind === 'publish' && peer !== '') ? peer : place);

/** One entry for each queue and reason, with the newest death in front; in the order of time they come in. */
function deathsOf(died: readonly Telling[]): Death[] {
  let deaths: Death[] = [];
  for (const { place, detail } of died) {
    if (productOf(place) !== 'rabbitmq') continue;
    const [queue, reason] = [nameIn(place), REASONS[detail] ?? 'rejected'];
    const same = (death: Death): boolean => death.queue === queue && death.reason === reason;
    const count = (deaths.find(same)?.count ?? 0) + 1;
    deaths = [{ queue, reason, count }, ...deaths.filter((death) => !same(death))];
  }
  return deaths;
}

/** Reasons of the record in RabbitMQ's words; any other is why a consumer rejected it. */
const REASONS: Readonly<Record<string, string | undefined>> = {
  expired: 'expired',
  'queue limit': 'maxlen',
  'delivery limit': 'delivery_limit',
};
