import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RabbitBroker } from '../../src/sim/broker/rabbitmq/broker.ts';
import type { Channel } from '../../src/sim/broker/rabbitmq/channel.ts';
import type { Delivery } from '../../src/sim/broker/rabbitmq/events.ts';
import type { Field } from '../../src/sim/broker/rabbitmq/message.ts';
import { Simulation } from '../../src/sim/kernel/simulation.ts';
import { ms } from '../../src/sim/kernel/time.ts';
import { type Action, CHANNEL_OF, ModelQueue, type ModelSettings } from './model.ts';

const TARGET = { queue: 'd' };

/** The broker under the same script, telling what the model tells. */
class Real {
  readonly log = new Map<string, string[]>();
  readonly #sim = new Simulation();
  readonly #broker = new RabbitBroker(this.#sim, { version: '3.10' });
  readonly #connection = this.#broker.connect();
  readonly #channels = new Map<string, Channel>();
  readonly #publisher: Channel;
  /** Delivery tags by message. */
  readonly #tags = new Map<number, number>();
  readonly #consumers = new Set<string>();
  #published = 0;

  constructor(settings: ModelSettings) {
    this.#publisher = this.#connection.openChannel({
      deliver: () => {},
      confirmed: (publish, accepted) => this.#note('confirms', `${publish} ${accepted ? 'ack' : 'nack'}`),
    });
    this.#publisher.declareQueue(TARGET);
    this.#publisher.declareQueue({ queue: 'q', arguments: argumentsOf(settings) });
    this.#publisher.confirmSelect();
    for (const name of ['one', 'two']) this.#open(name);
  }

  act(action: Action, picked: { id: number; channel: string } | undefined): void {
    switch (action.do) {
      case 'publish': {
        const { priority, expiration } = action;
        this.#publisher.publish({
          routingKey: 'q',
          body: ++this.#published,
          size: 1,
          ...(priority !== null && { priority }),
          ...(expiration !== null && { expiration: `${expiration}` }),
        });
        return;
      }
      case 'consume': {
        const { consumer, prefetch, noAck, priority } = action;
        if (this.#consumers.has(consumer)) return;
        this.#consumers.add(consumer);
        const channel = this.#channelOf(CHANNEL_OF[consumer]!);
        channel.qos(prefetch);
        channel.consume({ queue: 'q', consumer, noAck, arguments: { 'x-priority': priority } });
        return;
      }
      case 'cancel':
        this.#channelOf(CHANNEL_OF[action.consumer]!).cancel(action.consumer);
        this.#consumers.delete(action.consumer);
        return;
      case 'settle': {
        if (!picked) return;
        const channel = this.#channelOf(picked.channel);
        const tag = this.#tags.get(picked.id)!;
        if (action.how === 'ack') channel.ack(tag);
        else if (action.how === 'nack') channel.nack(tag, action.requeue);
        else channel.reject(tag, action.requeue);
        return;
      }
      case 'settleAll': {
        const channel = this.#channelOf(action.channel);
        if (action.how === 'ack') channel.ack(0, true);
        else channel.nack(0, action.requeue, true);
        return;
      }
      case 'get':
        this.#channelOf(action.channel).get('q', action.noAck, (got) => {
          const told = got ? `${this.#told(got.delivery)} ${got.remaining}` : 'empty';
          this.#note(`get ${action.channel}`, told);
        });
        return;
      case 'close':
        this.#channelOf(action.channel).close();
        for (const consumer of [...this.#consumers])
          if (CHANNEL_OF[consumer] === action.channel) this.#consumers.delete(consumer);
        this.#open(action.channel);
        return;
      case 'purge':
        this.#publisher.purgeQueue('q', (messages) => this.#note('purge', `${messages}`));
        return;
      case 'wait':
        this.#sim.run(this.#sim.now + ms(action.ms));
    }
  }

  /** Empties a queue, and tells each message in its own way. */
  drain(queue: string, told: (delivery: Delivery) => string): string[] {
    const lines: string[] = [];
    for (let more = true; more; ) {
      more = false;
      this.#publisher.get(queue, true, (got) => {
        if (!got) return;
        more = true;
        lines.push(told(got.delivery));
      });
    }
    return lines;
  }

  #open(name: string): void {
    const deliver = (consumer: string, delivery: Delivery) =>
      this.#note(`deliver ${consumer}`, this.#told(delivery));
    const closed = ({ text }: { text: string }) => this.#note('closed', text);
    this.#channels.set(name, this.#connection.openChannel({ deliver, closed }));
  }

  #channelOf(name: string): Channel {
    return this.#channels.get(name)!;
  }

  #told({ tag, redelivered, deliveryCount, message }: Delivery): string {
    const id = message.body as number; // as published
    this.#tags.set(id, tag);
    return `${id}${redelivered ? ' again' : ''}${deliveryCount > 0 ? ` ${deliveryCount}` : ''}`;
  }

  #note(list: string, line: string): void {
    const lines = this.log.get(list);
    if (lines) lines.push(line);
    else this.log.set(list, [line]);
  }
}

function argumentsOf(settings: ModelSettings): Record<string, Field> {
  const { type, ttl, maxLength, overflow, maxPriority, deliveryLimit, singleActive } = settings;
  return {
    'x-queue-type': type,
    'x-dead-letter-exchange': '',
    'x-dead-letter-routing-key': TARGET.queue,
    ...(singleActive && { 'x-single-active-consumer': true }),
    ...(ttl !== null && { 'x-message-ttl': ttl }),
    ...(maxLength !== null && { 'x-max-length': maxLength, 'x-overflow': overflow }),
    ...(maxPriority !== null && { 'x-max-priority': maxPriority }),
    ...(deliveryLimit !== null && { 'x-delivery-limit': deliveryLimit }),
  };
}

