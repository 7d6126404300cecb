import { parseMatch, shapeOf } from '../../sim/gateway/match.ts';
import { objectStep } from '../../sim/security/object-check.ts';
import type { RateLimit } from '../../sim/world/schema/gateway.ts';
import type { Path } from './tree.ts';
import type { Owner, WorldView } from './world-view.ts';

/** Looks up what routes, limits and rights name: paths, clients, issuers, operations. */
export function checkGateways(view: WorldView): void {
  checkIssuers(view);
  for (const [name, owner] of view.owners) {
    checkMatches(view, name, owner);
    checkLimits(view, name, owner);
    checkAuth(view, name, owner);
  }
  checkCredentials(view);
}

/** Two routes that a router cannot tell apart, and paths that it cannot read. */
function checkMatches(view: WorldView, name: string, { part, service }: Owner): void {
  const taken = new Map<string, string>();
  for (const [route, { match }] of Object.entries(service.routes)) {
    if (match === null) continue;
    const at = view.at([part, name, 'routes', route, 'match']);
    const parsed = parseMatch(match);
    if (!parsed) {
      view.wrong(
        'match',
        at,
        `\`${match}\` is not a method and a path such as GET /products/{sku}.`,
        'write the method in capitals, a space, and a path; what may be anything stands in braces',
      );
      continue;
    }
    const shape = shapeOf(parsed);
    const other = taken.get(shape);
    if (other !== undefined)
      view.wrong(
        'ambiguous-route',
        at,
        `The routes \`${other}\` and \`${route}\` take the same requests, ${shape}.`,
        'give one of them another method or path',
      );
    taken.set(shape, route);
  }
}

function checkLimits(view: WorldView, name: string, { part, service }: Owner): void {
  checkRate(view, service.rateLimit, [part, name, 'rateLimit']);
  const consumers = consumersOf(view);
  for (const [route, { rateLimit, quota, signature }] of Object.entries(service.routes)) {
    const path: Path = [part, name, 'routes', route];
    for (const [at, signer] of signature?.from.entries() ?? [])
      if (!consumers.includes(signer))
        view.missing(
          'unknown-client',
          'service or client',
          signer,
          view.at([...path, 'signature', 'from', at]),
          consumers,
          ' that could sign',
        );
    checkRate(view, rateLimit, [...path, 'rateLimit']);
    for (const client of Object.keys(quota?.clients ?? {}))
      if (!consumers.includes(client))
        view.missing(
          'unknown-client',
          'client or API key',
          client,
          view.keyAt([...path, 'quota', 'clients', client]),
          consumers,
        );
  }
}

function checkRate(view: WorldView, limit: RateLimit | null, path: Path): void {
  if (!limit) return;
  const named = Object.keys(limit.clients);
  if (limit.rate === null && named.length === 0)
    view.wrong(
      'rate-limit',
      view.keyAt(path),
      'This limit limits nobody.',
      'give it a `rate`, or limits for single `clients`',
    );
  const consumers = consumersOf(view);
  for (const client of named)
    if (!consumers.includes(client))
      view.missing(
        'unknown-client',
        'client or API key',
        client,
        view.keyAt([...path, 'clients', client]),
        consumers,
      );
}

/** Whose requests a limit may count: clients, services that call, and owners of API keys. */
function consumersOf(view: WorldView): string[] {
  const keys = [...view.owners.values()].flatMap(({ service }) => service.auth?.apiKeys ?? []);
  return [...new Set([...Object.keys(view.world.clients), ...view.owners.keys(), ...keys])];
}

function checkIssuers(view: WorldView): void {
  const issuers = [...view.owners].filter(([, { service }]) => service.issuer);
  const [first, second] = issuers;
  if (first && second)
    view.wrong(
      'two-issuers',
      view.keyAt([second[1].part, second[0], 'issuer']),
      `\`${first[0]}\` and \`${second[0]}\` both issue tokens; a world has one authorization server.`,
    );
}

function checkAuth(view: WorldView, name: string, { part, service }: Owner): void {
  const { auth, operations, routes } = service;
  if (!auth) return;
  const path: Path = [part, name, 'auth'];
  if (auth.jwt) {
    const issuers = [...view.owners].flatMap(
      ([
        other,
        {
          service: { issuer },
        },
      ]) => (issuer ? [other] : []),
    );
    const { issuer } = auth.jwt;
    if (issuers.length > 0 && !issuers.includes(issuer))
      view.missing('unknown-issuer', 'issuer', issuer, view.at([...path, 'jwt', 'issuer']), issuers);
    if (issuers.length === 0 && issuer !== 'issuer')
      view.wrong(
        'unknown-issuer',
        view.at([...path, 'jwt', 'issuer']),
        `Nobody in this world issues tokens under the name \`${issuer}\`.`,
        `make it one that does, as in externals: { ${issuer}: { issuer: {} } }, or write \`issuer: issuer\` for one outside of it that costs nothing`,
      );
  }
  const entries = [...Object.keys(operations), ...Object.keys(routes)];
  for (const entry of Object.keys(auth.scopes))
    if (!entries.includes(entry))
      view.missing(
        'unknown-operation',
        `operation of \`${name}\` called`,
        entry,
        view.keyAt([...path, 'scopes', entry]),
        entries,
      );
  for (const operation of Object.keys(auth.object)) {
    const at = view.keyAt([...path, 'object', operation]);
    const known = operations[operation];
    if (!known)
      view.missing(
        'unknown-operation',
        `operation of \`${name}\` called`,
        operation,
        at,
        Object.keys(operations),
      );
    else if (!objectStep(known.steps))
      view.wrong(
        'no-object',
        at,
        `\`${name}.${operation}\` takes no row of a table of its own, so there is no object to ask about.`,
      );
  }
}

function checkCredentials(view: WorldView): void {
  const names = [...view.owners.keys(), ...Object.keys(view.world.clients)];
  for (const [name, { as, token, calls, sniffs }] of Object.entries(view.world.clients)) {
    const path: Path = ['clients', name];
    if (as !== null && !names.includes(as))
      view.missing('unknown-service', 'service', as, view.at([...path, 'as']), names);
    for (const end of sniffs?.split(' -> ') ?? [])
      if (end !== '*' && !names.includes(end))
        view.missing('unknown-place', 'place', end, view.at([...path, 'sniffs']), names);
    const from = token?.stolenFrom ?? null;
    if (from !== null && !view.owners.has(from))
      view.missing(
        'unknown-service',
        'service',
        from,
        view.at([...path, 'token', 'stolenFrom']),
        view.owners.keys(),
      );
    for (const [callee, settings] of Object.entries(calls))
      if (settings.token !== 'none' && settings.token !== 'forward')
        view.wrong(
          'client-token',
          view.at([...path, 'calls', callee, 'token']),
          `\`${name}\` is a client: it brings its own token, and asks for none between two calls.`,
          'write what it brings under `token` of the client',
        );
  }
}
