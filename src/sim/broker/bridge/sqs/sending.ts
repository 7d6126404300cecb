import type { Value } from '../../../expression/value.ts';
import { type Failed, failed } from '../../../outcome.ts';
import type { Envelope } from '../../envelope.ts';
import type { AttributeValue, MessageAttributes, SendMessage } from '../../sqs/message.ts';
import type { Refusal } from '../../sqs/refusal.ts';
import type { Posting } from './posting.ts';

/** Headers and the type as message attributes, which filters can look at. */
export function attributesOf({ headers, type }: Pick<Envelope, 'headers' | 'type'>): MessageAttributes {
  const attributes: Record<string, AttributeValue> = {};
  for (const [name, value] of Object.entries(headers)) attributes[name] = attributeOf(value);
  if (type !== null) attributes.type = type;
  return attributes;
}

/** Objects travel as their text: an attribute has no fields. */
const attributeOf = (value: Value): AttributeValue =>
  Array.isArray(value)
    ? value.map((each) => (typeof each === 'object' ? JSON.stringify(each) : each))
    : typeof value === 'object' && value !== null
      ? JSON.stringify(value)
      : (value as AttributeValue); // neither a list nor an object

/** A message as SendMessage takes it. Its key is the message group. */
export function requestOf(posting: Posting): SendMessage<Posting> {
  const { envelope, luck } = posting;
  const { key, size, body, deduplicationId, delaySeconds } = envelope;
  return {
    MessageBody: posting,
    size,
    content: JSON.stringify(body),
    MessageAttributes: attributesOf(envelope),
    luck,
    ...(key !== null && { MessageGroupId: key }),
    ...(deduplicationId !== null && { MessageDeduplicationId: deduplicationId }),
    ...(delaySeconds !== null && { DelaySeconds: delaySeconds }),
  };
}

/** What a publisher meets when the service refuses a message: too many calls, or a request that will never do. */
export const outcomeOf = ({ code }: Refusal): Failed =>
  code === 'ThrottlingException' ? failed('429', 429, 'never') : failed(code, 400);
