import { ExpressionProblem } from '../../sim/expression/expression.ts';
import { flowFunctions, truth } from '../../sim/flow/functions.ts';
import { SLOT } from '../../sim/flow/slots.ts';
import type { ServerSettings } from '../../sim/graphql/server.ts';
import { parseDuration } from '../../sim/world/quantities.ts';
import type { Step } from '../../sim/world/schema/operation.ts';
import { compiled, ELSEWHERE, type Functions, type Scope } from './compiled.ts';
import { LIMITS } from './limits.ts';
import { part } from './part.ts';
import { requestFields } from './request-fields.ts';
import type { Span } from './source.ts';
import type { Path } from './tree.ts';
import type { Flow, WorldView } from './world-view.ts';

const FLOW: Functions = flowFunctions as Functions;
const NONE: Functions = new Map();
/** Fields of facts may look where services may not. */
const FACT: Functions = new Map([...flowFunctions, ['truth', truth]]) as Functions;

/** Compiles every expression of a world, as the simulator will, and tells of those that cannot run. */
export function checkExpressions(view: WorldView): void {
  const known = requestFields(view);
  for (const flow of view.flows) {
    for (const [name, step] of Object.entries(flow.steps))
      checkStep(view, flow, name, step, known.get(flow.address));
    if (!flow.client) checkDedupe(view, flow, known.get(flow.address));
  }
  checkData(view);
  checkKeys(view);
  checkSecurity(view);
}

/** Tells if a source does not compile. */
function check(view: WorldView, source: string, path: Path, scope: Scope): void {
  const at = view.at(path);
  if (source.length > LIMITS.expression) {
    view.problems.add({
      code: 'limit/expression',
      at,
      message: `The expression has ${source.length} characters; the limit is ${LIMITS.expression}.`,
    });
    return;
  }
  const result = compiled(source, scope);
  if (!(result instanceof ExpressionProblem)) {
    for (const { name, args, start, end } of result.calls)
      checkCall(view, name, args, part(at, source, start, end));
    return;
  }
  const { start, end, message } = result;
  view.problems.add({
    code: 'world/expression',
    at: part(at, source, start, end),
    message: `${message}${/[.?!)]$/.test(message) ? '' : '.'}`,
  });
}

/** Functions whose argument names something. */
function checkCall(view: WorldView, name: string, args: readonly unknown[], at: Span): void {
  const [first] = args;
  const { entities } = view.world;
  if ((name === 'pick' || name === 'zipf') && typeof first === 'string') {
    const entity = Object.hasOwn(entities, first) ? entities[first] : undefined;
    const counted = Object.keys(entities).filter((key) => entities[key]?.count !== null);
    if (!entity) view.missing('unknown-entity', 'entity', first, at, counted);
    else if (entity.count === null)
      view.wrong(
        'uncounted-entity',
        at,
        `\`${name}\` draws one of a known number, and \`${first}\` has no count.`,
        `give it one: entities: { ${first}: { count: 500 } }`,
      );
  }
  if (name === 'range' && typeof first === 'number' && first > LIMITS.forEach)
    view.problems.add({
      code: 'limit/for-each',
      at,
      message: `\`range(${first})\` has more than ${LIMITS.forEach} elements, which is the limit.`,
    });
  if (name === 'truth' && typeof first === 'string') {
    const [, owner = '', table = ''] = /^([^.]+)\.db\/(.+)$/.exec(first) ?? [];
    const tables = [...view.owners].flatMap(([key, { service }]) =>
      Object.keys(service.db?.tables ?? {}).map((inner) => `${key}.db/${inner}`),
    );
    if (!tables.includes(`${owner}.db/${table}`)) view.missing('unknown-table', 'table', first, at, tables);
  }
}

/** Fields of steps whose expressions see no row. */
const PLAIN_FIELDS = [
  'with',
  'key',
  'body',
  'headers',
  'reply',
  'send',
  'atLeast',
  'after',
  'offset',
  'graphql',
  'variables',
];

/** A map of expressions, or one for the whole. */
type Given = string | Readonly<Record<string, string>> | null | undefined;

function checkGiven(view: WorldView, given: Given, path: Path, scope: Scope): void {
  if (given === null || given === undefined) return;
  if (typeof given === 'string') {
    check(view, given, path, scope);
    return;
  }
  for (const [field, source] of Object.entries(given)) check(view, source, [...path, field], scope);
}

