import type { Envelope } from '../broker/envelope.ts';
import { type Attachment, type Listener, productOf, type Received } from '../broker/message-broker.ts';
import { waitBefore } from '../calls/backoff.ts';
import type { Incoming } from '../calls/send.ts';

import type { Body } from '../flow/request.ts';

import { mix } from '../kernel/luck.ts';
import { type Micros, NEVER, seconds } from '../kernel/time.ts';
import { DONE, isRefusal } from '../outcome.ts';
import { Name } from '../recorder.ts';
import type { System } from '../system.ts';
import type { Consumer } from '../world/schema/service.ts';
import { keeperFor } from './holding/keeper-for.ts';
import { reading, requestOf } from './message-formula.ts';
import type { Replica } from './replica.ts';
import type { Service } from './service.ts';

/** A process that a message has killed is started again after this. */
const RESTART: Micros = seconds(1);

/** The operation that is to handle a type of message. A type may be called `constructor`, too. */
function operationFor({ on, do: whole }: Consumer, type: string): string | null {
  const named = on !== null && Object.hasOwn(on, type) ? on[type] : on?.default;
  return named ?? whole;
}

/** Connects one replica's consumer, which turns messages into requests of an operation, with the brokers that it reads. */
export function connect(
  system: System,
  service: Service,
  replica: Replica,
  name: string,
  settings: Consumer,
): Attachment[] {
  const consumer = new Name(`${service.name}.${name}`);
  const channels = [settings.from].flat();
  const accept =
    settings.accept === null ? null : reading(system, replica, consumer, 'accept', settings.accept);
  const handle = (message: Received): void => take(system, service, replica, consumer, settings, message);
  const keeper = keeperFor(system, replica, consumer, settings, handle);
  const products = [...new Set(channels.map(productOf))];
  const attachments = products.map((product) => {
    const listener: Listener = {
      consumer,
      member: replica.name,
      group: settings.group ?? service.name,
      channels: channels.filter((channel) => productOf(channel) === product),
      settings,
      end: replica.end,
      get up() {
        return replica.up;
      },
      whenRunning: (action) => replica.scope.whenRunning(action),
      get still() {
        return replica.scope.held;
      },
      take(message) {
        if (accept !== null && accept(message) === false) skip(system, consumer, message);
        else if (keeper) keeper.take(message);
        else handle(message);
      },
    };
    return system.brokers.of(listener.channels[0] as string).attach(listener);
  });
  if (!keeper) return attachments;
  const memory: Attachment = {
    lost: (cause) => keeper.lost(cause),
    restored: () => {},
    close: () => keeper.close(),
  };
  return [...attachments, memory];
}

/** What is not accepted is done with. */
function skip(system: System, consumer: Name, { envelope, record, settle }: Received): void {
  const subject = envelope.thing?.recorded;
  settle(DONE, system.log.note('skipped', consumer, subject, record, record, envelope.id));
}

function take(
  system: System,
  service: Service,
  replica: Replica,
  consumer: Name,
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
  if (poison && (poison.channel === null || [settings.from].flat().includes(poison.channel))) {
    const cause = poison.strike(record);
    if (poison.crash) replica.crash(cause, RESTART, 'poison message');
    else settle(poison.outcome, cause);
    return;
  }
  let { body } = envelope;
  const { written } = envelope;
  const reader = { cause: record, span: record, subject: envelope.thing?.recorded };
  const translation = system.contracts?.translation(written, replica.release) ?? 0;
  if (written && system.contracts) {
    const read = system.contracts.read(written, body, replica.release, reader, consumer);
    if (!read.ok) {
      settle(read, reader.cause);
      return;
    }
    body = read.value as Body;
  }
  const { sim } = system;
  const again = attempts === 1 ? variant : mix(variant, 7_000 + attempts);
  const request = { ...requestOf(message, again, sim.now), body };
  const { retry } = settings;
  /** Later, in the process that the message came to: with it, what it holds is gone. */
  function afterwards(delay: Micros, act: () => void): void {
    const { up, startedAt } = replica;
    sim.after(delay, () => {
      if (up && replica.up && replica.startedAt === startedAt) act();
    });
  }
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
        // To whoever asked, a refusal is an answer; what went wrong is tried again, and answered then.
        const answered = envelope.replyTo !== null && (outcome.ok || isRefusal(outcome.failure));
        if (answered) envelope.replyTo?.answer(replica.end, outcome, cause);
        settle(answered ? DONE : outcome, cause);
        return;
      }
      const luck = system.luck.stream(`${service.name}.backoff`);
      const u = luck.uniform(keyOf(envelope), variant, attempts);
      const wait = waitBefore(attempts, inPlace.inPlace, u, waited);
      afterwards(wait, () => take(system, service, replica, consumer, settings, message, attempts + 1, wait));
    },
  };
  const { priority } = operation.settings;
  if (translation > 0) afterwards(translation, () => replica.take(incoming, operation, priority));
  else replica.take(incoming, operation, priority);
}

const keyOf = ({ thing, id }: Envelope): number => thing?.key ?? id;
