import type { Envelope } from '../broker/envelope.ts';
import { type Listener, productOf, type Received } from '../broker/message-broker.ts';
import { waitBefore } from '../calls/backoff.ts';
import type { Incoming } from '../calls/send.ts';
import { EvaluationProblem } from '../expression/expression.ts';
import { Formulas } from '../flow/formula.ts';
import { Frame, NO_PLAN } from '../flow/frame.ts';
import { type Body, REQUEST, type Request } from '../flow/request.ts';
import { SLOT } from '../flow/slots.ts';
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

/** Whether a consumer wants a message; one whose expression has no value is the document's mistake, and wants it. */
type Filter = (message: Received) => boolean;

/** What a Message Filter lets through. */
function filterOf(system: System, replica: Replica, consumer: Name, accept: string | null): Filter {
  if (accept === null) return () => true;
  const place = `${consumer.text}.accept`;
  const formula = new Formulas(new Map(Object.entries(SLOT)), system.luck).compile(accept, place);
  return (message) => {
    const { record } = message;
    const request = requestOf(message, message.variant, system.sim.now);
    try {
      return formula.value(new Frame(system, replica, consumer, request, NO_PLAN, record, record)) !== false;
    } catch (error) {
      if (!(error instanceof EvaluationProblem)) throw error;
      system.blame(place, error);
      return true;
    }
  };
}

/** A message as a request of an operation. */
function requestOf(message: Received, variant: number, now: Micros): Request {
  const { body, thing } = message.envelope;
  return { ...REQUEST, body, thing, variant, attempt: message.attempt, message: view(message, now) };
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
  const wanted = filterOf(system, replica, consumer, settings.accept);
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
    take(message) {
      if (wanted(message)) take(system, service, replica, consumer, settings, message);
      else
        message.settle(
          DONE,
          system.log.note(
            'skipped',
            consumer,
            message.envelope.thing?.recorded,
            message.record,
            message.record,
            message.envelope.id,
          ),
        );
    },
  }));
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
      const { up, startedAt } = replica;
      sim.after(wait, () => {
        if (up && replica.up && replica.startedAt === startedAt)
          take(system, service, replica, consumer, settings, message, attempts + 1, wait);
      });
    },
  };
  replica.take(incoming, operation, operation.settings.priority);
}

const keyOf = ({ thing, id }: Envelope): number => thing?.key ?? id;
