import type { Received } from '../broker/message-broker.ts';
import { EvaluationProblem } from '../expression/expression.ts';
import type { Value } from '../expression/value.ts';
import { Formulas } from '../flow/formula.ts';
import { Frame, NO_PLAN } from '../flow/frame.ts';
import { REQUEST, type Request } from '../flow/request.ts';
import { SLOT } from '../flow/slots.ts';
import type { Micros } from '../kernel/time.ts';
import type { Name } from '../recorder.ts';
import type { System } from '../system.ts';
import type { Replica } from './replica.ts';

/** What expressions see of a message beside its body. */
function view({ envelope, attempt, redelivered }: Received, now: number): Request['message'] {
  const { id, type, key, headers, createdAt } = envelope;
  return { id, type, key, headers, redelivered, attempt, age: now - createdAt };
}

/** A message as a request of an operation. */
export function requestOf(message: Received, variant: number, now: Micros): Request {
  const { body, thing } = message.envelope;
  return { ...REQUEST, body, thing, variant, attempt: message.attempt, message: view(message, now) };
}

/** What an expression says of a message; undefined where it has no value, which is the document's mistake. */
export type Reading = (message: Received) => Value | undefined;

/** A field of a consumer that is an expression over its messages. */
export function reading(
  system: System,
  replica: Replica,
  consumer: Name,
  field: string,
  source: string,
): Reading {
  const place = `${consumer.text}.${field}`;
  const formula = new Formulas(new Map(Object.entries(SLOT)), system.luck).compile(source, place);
  return (message) => {
    const { record } = message;
    const request = requestOf(message, message.variant, system.sim.now);
    try {
      return formula.value(new Frame(system, replica, consumer, request, NO_PLAN, record, record));
    } catch (error) {
      if (!(error instanceof EvaluationProblem)) throw error;
      system.blame(place, error);
      return undefined;
    }
  };
}
