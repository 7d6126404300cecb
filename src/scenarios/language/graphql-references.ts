import { type GraphQLSchema, getNamedType, isObjectType } from 'graphql';
import { type Problems, parsed, queryOf, schemaOf } from '../../sim/graphql/reading.ts';
import type { ServerSettings } from '../../sim/graphql/server.ts';
import { part, placeInText } from './part.ts';
import type { Span } from './source.ts';
import type { Path } from './tree.ts';
import { type Flow, runningSteps, type WorldView } from './world-view.ts';

/** Reads the schema of a GraphQL server, and looks up the fields that it resolves. */
export function checkServer(view: WorldView, { schema: text, resolve }: ServerSettings, path: Path): void {
  const schema = schemaOf(text);
  const at = view.at([...path, 'schema']);
  if ('problems' in schema) {
    for (const { message, at: offset } of schema.problems)
      view.wrong('graphql-schema', placeInText(at, text, offset), `The schema cannot be read: ${message}`);
    return;
  }
  const fields = fieldsOf(schema);
  for (const [field, { call, value, with: given, take, cache }] of Object.entries(resolve)) {
    const here: Path = [...path, 'resolve', field];
    if (!fields.includes(field))
      view.missing('unknown-field', 'field of the schema called', field, view.keyAt(here), fields);
    if ((call === null) === (value === null))
      view.wrong(
        'resolver',
        view.keyAt(here),
        `\`${field}\` is resolved either by a \`call\` or by a \`value\`, and by one of them.`,
      );
    else if (value !== null && (given !== null || take !== null || cache !== null))
      view.wrong(
        'resolver',
        view.keyAt(here),
        `\`${field}\` is a \`value\`: \`with\`, \`take\` and \`cache\` belong to a \`call\`.`,
      );
  }
}

/** Every field of an object: `Product.price`. */
const fieldsOf = (schema: GraphQLSchema): string[] =>
  Object.values(schema.getTypeMap()).flatMap((type) =>
    isObjectType(type) && !type.name.startsWith('__')
      ? Object.keys(type.getFields()).map((field) => `${getNamedType(type).name}.${field}`)
      : [],
  );

/** Reads the queries that stand in a world: those that routes know by name, and those that clients send as they are. */
export function checkQueries(view: WorldView): void {
  for (const [owner, { part: of, service }] of view.owners)
    for (const [route, { graphql }] of Object.entries(service.routes)) {
      if (graphql?.automatic && graphql.persistedOnly)
        view.wrong(
          'persisted-only',
          view.keyAt([of, owner, 'routes', route, 'graphql', 'automatic']),
          '`automatic` answers whatever anybody registers, and `persistedOnly` only what is listed: it is one or the other.',
        );
      for (const [name, text] of Object.entries(graphql?.persisted ?? {})) {
        const at = view.at([of, owner, 'routes', route, 'graphql', 'persisted', name]);
        const servers = serversBehind(view, `${owner}.${route}`);
        tell(view, servers, text, (offset) => placeInText(at, text, offset));
      }
    }
  for (const flow of view.flows) if (flow.client) checkSent(view, flow);
}

function checkSent(view: WorldView, flow: Flow): void {
  const data = view.world.clients[flow.owner]?.data ?? {};
  const called = runningSteps(flow).map((name) => flow.steps[name]);
  const servers = called.flatMap((step) =>
    step?.verb === 'call' && step.fields['with'] === null
      ? serversBehind(view, String(step.fields['call']))
      : [],
  );
  for (const server of servers) {
    const field = /^request\.(\w+)$/.exec(server.graphql)?.[1] ?? '';
    const source = Object.hasOwn(data, field) ? (data[field] ?? '') : '';
    const text = /^'([^'\\]*)'$/.exec(source)?.[1];
    if (text === undefined) continue; // worked out, and not known before
    const at = view.at(['clients', flow.owner, 'data', field]);
    tell(view, [server], text, (offset) => (offset === null ? at : part(at, source, offset + 1, offset + 2)));
    return;
  }
}

/** The GraphQL servers that answer at an address. */
function serversBehind(view: WorldView, address: string): ServerSettings[] {
  const operation = view.operationAt(address);
  const flow = view.flows.find((each) => each.address === operation);
  return Object.values(flow?.steps ?? {}).flatMap(
    ({ verb, fields }) => (verb === 'graphql' ? [fields as unknown as ServerSettings] : []), // as the verb's own fields say
  );
}

/** Tells what is wrong with a query; without a server that answers it, with its syntax. */
function tell(
  view: WorldView,
  [server]: readonly ServerSettings[],
  text: string,
  place: (offset: number | null) => Span,
): void {
  const schema = server && schemaOf(server.schema);
  if (schema && 'problems' in schema) return; // said already
  const read: object | Problems = schema ? queryOf(schema, text) : parsed(text);
  if (!('problems' in read)) return;
  for (const { message, at } of read.problems)
    view.wrong('graphql-query', place(at), `The query cannot be answered: ${message}`);
}
