import { LONGEST_TIMER } from './expiration.ts';
import type { Field, Table } from './message.ts';
import { called, Refusal } from './refusal.ts';

/** The kinds of queue. */
export type QueueType = 'classic' | 'quorum';

const COMMON = [
  'x-dead-letter-exchange',
  'x-dead-letter-routing-key',
  'x-expires',
  'x-max-in-memory-bytes',
  'x-max-in-memory-length',
  'x-max-length',
  'x-max-length-bytes',
  'x-message-ttl',
  'x-overflow',
  'x-queue-type',
  'x-single-active-consumer',
];

/** The arguments each type knows; an argument that only another type knows is refused. */
const KNOWN: Readonly<Record<QueueType, readonly string[]>> = {
  classic: [...COMMON, 'x-max-priority', 'x-queue-master-locator', 'x-queue-mode', 'x-queue-version'],
  quorum: [
    ...COMMON,
    'x-consumer-timeout',
    'x-dead-letter-strategy',
    'x-delivery-limit',
    'x-queue-leader-locator',
    'x-quorum-initial-group-size',
  ],
};

/** Arguments of streams, which neither type knows. */
const OF_STREAMS = ['x-initial-cluster-size', 'x-max-age', 'x-stream-max-segment-size-bytes'];

const ALL = new Set([...KNOWN.classic, ...KNOWN.quorum, ...OF_STREAMS]);

/** Says what is wrong with an argument's value, if anything is. */
type Check = (value: Field, all: Table) => string | undefined;

const whole =
  (least: number, most: number): Check =>
  (value) => {
    if (typeof value !== 'number' || !Number.isInteger(value)) return 'unacceptable_type';
    if (value < least) return value === 0 ? '{value_zero,0}' : `{value_negative,${value}}`;
    return value > most ? `{max_value_exceeded,${value}}` : undefined;
  };
const text: Check = (value) => (typeof value === 'string' ? undefined : 'unacceptable_type');
const oneOf =
  (...names: readonly string[]): Check =>
  (value) => {
    if (typeof value !== 'string') return 'unacceptable_type';
    return names.includes(value) ? undefined : `invalid value "${value}"`;
  };

const CHECKS: Readonly<Record<string, Check>> = {
  'x-expires': whole(1, LONGEST_TIMER),
  'x-message-ttl': whole(0, LONGEST_TIMER),
  'x-dead-letter-exchange': text,
  'x-dead-letter-routing-key': (value, all) =>
    text(value, all) ??
    (all['x-dead-letter-exchange'] === undefined ? 'routing_key_but_no_dlx_defined' : undefined),
  'x-dead-letter-strategy': oneOf('at-most-once', 'at-least-once'),
  'x-delivery-limit': whole(-1, Number.MAX_SAFE_INTEGER),
  'x-max-length': whole(0, Number.MAX_SAFE_INTEGER),
  'x-max-length-bytes': whole(0, Number.MAX_SAFE_INTEGER),
  'x-max-in-memory-length': whole(0, Number.MAX_SAFE_INTEGER),
  'x-max-in-memory-bytes': whole(0, Number.MAX_SAFE_INTEGER),
  'x-max-priority': whole(0, 255),
  'x-overflow': oneOf('drop-head', 'reject-publish', 'reject-publish-dlx'),
  'x-queue-mode': oneOf('default', 'lazy'),
  'x-single-active-consumer': (value) => (typeof value === 'boolean' ? undefined : 'unacceptable_type'),
  'x-queue-type': oneOf('classic', 'quorum', 'stream'),
  'x-quorum-initial-group-size': whole(1, Number.MAX_SAFE_INTEGER),
  'x-consumer-timeout': whole(1, LONGEST_TIMER),
};

/** The type a declaration asks for; refuses arguments whose values cannot be, or that the type does not know. */
export function checkArguments(queue: string, given: Table): QueueType {
  for (const [name, check] of Object.entries(CHECKS)) {
    const value = given[name];
    const wrong = value === undefined ? undefined : check(value, given);
    if (wrong !== undefined)
      throw new Refusal(
        'PRECONDITION_FAILED',
        `invalid arg '${name}' for ${called('queue', queue)}: ${wrong}`,
      );
  }
  const type = given['x-queue-type'] ?? 'classic';
  if (type === 'stream') throw new Refusal('NOT_IMPLEMENTED', 'streams are not simulated');
  const known: QueueType = type === 'quorum' ? 'quorum' : 'classic';
  for (const name of Object.keys(given))
    if (ALL.has(name) && !KNOWN[known].includes(name))
      throw new Refusal(
        'PRECONDITION_FAILED',
        `invalid arg '${name}' for ${called('queue', queue)} of queue type rabbit_${known}_queue`,
      );
  return known;
}

/** The arguments that count when a queue is declared again. */
export const comparedArguments = (type: QueueType): readonly string[] => KNOWN[type];
