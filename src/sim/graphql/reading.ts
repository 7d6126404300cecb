import {
  buildASTSchema,
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  NoSchemaIntrospectionCustomRule,
  parse,
  specifiedRules,
  validate,
  validateSchema,
} from 'graphql';
import { validateSDL } from 'graphql/validation/validate.js';

/** What is wrong with a text in GraphQL, and where: an offset from 0, null where it has no place. */
interface Problem {
  readonly message: string;
  readonly at: number | null;
}

export interface Problems {
  readonly problems: readonly Problem[];
}

/** Tokens of a text at most: more is nothing that anybody wrote, and would be read by recursion. */
const MOST_TOKENS = 4_000;

const problemOf = ({ message, positions }: GraphQLError): Problem => ({
  message,
  at: positions?.[0] ?? null,
});

function attempted<T>(read: () => T): T | Problems {
  try {
    return read();
  } catch (error) {
    if (error instanceof GraphQLError) return { problems: [problemOf(error)] };
    if (error instanceof Error) return { problems: [{ message: error.message, at: null }] };
    throw error;
  }
}

/** The syntax of a text, queries and schemas alike. */
export const parsed = (text: string): DocumentNode | Problems =>
  attempted(() => parse(text, { maxTokens: MOST_TOKENS }));

const schemas = new Map<string, GraphQLSchema | Problems>();
/** Schemas that are remembered; more come only where somebody edits one. */
const MOST_SCHEMAS = 100;

/** A schema in the schema definition language, or all that is wrong with it. */
export function schemaOf(text: string): GraphQLSchema | Problems {
  const known = schemas.get(text);
  if (known) return known;
  if (schemas.size >= MOST_SCHEMAS) schemas.clear();
  const schema = readSchema(text);
  schemas.set(text, schema);
  return schema;
}

function readSchema(text: string): GraphQLSchema | Problems {
  const document = parsed(text);
  if ('problems' in document) return document;
  const wrong = validateSDL(document).map(problemOf);
  if (wrong.length > 0) return { problems: wrong };
  const schema = attempted(() => buildASTSchema(document, { assumeValidSDL: true }));
  if ('problems' in schema) return schema;
  const problems = validateSchema(schema).map(problemOf);
  return problems.length > 0 ? { problems } : schema;
}

/** A server in production does not tell what it can do. */
const RULES = [...specifiedRules, NoSchemaIntrospectionCustomRule];

/** A query that a schema can answer, or all that is wrong with it. */
export function queryOf(schema: GraphQLSchema, text: string): DocumentNode | Problems {
  const document = parsed(text);
  if ('problems' in document) return document;
  const problems = validate(schema, document, RULES).map(problemOf);
  return problems.length > 0 ? { problems } : document;
}
