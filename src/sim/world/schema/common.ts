import { z } from 'zod';
import { ID } from '../quantities.ts';

/** An id of our own making: a lower-case letter, then letters, digits and dashes. */
export const id = z.string().regex(ID, 'an id is a lower-case letter, then letters, digits and dashes');

/** A map from id to thing: the shape of every collection in the language, so that a merge patch can reach each entry. */
export const idMap = <T extends z.ZodType>(entry: T) => z.record(id, entry);

/** CEL, or a literal that needs no quotes. Kept as its source text; compiled when the world is built. */
export const expression = z
  .union([z.string(), z.number(), z.boolean(), z.null()], {
    error: 'expected an expression (CEL) or a literal',
  })
  .meta({ description: 'CEL, or a literal' })
  .transform(String);

/** One CEL expression for a whole object, or one for each of its fields. */
export const fields = z
  .union([z.string(), z.record(z.string(), expression)], {
    error: 'expected an expression, or a map of expressions',
  })
  .meta({ description: 'a CEL expression for the whole object, or a map from field to CEL expression' });

export type Fields = z.output<typeof fields>;

/** A number of things: whole, not negative. */
export const count = z.int({ error: 'expected a whole number' }).min(0);

const NAME = '[a-zA-Z][A-Za-z0-9-]*';

/** Says what kind of address is expected and checks its form; that it exists is checked once the world is whole. */
export const address = (form: RegExp, what: string) =>
  z
    .string({ error: `expected ${what}` })
    .trim()
    .regex(form, `expected ${what}`)
    .meta({ description: what });

/** `payment.charge`: an operation or a route of a service. */
export const operationPlace = address(
  new RegExp(`^${NAME}\\.${NAME}$`),
  'an operation such as payment.charge',
);

/** `rabbitmq/labels`: a channel of a broker. */
export const channelPlace = address(/^[a-z]+\/[A-Za-z][A-Za-z0-9._-]*$/, 'a channel such as rabbitmq/labels');

/** `payments`, or `payment.db/payments` for another service's table. */
export const tablePlace = address(
  new RegExp(`^(?:${NAME}\\.db/)?${NAME}$`),
  'a table such as payments, or payment.db/payments for another service’s',
);

/** Any place at all: a service, replica, operation, step, table, channel, consumer, link or client. */
export const place = address(
  /^[A-Za-z*][\w.\-/[\]*@]*(?: (?:->|\|) [A-Za-z*][\w.\-/[\]*]*)?$/,
  'a place such as payment, payment[0], payment.charge or checkout -> payment',
);

type FormFinder = (given: object) => z.ZodObject | undefined;

const forms = new WeakMap<z.ZodType, FormFinder>();

/** Says which strict object a value is held against, for schemas that choose it by the value's keys (a step by its verb). */
export function declareForms(schema: z.ZodType, find: FormFinder): void {
  forms.set(schema, find);
}

/** The strict object that a value of such a schema is held against, so that an error can name the keys it allows. */
export function formOf(schema: z.ZodType, given: object): z.ZodObject | undefined {
  return forms.get(schema)?.(given);
}
