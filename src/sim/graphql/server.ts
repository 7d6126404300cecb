import {
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  getVariableValues,
  isCompositeType,
  isListType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
} from 'graphql';
import { makeCall } from '../calls/make-call.ts';
import { isFields, type Value } from '../expression/value.ts';
import type { Act, StepContext } from '../flow/act.ts';
import { cached } from '../flow/cache.ts';
import type { Frame } from '../flow/frame.ts';
import { safe } from '../flow/modify.ts';
import type { Process } from '../kernel/process.ts';
import { failed, type Outcome, success } from '../outcome.ts';
import { Name } from '../recorder.ts';
import type { CacheSettings } from '../world/schema/cache.ts';
import type { Fields } from '../world/schema/common.ts';
import { Execution, type FieldError, type Resolver } from './execute.ts';
import { type Problems, queryOf, schemaOf } from './reading.ts';

/** A schema, and who knows what its fields are. */
export interface ServerSettings {
  readonly graphql: string;
  readonly variables: Fields | null;
  readonly schema: string;
  readonly resolve: Readonly<Record<string, ResolverSettings>>;
}

interface ResolverSettings {
  readonly call: string | null;
  readonly with: Fields | null;
  readonly take: string | null;
  readonly value: string | null;
  readonly cache: CacheSettings | null;
}

/** A query that is not run is answered 400; one that is, is answered 200, whatever became of its fields. */
const INVALID = failed('400', 400);

/** Queries that are remembered; clients send the same ones again and again. */
const MOST_QUERIES = 1_000;

/** A GraphQL server as a step: it reads a query, validates it, and answers with `data` and `errors`. */
export function compileServer(settings: ServerSettings, context: StepContext): Act {
  const schema = schemaOf(settings.schema);
  const { place, formulas, system } = context;
  if ('problems' in schema) throw new Error(`${place.text}: ${schema.problems[0]?.message}`);
  const text = formulas.compile(settings.graphql, `${place.text}.graphql`);
  const variables =
    settings.variables === null ? null : formulas.shape(settings.variables, `${place.text}.variables`);
  const resolvers = new Map(
    Object.entries(settings.resolve).map(([field, each]) => [
      field,
      resolverOf(schema, field, each, context),
    ]),
  );
  const queries = new Map<string, DocumentNode | Problems>();

  function queryFor(source: string): DocumentNode | Problems {
    const known = queries.get(source);
    if (known) return known;
    if (queries.size >= MOST_QUERIES) queries.clear();
    const query = queryOf(schema as GraphQLSchema, source);
    queries.set(source, query);
    return query;
  }

  function tell(frame: Frame, words: string): void {
    const { cause, span, subject } = frame;
    frame.cause = system.log.note('graphqlError', place, subject, cause, span, 0, words);
  }

  function refused(frame: Frame, why: string): Outcome {
    tell(frame, why);
    return INVALID;
  }

  return {
    *run(frame): Process<Outcome> {
      const source = text.value(frame);
      if (typeof source !== 'string') return refused(frame, 'there is no query');
      const document = queryFor(source);
      if ('problems' in document) return refused(frame, document.problems[0]?.message ?? '');
      const operation = operationOf(document);
      const type = operation && schema.getRootType(operation.operation);
      if (!type) return refused(frame, 'no one operation that could be run');
      const given = variables?.(frame) ?? {};
      const values = getVariableValues(schema, operation.variableDefinitions ?? [], given);
      if (!values.coerced) return refused(frame, values.errors[0]?.message ?? 'wrong variables');
      const asked = { schema, fragments: fragmentsOf(document), variables: values.coerced };
      const execution = new Execution(asked, resolvers, (own, error) => tell(own, errorWords(error)));
      const serial = operation.operation === 'mutation';
      const data = yield* execution.data(type, operation.selectionSet, frame, serial);
      const errors = execution.errors.map(({ message, path }) => ({ message, path }));
      if (errors.length === 0) return success({ data });
      frame.degrade();
      return success({ data, errors }, true);
    },
  };
}

const errorWords = ({ path, message }: FieldError): string => `${path.join('.')}: ${message}`;

/** The operation of a document; undefined where it holds none or several, or a subscription. */
function operationOf({ definitions }: DocumentNode): OperationDefinitionNode | undefined {
  const [first, ...more] = definitions.filter((each) => each.kind === Kind.OPERATION_DEFINITION);
  return more.length === 0 && first?.operation !== 'subscription' ? first : undefined;
}

const fragmentsOf = ({ definitions }: DocumentNode): ReadonlyMap<string, FragmentDefinitionNode> =>
  new Map(
    definitions.flatMap((each) =>
      each.kind === Kind.FRAGMENT_DEFINITION ? [[each.name.value, each] as const] : [],
    ),
  );

/** A field's resolver: an expression, or a call through the client library like any other. */
function resolverOf(
  schema: GraphQLSchema,
  field: string,
  { call, with: given, take, value, cache }: ResolverSettings,
  server: StepContext,
): Resolver {
  const context = { ...server, place: new Name(`${server.place.text}.${field}`) };
  if (call === null) {
    const formula = context.formulas.compile(value ?? 'null', context.place.text);
    return safe(function* valued(frame) {
      return success(formula.value(frame));
    }, context);
  }
  const taken = take ?? ownField(schema, field);
  const act = makeCall(call, given, context);
  const asked = safe(function* called(frame) {
    return act.run ? yield* act.run(frame) : act.instant(frame);
  }, context);
  const answered = cache ? cached(asked, cache, context) : asked;
  return function* resolved(frame) {
    const outcome = yield* answered(frame);
    if (!outcome.ok || taken === null) return outcome;
    return success(partOf(outcome.value, taken), outcome.degraded);
  };
}

/** An object is the whole of an answer; a number, a text or a list is its field of the same name. */
function ownField(schema: GraphQLSchema, place: string): string | null {
  const [typeName = '', name = ''] = place.split('.');
  const type = schema.getType(typeName);
  const field = isObjectType(type) ? type.getFields()[name] : undefined;
  if (!field) return name;
  return isCompositeType(getNamedType(field.type)) && !isListType(getNullableType(field.type)) ? null : name;
}

const partOf = (answer: Value, name: string): Value => (isFields(answer) ? (answer[name] ?? null) : null);
