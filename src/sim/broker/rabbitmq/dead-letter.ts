import type { Micros } from '../../kernel/time.ts';
import type { Death, DeathMark, Message, Reason, Table } from './message.ts';
import type { VersionRules } from './version.ts';

/** A death that is about to be written down. */
export interface DeathEvent {
  readonly queue: string;
  readonly reason: Reason;
  readonly at: Micros;
  /** `x-dead-letter-exchange`. */
  readonly exchange: string;
  /** `x-dead-letter-routing-key`; null: the message keeps its own keys. */
  readonly routingKey: string | null;
}

/**
 * The message as it goes to the dead-letter exchange.
 *
 * It loses its expiration, or it would expire again. A routing key of the queue's replaces its own, and those
 * in its `CC` header with it (RabbitMQ, "Dead Letter Exchanges").
 */
export function afterDeath(message: Message, event: DeathEvent, rules: VersionRules): Message {
  const { queue, reason, exchange, routingKey } = event;
  const mark: DeathMark = { queue, reason, exchange: message.exchange };
  return {
    body: message.body,
    size: message.size,
    exchange,
    routingKeys: routingKey === null ? message.routingKeys : [routingKey],
    headers: routingKey === null ? message.headers : without(message.headers, 'CC'),
    priority: message.priority,
    expiration: null,
    persistent: message.persistent,
    deaths: withDeath(message, event, rules),
    firstDeath: message.deaths.length === 0 ? mark : message.firstDeath,
    lastDeath: rules.lastDeath ? mark : null,
  };
}

/** The death list with one more death, in front: one entry for each queue and reason. */
function withDeath(message: Message, event: DeathEvent, { deathsReversed }: VersionRules): Death[] {
  const { queue, reason, at } = event;
  const same = (death: Death): boolean => death.queue === queue && death.reason === reason;
  const { deaths } = message;
  const known = deaths.find(same);
  const others = deaths.filter((death) => !same(death));
  if (deathsReversed) others.reverse();
  const newest: Death = known
    ? { ...known, count: known.count + 1 }
    : {
        queue,
        reason,
        count: 1,
        exchange: message.exchange,
        routingKeys: [message.routingKeys[0], ...routesOf(message.headers, 'CC')],
        originalExpiration: message.expiration,
        time: at,
      };
  return [newest, ...others];
}

/**
 * Whether a message has come round to a queue without anybody rejecting it on the way.
 *
 * The way is the death list from its front, the death that is just written down, up to and including the
 * queue's first entry.
 */
export function isCycle(queue: string, deaths: readonly Death[]): boolean {
  const at = deaths.findIndex((death) => death.queue === queue);
  if (at < 0) return false;
  return deaths.slice(0, at + 1).every((death) => death.reason !== 'rejected');
}

/** The further routing keys in a `CC` or `BCC` header. */
export function routesOf(headers: Table | null, name: 'CC' | 'BCC'): string[] {
  const keys = headers !== null && Object.hasOwn(headers, name) ? headers[name] : undefined;
  return Array.isArray(keys) ? keys.filter((key) => typeof key === 'string') : [];
}

/** Headers without some of them; null if none is left. */
export function without(headers: Table | null, ...names: readonly string[]): Table | null {
  if (headers === null || !names.some((name) => Object.hasOwn(headers, name))) return headers;
  const left = Object.entries(headers).filter(([name]) => !names.includes(name));
  return left.length === 0 ? null : Object.fromEntries(left);
}
