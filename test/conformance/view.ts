import type { Delivery } from '../../src/sim/broker/rabbitmq/events.ts';
import type { Death, DeathMark, Message } from '../../src/sim/broker/rabbitmq/message.ts';

/** Something that happened, as the recorded cases write it. */
export type Event = Record<string, unknown>;

/** A message as its receiver sees it; what is not on it is left out. */
export function messageView({ message, redelivered, deliveryCount }: Omit<Delivery, 'tag' | 'queue'>): Event {
  const { body, exchange, routingKeys, priority, expiration, deaths, firstDeath, headers } = message;
  const view: Event = { body, exchange, routingKey: routingKeys[0], redelivered };
  if (priority !== null) view['priority'] = priority;
  if (expiration !== null) view['expiration'] = expiration;
  if (deliveryCount > 0) view['deliveryCount'] = deliveryCount;
  if (deaths.length > 0) view['death'] = deaths.map(deathView);
  if (firstDeath) view['firstDeath'] = markView(firstDeath);
  if (hasAny(headers)) view['headers'] = headers;
  return view;
}

const hasAny = (headers: Message['headers']): boolean => headers !== null && Object.keys(headers).length > 0;

const markView = ({ queue, reason, exchange }: DeathMark): Event => ({ queue, reason, exchange });

function deathView({ queue, reason, count, exchange, routingKeys, originalExpiration }: Death): Event {
  const view: Event = { queue, reason, count, exchange, routingKeys };
  if (originalExpiration !== null) view['originalExpiration'] = originalExpiration;
  return view;
}
