import type { Envelope } from '../broker/envelope.ts';
import type { Subscriber } from '../broker/queue.ts';
import type { Incoming } from '../calls/send.ts';
import type { Request } from '../flow/request.ts';
import { NEVER } from '../kernel/time.ts';
import { DONE } from '../outcome.ts';
import { Name } from '../recorder.ts';
import { NOBODY } from '../security/token.ts';
import type { System } from '../system.ts';
import type { Consumer } from '../world/schema/service.ts';
import type { Replica } from './replica.ts';
import type { Service } from './service.ts';

/** One replica's end of a consumer: it turns messages into requests of an operation. */
export interface ChannelSubscriber extends Subscriber {
  readonly channels: readonly string[];
}

/** What expressions see of a message beside its body. */
function view(envelope: Envelope, attempt: number, now: number): Request['message'] {
  const { id, type, key, headers, createdAt } = envelope;
  return { id, type, key, headers, redelivered: attempt > 1, attempt, age: now - createdAt };
}

/** The operation that is to handle a type of message. A type may be called `constructor`, too. */
function operationFor({ on, do: whole }: Consumer, type: string): string | null {
  const named = on !== null && Object.hasOwn(on, type) ? on[type] : on?.default;
  return named ?? whole;
}

export function subscriberFor(
  system: System,
  service: Service,
  replica: Replica,
  name: string,
  settings: Consumer,
): ChannelSubscriber {
  const consumer = new Name(`${service.name}.${name}`);
  return {
    consumer,
    end: replica.end,
    channels: typeof settings.from === 'string' ? [settings.from] : settings.from,
    prefetch: settings.prefetch,
    auto: settings.ack === 'auto',
    deadLetter: settings.deadLetter,
    get up() {
      return replica.up;
    },
    take(envelope, attempt, variant, cause, settle) {
      const wanted = operationFor(settings, envelope.type ?? '');
      const operation = wanted === null ? undefined : service.operation(wanted);
      if (!operation) {
        settle(DONE, cause); // a type that nobody here asked for is none of its business
        return;
      }
      const { sim } = system;
      const request: Request = {
        body: envelope.body,
        thing: envelope.thing,
        variant,
        attempt,
        idempotencyKey: null,
        deadline: NEVER,
        message: view(envelope, attempt, sim.now),
        credentials: NOBODY,
        ifNoneMatch: null,
      };
      const incoming: Incoming = {
        request,
        operation: operation.place,
        cause,
        expires: NEVER,
        wanted: () => true,
        answer: settle,
      };
      replica.take(incoming, operation, operation.settings.priority);
    },
  };
}
