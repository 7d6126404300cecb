import type { Envelope } from '../broker/envelope.ts';
import { type Listener, productOf, type Received } from '../broker/message-broker.ts';
import { waitBefore } from '../calls/backoff.ts';
import type { Incoming } from '../calls/send.ts';
import { REQUEST, type Request } from '../flow/request.ts';
import { mix } from '../kernel/luck.ts';
import { type Micros, NEVER, seconds } from '../kernel/time.ts';
import { DONE, isRefusal } from '../outcome.ts';
import { Name } from '../recorder.ts';
import type { System } from '../system.ts';
import type { Consumer } from '../world/schema/service.ts';
import type { Replica } from './replica.ts';
import type { Service } from './service.ts';

/** A process that a message has killed is started again after this. */
const RESTART: Micros = seconds(1);

/** What expressions see of a message beside its body. */
function view({ envelope, attempt, redelivered }: Received, now: number): Request['message'] {
  const { id, type, key, headers, createdAt } = envelope;
  return { id, type, key, headers, redelivered, attempt, age: now - createdAt };
}

/** The operation that is to handle a type of message. A type may be called `constructor`, too. */
function operationFor({ on, do: whole }: Consumer, type: string): string | null {
  const named = on !== null && Object.hasOwn(on, type) ? on[type] : on?.default;
  return named ?? whole;
}

/** One replica's consumer, which turns messages into requests of an operation: a listener for each product it reads. */
export function listenersFor(
  system: System,
  service: Service,
  replica: Replica,
  name: string,
  settings: Consumer,
): Listener[] {
  const consumer = new Name(`${service.name}.${name}`);
  const channels = [settings.from].flat();
  const products = [...new Set(channels.map(productOf))];
  return products.map((product) => ({
    consumer,
    member: replica.name,
    group: settings.group ?? service.name,
    channels: channels.filter((channel) => productOf(channel) === product),
    settings,
    end: replica.end,
    get up() {
      return replica.up;
    },
    take: (message) => take(system, service, replica, settings, message),
  }));
}

function take(
  system: System,
  service: Service,
  replica: Replica,
  settings: Consumer,
  message: Received,
  attempts = 1,
  waited = 0,
): void {
  const { envelope, record, variant, settle } = message;
  const wanted = operationFor(settings, envelope.type ?? '');
  const operation = wanted === null ? undefined : replica.operation(wanted);
  if (!operation) {
    settle(DONE, record); // a type that nobody here asked for is none of its business
    return;
  }
  const poison = system.brokers.poisoned.get(envelope.id);
  if (poison) {
    const cause = poison.strike(record);
    if (poison.crash) replica.crash(cause, RESTART, 'poison message');
    else settle(poison.outcome, cause);
    return;
  }
  const { sim } = system;
  const request: Request = {
    ...REQUEST,
    body: envelope.body,
    thing: envelope.thing,
    variant: attempts === 1 ? variant : mix(variant, 7_000 + attempts),
    attempt: message.attempt,
    message: view(message, sim.now),
  };
  const { retry } = settings;
  const incoming: Incoming = {
    request,
    operation: operation.place,
    cause: record,
    expires: NEVER,
    wanted: () => true,
    answer(outcome, cause) {
      const inPlace = retry && 'inPlace' in retry ? retry : null;
      const again = inPlace && !outcome.ok && !isRefusal(outcome.failure) && attempts < inPlace.maxAttempts;
      if (!again || !replica.up) {
        settle(outcome, cause);
        return;
      }
      const luck = system.luck.stream(`${service.name}.backoff`);
      const u = luck.uniform(keyOf(envelope), variant, attempts);
      const wait = waitBefore(attempts, inPlace.inPlace, u, waited);
      const { up, startedAt } = replica;
      sim.after(wait, () => {
        if (up && replica.up && replica.startedAt === startedAt)
          take(system, service, replica, settings, message, attempts + 1, wait);
      });
    },
  };
  replica.take(incoming, operation, operation.settings.priority);
}

const keyOf = ({ thing, id }: Envelope): number => thing?.key ?? id;
