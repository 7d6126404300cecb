import { Simulation } from '../../kernel/simulation.ts';
import { type Micros, ms } from '../../kernel/time.ts';
import { RabbitBroker, type RabbitSettings } from './broker.ts';
import type { Channel } from './channel.ts';
import type { Connection } from './connection.ts';
import type { Delivery } from './events.ts';
import type { Message, Table } from './message.ts';
import type { Publish } from './publishing.ts';

/** A channel for tests: notes what it is told, in words. */
export interface TestClient {
  readonly channel: Channel;
  /** `A m1`, with `again` for a redelivery, in the order of arrival. */
  readonly got: string[];
  /** Confirms, returns, cancels and closes, such as `ack 1` or `closed 406 PRECONDITION_FAILED`. */
  readonly told: string[];
  /** The tag of each message's latest delivery. */
  readonly tags: Map<string, number>;
}

/** A broker with one connection, and short ways to use it. */
export class TestBroker {
  readonly sim = new Simulation();
  readonly broker: RabbitBroker;
  readonly connection: Connection;
  /** What connections are told. */
  readonly told: string[] = [];
  readonly main: TestClient;

  constructor(settings?: RabbitSettings) {
    this.broker = new RabbitBroker(this.sim, settings);
    this.connection = this.connect();
    this.main = this.client();
  }

  connect(): Connection {
    return this.broker.connect({
      closed: ({ code, name }) => this.told.push(`closed ${code} ${name}`),
      blocked: () => this.told.push('blocked'),
      unblocked: () => this.told.push('unblocked'),
    });
  }

  client(connection = this.connection): TestClient {
    const got: string[] = [];
    const told: string[] = [];
    const tags = new Map<string, number>();
    const channel = connection.openChannel({
      deliver: (consumer, delivery) => {
        const { tag, redelivered, message } = delivery;
        tags.set(`${message.body}`, tag);
        got.push(`${consumer} ${message.body}${redelivered ? ' again' : ''}`);
      },
      returned: ({ replyCode, message }) => told.push(`returned ${replyCode} ${message.body}`),
      confirmed: (publish, accepted) => told.push(`${accepted ? 'ack' : 'nack'} ${publish}`),
      cancelled: (consumer) => told.push(`cancelled ${consumer}`),
      closed: ({ code, name }) => told.push(`closed ${code} ${name}`),
    });
    return { channel, got, told, tags };
  }

  queue(queue: string, given: Table = {}): void {
    this.main.channel.declareQueue({ queue, arguments: given });
  }

  /** Publishes bodies one after the other to a queue. */
  send(queue: string, bodies: readonly string[], more: Partial<Publish> = {}): void {
    for (const body of bodies)
      this.main.channel.publish({ routingKey: queue, body, size: body.length, ...more });
  }

  pass(time: Micros | number): void {
    this.sim.run(this.sim.now + time);
  }

  passMs(milliseconds: number): void {
    this.pass(ms(milliseconds));
  }

  /** Empties a queue; its messages in order. */
  drain(queue: string): Message[] {
    return this.take(queue).map(({ message }) => message);
  }

  take(queue: string): Delivery[] {
    const all: Delivery[] = [];
    const { channel } = this.client(this.connect());
    for (let more = true; more; ) {
      more = false;
      channel.get(queue, true, (got) => {
        if (!got) return;
        more = true;
        all.push(got.delivery);
      });
    }
    channel.close();
    return all;
  }

  /** Bodies of what waits in a queue, which is emptied. */
  bodies(queue: string): string[] {
    return this.drain(queue).map(({ body }) => `${body}`);
  }
}

/** Settles the latest delivery of a message. */
export function settle(
  { channel, tags }: TestClient,
  how: 'ack' | 'nack' | 'reject',
  body: string,
  requeue = false,
): void {
  const tag = tags.get(body);
  if (tag === undefined) throw new Error(`${body} was not delivered here`);
  if (how === 'ack') channel.ack(tag);
  else channel[how](tag, requeue);
}
