import type { Micros } from '../../../kernel/time.ts';
import type { Outcome } from '../../../outcome.ts';
import { failed, RESET, success } from '../../../outcome.ts';
import type { Name } from '../../../recorder.ts';
import type { RabbitMq } from '../../../world/schema/brokers/rabbitmq.ts';
import { nameIn } from '../../message-broker.ts';
import type { RabbitBroker } from '../../rabbitmq/broker.ts';
import type { Channel } from '../../rabbitmq/channel.ts';
import type { Field, Table } from '../../rabbitmq/message.ts';
import type { Publish } from '../../rabbitmq/publishing.ts';
import type { Journal } from './journal.ts';
import type { Posting } from './posting.ts';

/** The broker turned it away: a queue it was meant for is full. */
const REJECTED = failed('rejected', 503, 'never');
const UNROUTABLE = failed('unroutable', 404, 'yes');

const MILLISECOND: Micros = 1_000;

/** Told what came of a publish, with the record that decided it. */
type Answer = (outcome: Outcome, record: number) => void;

interface Waiting {
  readonly posting: Posting;
  readonly answer: Answer | null;
  returned: boolean;
}

/** One process's connection for publishing. Its channel always counts confirms; whether anybody waits for them is the caller's choice. */
export class Publisher {
  readonly #engine: RabbitBroker;
  readonly #journal: Journal;
  readonly #owner: Name;
  #channel: Channel | null = null;
  #published = 0;
  #waiting = new Map<number, Waiting>();

  constructor(engine: RabbitBroker, journal: Journal, owner: Name) {
    this.#owner = owner;
    this.#engine = engine;
    this.#journal = journal;
  }

  /** Hands a message to the broker, at the moment at which it has arrived there. */
  publish(posting: Posting, settings: RabbitMq, answer: Answer | null): void {
    const channel = this.#channel ?? this.#open();
    this.#waiting.set(++this.#published, { posting, answer, returned: false });
    channel.publish(publishOf(posting, settings));
  }

  #open(): Channel {
    this.#published = 0;
    const connection = this.#engine.connect({
      closed: () => this.#lost(),
      blocked: () => this.#journal.blocked(this.#owner, true),
      unblocked: () => this.#journal.blocked(this.#owner, false),
    });
    const channel = connection.openChannel({
      deliver: () => {},
      returned: ({ message }) => {
        for (const waiting of this.#waiting.values())
          if (waiting.posting === message.body) waiting.returned = true;
      },
      confirmed: (number, accepted) => this.#confirmed(number, accepted),
      closed: () => this.#lost(),
    });
    channel.confirmSelect();
    this.#channel = channel;
    return channel;
  }

  #confirmed(number: number, accepted: boolean): void {
    const waiting = this.#waiting.get(number);
    if (!waiting) return;
    this.#waiting.delete(number);
    const { posting, answer, returned } = waiting;
    if (accepted && !posting.taken) this.#journal.unroutable(posting);
    const record = posting.taken ? posting.record : posting.cause;
    if (returned) answer?.(UNROUTABLE, record);
    else answer?.(accepted ? success({ confirmed: true, id: posting.envelope.id }) : REJECTED, record);
  }

  /** The broker has closed the channel or the connection: what was on its way is in doubt. */
  #lost(): void {
    const waiting = [...this.#waiting.values()];
    this.#channel = null;
    this.#waiting = new Map();
    for (const { posting, answer } of waiting)
      answer?.(RESET, posting.taken ? posting.record : posting.cause);
  }
}

function publishOf(posting: Posting, { exchanges, publisher }: RabbitMq): Publish {
  const { key, type, headers, size, expiration, priority } = posting.envelope;
  const name = nameIn(posting.channel);
  const isExchange = Object.hasOwn(exchanges, name);
  const table = tableOf(headers);
  return {
    exchange: isExchange ? name : '',
    routingKey: isExchange ? (key ?? type ?? '') : name,
    body: posting,
    size,
    ...(table && { headers: table }),
    ...(priority !== null && { priority }),
    ...(expiration !== null && { expiration: String(Math.round(expiration / MILLISECOND)) }),
    persistent: publisher.delivery_mode === 2,
    mandatory: publisher.mandatory,
  };
}

/** Headers as AMQP knows them; those that it knows no type for are left to the body. */
function tableOf(headers: Readonly<Record<string, unknown>>): Table | null {
  const fields = Object.entries(headers).filter(([, value]) => isField(value)) as [string, Field][];
  return fields.length === 0 ? null : Object.fromEntries(fields);
}

const isField = (value: unknown): boolean =>
  value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
