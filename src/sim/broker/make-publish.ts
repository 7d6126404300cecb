import { callThrough } from '../calls/call-through.ts';
import { aboutWhom, withIdentity } from '../calls/make-call.ts';
import { within } from '../database/make-write.ts';
import type { Transaction } from '../database/transaction.ts';
import type { Value } from '../expression/value.ts';
import type { Act, StepContext } from '../flow/act.ts';
import type { Frame } from '../flow/frame.ts';
import { mix } from '../kernel/luck.ts';
import type { Micros } from '../kernel/time.ts';
import { success } from '../outcome.ts';
import { Name } from '../recorder.ts';
import type { Fields } from '../world/schema/common.ts';
import type { Envelope } from './envelope.ts';

interface PublishSettings {
  readonly publish: string;
  readonly type: string | null;
  readonly key: string | null;
  readonly body: Fields | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly size: number;
  readonly expiration: Micros | null;
  readonly priority: string | null;
  readonly MessageDeduplicationId: string | null;
  readonly DelaySeconds: number | null;
}

/** Tells the luck of a message that another one led to from that one's. */
const ANOTHER_HOP = 5_900;

/**
 * Sends a message to the broker and waits for its confirm.
 *
 * In a transaction of a service with an outbox it is a row that the transaction commits; without an outbox it is sent
 * at once, as a careless `@Transactional` would, and a rollback leaves a ghost.
 */
export function makePublish(settings: PublishSettings, context: StepContext): Act {
  const { system, owner, place, formulas, salt, effect } = context;
  const { publish: channel, type } = settings;
  const callee = new Name(channel);
  const key = settings.key === null ? null : formulas.compile(settings.key, `${place.text}.key`);
  const shape = settings.body === null ? null : formulas.shape(settings.body, `${place.text}.body`);
  const priority =
    settings.priority === null ? null : formulas.compile(settings.priority, `${place.text}.priority`);
  const { MessageDeduplicationId: idSource } = settings;
  const deduplicationId =
    idSource === null ? null : formulas.compile(idSource, `${place.text}.MessageDeduplicationId`);
  const headers = formulas.shape(settings.headers, `${place.text}.headers`);

  function envelopeFor(frame: Frame): Envelope {
    const { request } = frame;
    const whole = shape ? withIdentity(system, request.body, shape(frame)) : request.body;
    const agreed = system.contracts?.published(channel, type, frame.release ?? undefined, whole);
    const body = agreed?.[0] ?? whole;
    return {
      id: system.nextMessage(),
      channel,
      type,
      key: key ? String(key.value(frame) as Value) : null,
      body,
      headers: headers(frame),
      thing: aboutWhom(system, body, request.thing),
      // What comes of handling a message meets luck of its own: else a message sent round again would fail for ever.
      variant: request.message === null ? frame.variant : mix(frame.variant, ANOTHER_HOP),
      createdAt: frame.now,
      replyTo: null,
      size: settings.size,
      written: agreed?.[1],
      expiration: settings.expiration,
      priority: priority ? wholePriority(priority.value(frame)) : null,
      deduplicationId: deduplicationId ? String(deduplicationId.value(frame)) : null,
      delaySeconds: settings.DelaySeconds,
    };
  }

  function store(transaction: Transaction, envelope: Envelope): void {
    transaction.also((inner) => {
      const subject = envelope.thing?.recorded;
      inner.cause = system.log.note('outboxed', callee, subject, inner.cause, inner.span, envelope.id);
      transaction.database.outbox.add(inner.now, envelope, inner.cause);
      effect(inner);
    });
  }

  return {
    *run(frame) {
      const envelope = envelopeFor(frame);
      const { transaction } = frame;
      const database = system.databaseOf(owner);
      if (transaction?.votes) {
        const broker = system.brokers.of(channel);
        transaction.votes.push({
          broker,
          send() {
            frame.cause = broker.append(envelope, frame.cause);
            effect(frame);
          },
        });
        return success({ confirmed: true, id: envelope.id });
      }
      if (database && system.hasOutbox(owner)) {
        return yield* within(frame, database, place, salt, function* (inner, own) {
          const refused = yield* database.connect(own, inner, place, 'main');
          if (refused) return refused;
          const broken = yield* database.statement(own, inner, place, null, salt);
          if (broken) return broken;
          store(own, envelope);
          return success({ confirmed: false, id: envelope.id });
        });
      }
      return yield* callThrough(frame, {
        place,
        callee,
        destination: system.brokers.of(channel).destination(frame.host, envelope, (record) => {
          frame.cause = record;
          effect(frame);
        }),
        client: frame.host.calls.to(channel),
        body: envelope.body,
        thing: envelope.thing,
        key: null,
      });
    },
  };
}

/** AMQP's priority is one byte. */
function wholePriority(value: Value): number | null {
  return typeof value === 'number' ? Math.max(0, Math.min(255, Math.trunc(value))) : null;
}
