import type { Value } from '../expression/value.ts';
import type { Body } from '../flow/request.ts';
import { type Documents, documentHash, NOT_FOUND, textFor } from '../graphql/documents.ts';
import { type QueryShape, queryShape } from '../graphql/query-shape.ts';
import { failed } from '../outcome.ts';
import type { GraphqlSettings } from '../world/schema/gateway.ts';
import type { Refusal, Stage } from './stage.ts';

/** A query that is refused before it is run is answered 400. */
const INVALID = failed('400', 400);
/** To this a client answers with the text. */
const UNKNOWN: Refusal = { outcome: failed(NOT_FOUND, 400), why: NOT_FOUND };
/** Shapes that are remembered; clients send the same queries again and again. */
const MOST_SHAPES = 1_000;
const refusal = (why: string): Refusal => ({ outcome: INVALID, why });

/** What a query asks for that a request describes by numbers: `items` of `depth`. */
function described({ items, depth }: Body): QueryShape | null {
  if (typeof items !== 'number' && typeof depth !== 'number') return null;
  return { cost: typeof items === 'number' ? items : 1, depth: typeof depth === 'number' ? depth : 1 };
}

/**
 * Holds a GraphQL query against what the gateway allows, before anything is asked of anybody.
 *
 * The query is the request's `query`, or what its `persistedQuery` names: one that the route lists, or one of the
 * `documents` that were registered with the replica. A request may also say in numbers what its query would ask for
 * (`items`, `depth`). Its `variables` count where they say how long a list is.
 */
export function limitQuery(settings: GraphqlSettings, documents: Documents): Stage {
  const { maxDepth, maxCost, listSize, automatic, persistedOnly } = settings;
  const shapes = new Map<string, QueryShape | null>();

  function shapeOf(text: string, variables: Value = null): QueryShape | null {
    const key = variables === null ? text : `${text}\n${JSON.stringify(variables)}`;
    const known = shapes.get(key);
    if (known !== undefined) return known;
    if (shapes.size >= MOST_SHAPES) shapes.clear();
    const shape = queryShape(text, listSize, variables);
    shapes.set(key, shape);
    return shape;
  }

  return ({ request: { body } }) => {
    const { persistedQuery: name, query } = body;
    const known = typeof name === 'string' ? textFor(name, settings, documents) : undefined;
    const isNew = name !== undefined && known === undefined;
    if (isNew && !automatic) return refusal(NOT_FOUND);
    if (isNew && typeof query !== 'string') return UNKNOWN;
    if (isNew && documentHash(query as string) !== name) return refusal('the hash is not that of the query');
    if (persistedOnly && known === undefined)
      return refusal('only queries that are known by name are answered');
    const text = known ?? query;
    const shape = typeof text === 'string' ? shapeOf(text, body.variables) : described(body);
    if (shape === null) return typeof text === 'string' ? refusal('the query cannot be read') : null;
    if (maxDepth !== null && shape.depth > maxDepth)
      return refusal(`the query is ${shape.depth} fields deep, and ${maxDepth} are allowed`);
    if (maxCost !== null && shape.cost > maxCost)
      return refusal(`the query costs ${shape.cost}, and ${maxCost} are allowed`);
    if (isNew) documents.add(name as string, query as string); // its hash, so both are texts
    return null;
  };
}
