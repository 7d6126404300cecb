import type { Micros } from '../../kernel/time.ts';
import { sameField } from './binding.ts';
import { MILLISECOND } from './clock.ts';
import type { Field, Table } from './message.ts';
import { checkArguments, comparedArguments, type QueueType } from './queue-arguments.ts';
import { called, Refusal } from './refusal.ts';
import type { VersionRules } from './version.ts';

/** What a policy may change while the queue lives. */
export type QueuePolicy = Pick<
  QueueSettings,
  | 'messageTtl'
  | 'maxLength'
  | 'maxBytes'
  | 'overflow'
  | 'deadLetterExchange'
  | 'deadLetterRoutingKey'
  | 'deliveryLimit'
  | 'consumerTimeout'
>;

/** A queue as a client declares it. */
export interface QueueDeclaration {
  readonly queue: string;
  readonly durable?: boolean;
  /** For the declaring connection only, and as long as that. */
  readonly exclusive?: boolean;
  /** It goes with its last consumer. */
  readonly autoDelete?: boolean;
  readonly arguments?: Table;
}

/** What happens to a message too many. */
type Overflow = 'drop-head' | 'reject-publish' | 'reject-publish-dlx';

/** A queue's settings, read from its declaration. */
export interface QueueSettings {
  readonly name: string;
  readonly type: QueueType;
  readonly durable: boolean;
  readonly autoDelete: boolean;
  /** The connection it belongs to; null: to all. */
  readonly owner: object | null;
  readonly arguments: Table;
  readonly messageTtl: Micros | null;
  /** It is deleted when nobody has used it for so long. */
  readonly expires: Micros | null;
  readonly maxLength: number;
  readonly maxBytes: number;
  readonly overflow: Overflow;
  readonly deadLetterExchange: string | null;
  readonly deadLetterRoutingKey: string | null;
  /** Highest priority it tells apart; null: it knows none. */
  readonly maxPriority: number | null;
  readonly singleActive: boolean;
  readonly deliveryLimit: number;
  readonly consumerTimeout: Micros | null;
}

const numberOr = <D>(value: Field | undefined, otherwise: D): number | D =>
  typeof value === 'number' ? value : otherwise;
const textOrNull = (value: Field | undefined): string | null => (typeof value === 'string' ? value : null);
const duration = (value: Field | undefined): Micros | null =>
  typeof value === 'number' ? value * MILLISECOND : null;

/** Reads a declaration, or refuses it. */
export function queueSettings(
  declaration: QueueDeclaration,
  owner: object,
  rules: VersionRules,
): QueueSettings {
  const { queue: name, exclusive = false, autoDelete = false } = declaration;
  const given = declaration.arguments ?? {};
  const type = checkArguments(name, given);
  const durable = isDurable(declaration);
  const limit = numberOr(given['x-delivery-limit'], rules.deliveryLimit);
  const settings: QueueSettings = {
    name,
    type,
    durable,
    autoDelete,
    owner: exclusive ? owner : null,
    arguments: given,
    messageTtl: duration(given['x-message-ttl']),
    expires: duration(given['x-expires']),
    maxLength: numberOr(given['x-max-length'], Number.POSITIVE_INFINITY),
    maxBytes: numberOr(given['x-max-length-bytes'], Number.POSITIVE_INFINITY),
    overflow: overflowOf(given['x-overflow'], type),
    deadLetterExchange: textOrNull(given['x-dead-letter-exchange']),
    deadLetterRoutingKey: textOrNull(given['x-dead-letter-routing-key']),
    maxPriority: numberOr(given['x-max-priority'], null),
    singleActive: given['x-single-active-consumer'] === true,
    deliveryLimit: limit < 0 ? Number.POSITIVE_INFINITY : limit,
    consumerTimeout: duration(given['x-consumer-timeout']),
  };
  if (type === 'quorum') checkQuorum(settings);
  if (!rules.transientQueues && !durable && !exclusive)
    throw new Refusal('INTERNAL_ERROR', `transient ${called('queue', name)} must be exclusive`);
  return settings;
}

/** The part of a queue's settings that a policy may set. */
export function policyOf(settings: QueueSettings): QueuePolicy {
  const { messageTtl, maxLength, maxBytes, overflow, deliveryLimit, consumerTimeout } = settings;
  const { deadLetterExchange, deadLetterRoutingKey } = settings;
  const limits = { messageTtl, maxLength, maxBytes, overflow, deliveryLimit, consumerTimeout };
  return { ...limits, deadLetterExchange, deadLetterRoutingKey };
}

/** An exclusive queue is never durable, whatever its declaration says. */
const isDurable = ({ durable = true, exclusive = false }: QueueDeclaration): boolean => durable && !exclusive;

/** A quorum queue takes a strategy it does not have for the default. */
function overflowOf(value: Field | undefined, type: QueueType): Overflow {
  if (value === 'reject-publish') return value;
  return value === 'reject-publish-dlx' && type === 'classic' ? value : 'drop-head';
}

function checkQuorum({ name, autoDelete, owner, durable }: QueueSettings): void {
  const wrong = autoDelete
    ? 'auto-delete'
    : owner !== null
      ? 'exclusive-owner'
      : durable
        ? undefined
        : 'non-durable';
  if (wrong !== undefined)
    throw new Refusal('PRECONDITION_FAILED', `invalid property '${wrong}' for ${called('queue', name)}`);
}

/** Refuses another connection's access to an exclusive queue. */
export function checkAccess({ name, owner }: QueueSettings, connection: object): void {
  if (owner !== null && owner !== connection) throw locked(name);
}

const locked = (name: string): Refusal =>
  new Refusal(
    'RESOURCE_LOCKED',
    `cannot obtain exclusive access to locked ${called('queue', name)}. It could be originally declared on another connection or the exclusive property value does not match that of the original declaration.`,
  );

/** Refuses a declaration that says something else than what the queue is. */
export function checkEquivalence(
  settings: QueueSettings,
  declaration: QueueDeclaration,
  connection: object,
  { classicByDefault }: VersionRules,
): void {
  const { name, type, owner } = settings;
  if ((declaration.exclusive ? connection : null) !== owner) throw locked(name);
  const differ = (property: string, received: string, current: string): Refusal =>
    new Refusal(
      'PRECONDITION_FAILED',
      `inequivalent arg '${property}' for ${called('queue', name)}: received ${received} but current is ${current}`,
    );
  if (isDurable(declaration) !== settings.durable)
    throw differ('durable', `'${isDurable(declaration)}'`, `'${settings.durable}'`);
  const autoDelete = declaration.autoDelete ?? false;
  if (autoDelete !== settings.autoDelete)
    throw differ('auto_delete', `'${autoDelete}'`, `'${settings.autoDelete}'`);
  const given = declaration.arguments ?? {};
  for (const argument of comparedArguments(type)) {
    const implied = argument === 'x-queue-type' && classicByDefault ? 'classic' : undefined;
    const [received, current] = [given[argument] ?? implied, settings.arguments[argument] ?? implied];
    if (!sameField(received, current)) throw differ(argument, shown(received), shown(current));
  }
}

const shown = (value: Field | undefined): string =>
  value === undefined ? 'none' : `'${typeof value === 'string' ? value : JSON.stringify(value)}'`;
