import { z } from 'zod';
import { compileServer } from '../../graphql/server.ts';
import { cacheSettings } from '../../world/schema/cache.ts';
import { expression, fields, operationPlace } from '../../world/schema/common.ts';
import { defineStep } from './step.ts';

/** Where a field's value comes from; it may name `args` and `parent`, the object that it is a field of. */
const resolver = z.strictObject({
  /** An operation that is called. */
  call: operationPlace.nullable().default(null),
  with: fields.nullable().default(null),
  /** The field of the operation's answer to take; null: the answer as a whole for an object, else its field of the same name. */
  take: z.string().nullable().default(null),
  /** An expression instead of a call. */
  value: expression.nullable().default(null),
  /** Keeps what a call gave; `key` may name `parent` and `args`, too. */
  cache: cacheSettings.extend({ key: expression }).nullable().default(null),
});

/** Answers a query in GraphQL as a server would that has this schema (GraphQL specification, October 2021). */
export const graphql = defineStep({
  summary: 'Answers a query in GraphQL, field by field',
  fields: {
    /** The query's text. */
    graphql: expression,
    variables: fields.nullable().default(null),
    /** The schema definition language: types, their fields, what may be null. */
    schema: z.string().min(1).max(8_000),
    /** By type and field: `Product.price`. Other fields are those of their parent. */
    resolve: z
      .record(
        z.string().regex(/^[A-Za-z]\w{0,63}\.[A-Za-z]\w{0,63}$/, 'expected a field such as Product.price'),
        resolver,
      )
      .default({}),
  },
  compile: (settings, context) => compileServer(settings, context),
});
