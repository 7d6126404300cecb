import type { Version } from '../../src/sim/broker/rabbitmq/version.ts';
import { ms } from '../../src/sim/kernel/time.ts';
import type { BrokerCase, Expectation, Step } from './document.ts';
import { Session } from './session.ts';
import { type Event, messageView } from './view.ts';

/** Between the closing of all channels and the emptying of the queues. */
const REST = ms(250);

/** The rules a case was recorded under. */
export function versionOf(recordedFrom: string): Version {
  const major = /(\d+)\./.exec(recordedFrom)?.[1];
  return Number(major) >= 4 ? '4' : '3.10';
}

/** Plays a case's timeline against the broker, in virtual time, and tells what came of it. */
export function replay(scenario: BrokerCase, version: Version): Expectation {
  const session = new Session(scenario, version);
  setUp(session, scenario);
  for (const [index, step] of scenario.steps.entries())
    session.sim.at(ms(step.at), () => perform(session, step, index));
  session.sim.run(ms(scenario.end));
  session.stopNoting();
  observe(session, Object.keys(scenario.expect.final));
  return session.outcome;
}

function setUp(session: Session, { setup }: BrokerCase): void {
  const channel = session.connection('main').openChannel({ deliver: () => {} });
  for (const exchange of setup.exchanges) channel.declareExchange(exchange);
  for (const queue of setup.queues) channel.declareQueue(queue);
  for (const binding of setup.bindings) channel.bind(binding);
  channel.close();
}

function perform(session: Session, step: Step, index: number): void {
  const client = session.client(step.channel);
  const { channel } = client;
  const reply = (event: Event): void => {
    session.outcome.replies.push({ after: session.after, step: index, do: step.do, ...event });
  };
  /** The delivery a settlement means. */
  const tagOf = ({ tag, body }: { tag?: number | undefined; body?: string | undefined }): number =>
    tag ?? client.tags.get(body ?? '') ?? 0;

  switch (step.do) {
    case 'publish': {
      const { body, size = 0 } = step;
      if (client.confirms) {
        const record = { after: null, channel: client.name, body, outcome: 'none' };
        client.confirms.push(record);
        session.outcome.confirms.push(record);
      }
      channel.publish({ ...step, size: Math.max(size, Buffer.byteLength(body)) });
      return;
    }
    case 'confirmSelect':
      client.confirms ??= [];
      channel.confirmSelect();
      return;
    case 'qos':
      channel.qos(step.prefetch, step.global);
      return;
    case 'consume':
      channel.consume(step);
      return;
    case 'cancel':
      channel.cancel(step.consumer);
      return;
    case 'ack':
      channel.ack(tagOf(step), step.multiple);
      return;
    case 'nack':
      channel.nack(tagOf(step), step.requeue, step.multiple);
      return;
    case 'reject':
      channel.reject(tagOf(step), step.requeue);
      return;
    case 'recover':
      channel.recover(step.requeue);
      return;
    case 'get':
      channel.get(step.queue, step.noAck, (got) => {
        if (!got) {
          reply({ empty: true });
          return;
        }
        const { delivery, remaining } = got;
        client.tags.set(`${delivery.message.body}`, delivery.tag);
        reply({ tag: delivery.tag, remaining, ...messageView(delivery) });
      });
      return;
    case 'declareQueue':
      channel.declareQueue(step, (_name, count) => reply({ ...count }));
      return;
    case 'checkQueue':
      channel.checkQueue(step.queue, (count) => reply({ ...count }));
      return;
    case 'purgeQueue':
      channel.purgeQueue(step.queue, (messages) => reply({ messages }));
      return;
    case 'deleteQueue':
      channel.deleteQueue(step.queue, step, (messages) => reply({ messages }));
      return;
    case 'declareExchange':
      channel.declareExchange(step);
      return;
    case 'checkExchange':
      channel.checkExchange(step.exchange);
      return;
    case 'deleteExchange':
      channel.deleteExchange(step.exchange, step.ifUnused);
      return;
    case 'bind':
      channel.bind(step);
      return;
    case 'unbind':
      channel.unbind(step);
      return;
    case 'closeChannel':
      channel.close();
      return;
    case 'closeConnection':
      session.connection(step.connection).close();
      return;
    case 'wait':
  }
}

/** Counts every queue, then closes the channels, lets things settle, and empties the queues one by one. */
function observe(session: Session, queues: readonly string[]): void {
  const { final } = session.outcome;
  for (const queue of queues) {
    final[queue] = null;
    session.observer(queue).checkQueue(queue, ({ messages, consumers }) => {
      final[queue] = { ready: messages, consumers, drain: 'gone' };
    });
  }
  for (const { channel } of session.clients()) channel.close();
  session.sim.run(session.sim.now + REST);
  for (const queue of queues) {
    const found = final[queue];
    if (found && session.broker.topology.get(queue)) found.drain = drain(session, queue);
  }
}

function drain(session: Session, queue: string): Event[] {
  const views: Event[] = [];
  const channel = session.observer(queue);
  let more = true;
  while (more) {
    more = false;
    channel.get(queue, false, (got) => {
      if (!got) return;
      more = true;
      views.push(messageView(got.delivery));
    });
  }
  return views;
}