/** Plays one script on both, and gives what each told. */
function play(settings: ModelSettings, script: readonly Action[]) {
  const model = new ModelQueue(settings);
  const real = new Real(settings);
  for (let action of script) {
    // A quorum queue limits consumers that do not acknowledge as well, until its own letters have gone round.
    if (action.do === 'consume' && action.noAck && settings.type === 'quorum')
      action = { ...action, prefetch: 0 };
    // The server mixes up a tag's deliveries with those of a cancelled namesake; the model does not.
    if (action.do === 'consume' && model.holds(action.consumer)) continue;
    const picked =
      action.do === 'settle' ? model.out[action.pick % Math.max(1, model.out.length)] : undefined;
    model.act(action);
    real.act(action, picked);
  }
  const toldOfDead = ({ message: { body, deaths } }: Delivery) => `${body} ${deaths[0]?.reason}`;
  return {
    model: { log: byName(model.log), waiting: model.drain(), dead: model.dead },
    real: {
      log: byName(real.log),
      waiting: real.drain('q', ({ message }) => `${message.body}`),
      dead: real.drain(TARGET.queue, toldOfDead),
    },
  };
}

const byName = (log: Map<string, string[]>) =>
  Object.fromEntries([...log].sort(([a], [b]) => (a < b ? -1 : 1)));

const consumer = fc.constantFrom('A', 'B', 'C');
const channel = fc.constantFrom('one', 'two');
const small = fc.integer({ min: 0, max: 4 });

/** Scripts of up to 60 actions; expirations, from the shortest given, and priorities only where asked for. */
function scripts(shortest: number | null, priorities: boolean): fc.Arbitrary<Action[]> {
  const publish = fc.record({
    do: fc.constant('publish' as const),
    priority: priorities ? fc.option(fc.integer({ min: 0, max: 6 })) : fc.constant(null),
    expiration: shortest === null ? fc.constant(null) : fc.option(fc.integer({ min: shortest, max: 40 })),
  });
  const settle = fc.record({
    do: fc.constant('settle' as const),
    pick: fc.nat(20),
    how: fc.constantFrom('ack' as const, 'nack' as const, 'reject' as const),
    requeue: fc.boolean(),
  });
  return fc.array(
    fc.oneof(
      { weight: 8, arbitrary: publish },
      { weight: 6, arbitrary: settle },
      {
        weight: 3,
        arbitrary: fc.record({
          do: fc.constant('consume' as const),
          consumer,
          prefetch: small,
          noAck: fc.boolean(),
          priority: fc.integer({ min: -1, max: 1 }),
        }),
      },
      { weight: 1, arbitrary: fc.record({ do: fc.constant('cancel' as const), consumer }) },
      {
        weight: 1,
        arbitrary: fc.record({
          do: fc.constant('settleAll' as const),
          channel,
          how: fc.constantFrom('ack' as const, 'nack' as const),
          requeue: fc.boolean(),
        }),
      },
      { weight: 2, arbitrary: fc.record({ do: fc.constant('get' as const), channel, noAck: fc.boolean() }) },
      { weight: 1, arbitrary: fc.record({ do: fc.constant('close' as const), channel }) },
      { weight: 1, arbitrary: fc.record({ do: fc.constant('purge' as const) }) },
      {
        weight: 2,
        arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 30 }) }),
      },
    ),
    { minLength: 5, maxLength: 60 },
  );
}

const PLAIN: ModelSettings = {
  type: 'classic',
  ttl: null,
  maxLength: null,
  overflow: 'drop-head',
  maxPriority: null,
  deliveryLimit: null,
  singleActive: false,
};

/** The settings a property draws, on top of the plain ones. */
type Drawn = { readonly [name in keyof ModelSettings]?: fc.Arbitrary<ModelSettings[name]> };

function agrees(drawn: Drawn, { shortest = null as number | null, priorities = false } = {}): void {
  const settings = fc.record(drawn as Record<string, fc.Arbitrary<unknown>>); // the keys are settings
  fc.assert(
    fc.property(settings, scripts(shortest, priorities), (chosen, script) => {
      const { model, real } = play({ ...PLAIN, ...chosen }, script);
      expect(real).toEqual(model);
    }),
    { numRuns: 1000, seed: 20_260 },
  );
}

const limits: Drawn = {
  maxLength: fc.option(fc.integer({ min: 0, max: 5 })),
  overflow: fc.constantFrom('drop-head', 'reject-publish', 'reject-publish-dlx'),
};

test('a classic queue with limits does what the model does', () => {
  agrees(limits);
});

test('a classic queue with lifetimes does what the model does', () => {
  agrees({ ttl: fc.option(fc.integer({ min: 0, max: 40 })), ...limits }, { shortest: 0 });
});

test('a classic priority queue does what the model does', () => {
  agrees({ maxPriority: fc.integer({ min: 1, max: 5 }), ...limits }, { priorities: true });
});

test('a classic queue with a single active consumer does what the model does', () => {
  agrees({ singleActive: fc.constant(true), ...limits });
});

test('a quorum queue without a delivery limit does what the model does', () => {
  agrees({
    type: fc.constant('quorum'),
    maxLength: fc.option(fc.integer({ min: 0, max: 5 })),
    overflow: fc.constantFrom('drop-head', 'reject-publish'),
  });
});

test('a quorum queue with lifetimes and a delivery limit does what the model does', () => {
  agrees(
    {
      type: fc.constant('quorum'),
      ttl: fc.option(fc.integer({ min: 1, max: 40 })),
      deliveryLimit: fc.integer({ min: 0, max: 3 }),
    },
    { shortest: 1 },
  );
});