function checkStep(
  view: WorldView,
  flow: Flow,
  name: string,
  { verb, fields, modifiers }: Step,
  request: readonly string[] | undefined,
): void {
  const path = [...flow.path, 'steps', name];
  const loop = modifiers.forEach !== null ? ['each'] : [];
  const base = [...Object.keys(flow.steps), ...Object.keys(SLOT).filter((slot) => !ELSEWHERE.has(slot))];
  const plainScope: Scope = { names: [...base, ...loop], functions: FLOW, request };
  const outer: Scope = { ...plainScope, names: base };
  const rowScope: Scope = { ...plainScope, names: [...plainScope.names, 'row'] };

  checkGiven(view, modifiers.forEach, [...path, 'forEach'], outer);
  // A condition may be asked before the loop or for each of its elements.
  checkGiven(view, modifiers.when, [...path, 'when'], plainScope);
  checkGiven(view, modifiers.of, [...path, 'of'], plainScope);
  checkGiven(view, modifiers.cache?.key, [...path, 'cache', 'key'], plainScope);
  checkGiven(view, modifiers.undo?.with, [...path, 'undo', 'with'], plainScope);
  const facts = (verb === 'fact' ? fields.fact : modifiers.fact) as Readonly<
    Record<string, Readonly<Record<string, string>>>
  > | null;
  for (const [fact, own] of Object.entries(facts ?? {}))
    checkGiven(view, own, [...path, 'fact', fact], { ...rowScope, functions: FACT });

  const rows = ['insert', 'update', 'upsert', 'delete', 'query'].includes(verb) ? rowScope : plainScope;
  if (verb === 'graphql') {
    const inField: Scope = { ...plainScope, names: [...plainScope.names, 'parent', 'args'] };
    for (const [place, { with: given, value, cache }] of Object.entries(
      (fields as unknown as ServerSettings).resolve,
    )) {
      checkGiven(view, given, [...path, 'resolve', place, 'with'], inField);
      checkGiven(view, value, [...path, 'resolve', place, 'value'], inField);
      checkGiven(view, cache?.key, [...path, 'resolve', place, 'cache', 'key'], inField);
    }
  }
  if (verb === 'query' && typeof fields.limit === 'string')
    checkGiven(view, fields.limit, [...path, 'limit'], plainScope);
  for (const field of PLAIN_FIELDS) checkGiven(view, fields[field] as Given, [...path, field], plainScope);
  for (const field of ['if', 'where', 'set'])
    checkGiven(view, fields[field] as Given, [...path, field], rows);
  const poll = fields.poll as { readonly until: string } | null | undefined;
  checkGiven(view, poll?.until, [...path, 'poll', 'until'], plainScope);
  if (verb === 'wait' && !isTime(String(fields.wait)))
    checkGiven(view, String(fields.wait), [...path, 'wait'], plainScope);
}

/** A time or a distribution is no expression. */
const isTime = (text: string) =>
  parseDuration(text) !== undefined ||
  /^(uniform|exponential|lognormal|normal|pareto|weibull|empirical)\(/.test(text);

function checkDedupe(view: WorldView, flow: Flow, request: readonly string[] | undefined): void {
  const operation = view.owners.get(flow.owner)?.service.operations[flow.address.split('.')[1] as string];
  if (operation?.dedupe)
    check(view, operation.dedupe.key, [...flow.path, 'dedupe', 'key'], {
      names: ['request', 'message', 'attempt', 'now'],
      functions: FLOW,
      request,
    });
}

/** What clients bring, attributes of entities, and the columns that tables start with. */
function checkData(view: WorldView): void {
  for (const [name, { data }] of Object.entries(view.world.entities))
    checkGiven(view, data, ['entities', name, 'data'], { names: ['index'], functions: NONE });
  for (const [name, { data }] of Object.entries(view.world.clients))
    checkGiven(view, data, ['clients', name, 'data'], { names: ['index', 'now'], functions: FLOW });
  for (const [name, { part, service }] of view.owners) {
    for (const [table, { columns, rows }] of Object.entries(service.db?.tables ?? {})) {
      checkGiven(view, columns, [part, name, 'db', 'tables', table, 'columns'], {
        names: ['index', ...(rows === null ? [] : [rows])],
        functions: NONE,
      });
    }
  }
}

/** Whom tokens speak for, what a cache goes by, and who may touch which object. */
function checkSecurity(view: WorldView): void {
  for (const [name, { token }] of Object.entries(view.world.clients))
    checkGiven(view, token?.sub, ['clients', name, 'token', 'sub'], {
      names: ['request', 'index', 'now'],
      functions: FLOW,
    });
  for (const [name, { part, service }] of view.owners) {
    checkGiven(view, service.auth?.object, [part, name, 'auth', 'object'], {
      names: ['request', 'token', 'row'],
      functions: NONE,
    });
    for (const [route, { cache, rewrite }] of Object.entries(service.routes)) {
      checkGiven(view, rewrite, [part, name, 'routes', route, 'rewrite'], {
        names: ['request'],
        functions: FLOW,
      });
      checkGiven(view, cache?.key, [part, name, 'routes', route, 'cache', 'key'], {
        names: ['request'],
        functions: FLOW,
      });
    }
  }
}

/** Keys of calls: they belong to all flows of their service, so they may name no step. */
function checkKeys(view: WorldView): void {
  const scope: Scope = { names: ['request', 'message', 'attempt', 'now', 'index'], functions: FLOW };
  const owners = [
    ...[...view.owners].map(([name, { part, service }]) => ({ path: [part, name], calls: service.calls })),
    ...Object.entries(view.world.clients).map(([name, { calls }]) => ({ path: ['clients', name], calls })),
  ];
  for (const { path, calls } of owners)
    for (const [callee, { idempotencyKey }] of Object.entries(calls))
      checkGiven(view, idempotencyKey, [...path, 'calls', callee, 'idempotencyKey'], scope);
  for (const [name, { part, service }] of view.owners)
    for (const [consumer, { accept, aggregate, resequence, conflate }] of Object.entries(service.consumers)) {
      const here = [part, name, 'consumers', consumer];
      checkGiven(view, accept, [...here, 'accept'], scope);
      checkGiven(view, aggregate?.correlation, [...here, 'aggregate', 'correlation'], scope);
      if (typeof aggregate?.completionSize === 'string')
        checkGiven(view, aggregate.completionSize, [...here, 'aggregate', 'completionSize'], scope);
      checkGiven(view, resequence?.sequence, [...here, 'resequence', 'sequence'], scope);
      checkGiven(view, conflate, [...here, 'conflate'], scope);
      checkGiven(view, resequence?.by, [...here, 'resequence', 'by'], scope);
    }
}
