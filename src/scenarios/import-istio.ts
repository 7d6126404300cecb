import { parseAllDocuments, type YAMLParseError } from 'yaml';
import { ProblemsError, UsageError } from '../problems.ts';
import { ID } from '../sim/world/quantities.ts';
import { meshDestination } from '../sim/world/schema/mesh.ts';

type Tree = { [key: string]: unknown };

/** Settings for `mesh:`, and what of the resources they leave out. */
export interface Imported {
  readonly mesh: Readonly<Record<string, Tree>>;
  /** One line for each field that is not modelled, or has a value that no world takes: its resource and its path. */
  readonly warnings: readonly string[];
}

const isTree = (value: unknown): value is Tree =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Takes a field out of a resource: what is left in the end was not understood. */
function take(from: unknown, ...path: readonly string[]): unknown {
  const [key = '', ...rest] = path;
  if (!isTree(from)) return undefined;
  if (rest.length > 0) return take(from[key], ...rest);
  const value = from[key];
  delete from[key];
  return value;
}

/** Without the keys that have no value; undefined if none has. */
function present(tree: Tree): Tree | undefined {
  const entries = Object.entries(tree).filter(([, value]) => value !== undefined && value !== null);
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

/** `reviews` of `reviews.shop.svc.cluster.local`. */
const shortName = (host: unknown): string => String(host ?? '').split('.')[0] as string;

/** What a field holds as a list; empty where it holds none. */
const listIn = (from: unknown, key: string): unknown[] =>
  isTree(from) && Array.isArray(from[key]) ? from[key] : [];

/**
 * Reads Istio's VirtualServices and DestinationRules, one or more documents, and writes them as settings of a mesh.
 *
 * Throws a `ProblemsError` where the text is no YAML, and a `UsageError` where no resource is in it.
 */
export function importIstio(text: string, file = ''): Imported {
  const documents = parseAllDocuments(text);
  if ('empty' in documents) throw new UsageError('There is no resource in this text.');
  const mesh: Record<string, Tree> = {};
  const warnings: string[] = [];
  const resources: Tree[] = [];
  for (const document of documents) {
    const [error] = document.errors;
    if (error) throw noYaml(error, text, file);
    const resource: unknown = document.toJS({ maxAliasCount: 100 });
    if (isTree(resource))
      resources.push(...(Array.isArray(resource['items']) ? resource['items'].filter(isTree) : [resource]));
  }
  const versions = new Map<string, string>();
  for (const [kind, read] of READERS) {
    for (const resource of resources.filter((one) => one['kind'] === kind)) {
      for (const [host, settings] of Object.entries(read(resource['spec'], versions)))
        mesh[host] = { ...mesh[host], ...settings };
      const name = `${kind} ${String(take(resource, 'metadata', 'name') ?? '')}`.trim();
      warnings.push(...leftIn(resource['spec'], 'spec').map((path) => `${name}: ${path}`));
    }
  }
  if (resources.length === 0) throw new UsageError('There is no resource in this text.');
  for (const { kind = 'a document without a kind' } of resources)
    if (!READERS.some(([known]) => known === kind)) warnings.push(`${String(kind)}: the whole resource`);
  for (const [host, settings] of Object.entries(mesh)) warnings.push(...withoutWrong(host, settings));
  return { mesh, warnings };
}

function noYaml({ message, linePos }: YAMLParseError, text: string, file: string): ProblemsError {
  const [{ line, col: column } = { line: 1, col: 1 }] = linePos ?? [];
  const excerpt = text.split('\n')[line - 1] ?? '';
  const [what = message] = message.split(/ at line \d/);
  return new ProblemsError([
    { code: 'import/yaml', file, line, column, length: 1, message: `this is no YAML: ${what}`, excerpt },
  ]);
}

/** Takes out of settings what no world would take, such as a condition of retries that is not modelled, and names it. */
function withoutWrong(host: string, settings: Tree): string[] {
  const issues = meshDestination.safeParse(settings).error?.issues ?? [];
  // From behind, since what stands behind an item of a list moves up when it is taken out.
  return issues.toReversed().map(({ path, message }) => {
    const key = path.at(-1) as string | number;
    const around = path.slice(0, -1).reduce<unknown>((at, step) => (at as Tree)[step as string], settings);
    if (Array.isArray(around)) around.splice(Number(key), 1);
    else delete (around as Tree)[key];
    return `${host}: ${path.join('.')}: ${message}`;
  });
}

/** What each kind of resource becomes, by host; subsets come first, since routes name them. */
const READERS: readonly (readonly [
  kind: string,
  read: (spec: unknown, versions: Map<string, string>) => Record<string, Tree>,
])[] = [
  ['DestinationRule', destinationRule],
  ['VirtualService', virtualService],
];

/** Paths of everything that was not taken. */
function leftIn(value: unknown, path: string): string[] {
  if (Array.isArray(value)) return value.flatMap((item, at) => leftIn(item, `${path}[${at}]`));
  if (isTree(value)) return Object.entries(value).flatMap(([key, inner]) => leftIn(inner, `${path}.${key}`));
  return value === undefined ? [] : [path];
}

function destinationRule(spec: unknown, versions: Map<string, string>): Record<string, Tree> {
  const host = isTree(spec) ? shortName(spec['host']) : '';
  if (!ID.test(host)) return {}; // such as `*.local`, which stands for many: all of it is named
  take(spec, 'host');
  for (const subset of listIn(spec, 'subsets')) {
    const name = String(take(subset, 'name') ?? '');
    versions.set(`${host}/${name}`, String(take(subset, 'labels', 'version') ?? name));
  }
  const policy = isTree(spec) ? spec['trafficPolicy'] : undefined;
  const settings = present({
    connectionPool: poolOf(policy),
    loadBalancer: balancerOf(policy),
    outlierDetection: outliersOf(policy),
  });
  return settings ? { [host]: settings } : {};
}

function poolOf(policy: unknown): Tree | undefined {
  const tcp = (key: string) => take(policy, 'connectionPool', 'tcp', key);
  const http = (key: string) => take(policy, 'connectionPool', 'http', key);
  return present({
    maxConnections: tcp('maxConnections'),
    connectTimeout: tcp('connectTimeout'),
    maxConnectionDuration: tcp('maxConnectionDuration'),
    http1MaxPendingRequests: http('http1MaxPendingRequests'),
    http2MaxRequests: http('http2MaxRequests'),
    maxRequestsPerConnection: http('maxRequestsPerConnection'),
    maxRetries: http('maxRetries'),
    idleTimeout: http('idleTimeout'),
    h2UpgradePolicy: known(take(policy, 'connectionPool', 'http', 'h2UpgradePolicy'), [
      'UPGRADE',
      'DO_NOT_UPGRADE',
    ]),
  });
}

const known = (value: unknown, values: readonly string[]): unknown =>
  values.includes(String(value)) ? value : undefined;

/** Old and new names of the algorithms that are modelled. */
const ALGORITHMS: Readonly<Record<string, string>> = {
  ROUND_ROBIN: 'ROUND_ROBIN',
  LEAST_REQUEST: 'LEAST_REQUEST',
  LEAST_CONN: 'LEAST_REQUEST',
  RANDOM: 'RANDOM',
};

function balancerOf(policy: unknown): Tree | undefined {
  const balancer = isTree(policy) ? policy['loadBalancer'] : undefined;
  const wanted = isTree(balancer) ? String(balancer['simple']) : '';
  const simple = Object.hasOwn(ALGORITHMS, wanted) ? ALGORITHMS[wanted] : undefined;
  if (simple !== undefined) take(balancer, 'simple');
  const field = take(balancer, 'consistentHash', 'httpHeaderName');
  const hashing = (...path: string[]) =>
    field === undefined ? undefined : take(balancer, 'consistentHash', ...path);
  const ring = hashing('ringHash', 'minimumRingSize');
  const maglev = hashing('maglev', 'tableSize');
  const warmup = present({
    duration: take(balancer, 'warmupDurationSecs') ?? take(balancer, 'warmup', 'duration'),
    minimumPercent: take(balancer, 'warmup', 'minimumPercent'),
  });
  const enabled = take(balancer, 'localityLbSetting', 'enabled');
  return present({
    simple,
    consistentHash:
      field === undefined
        ? undefined
        : present({
            httpHeaderName: field,
            ringHash: ring === undefined ? undefined : { minimumRingSize: ring },
            maglev: maglev === undefined ? undefined : { tableSize: maglev },
          }),
    warmup,
    localityLbSetting: enabled === undefined ? undefined : { enabled },
  });
}

const OUTLIERS = [
  'consecutive5xxErrors',
  'splitExternalLocalOriginErrors',
  'consecutiveLocalOriginFailures',
  'interval',
  'baseEjectionTime',
  'maxEjectionPercent',
  'minHealthPercent',
] as const;

function outliersOf(policy: unknown): Tree | undefined {
  if (!isTree(policy) || !isTree(policy['outlierDetection'])) return undefined;
  const field = (key: string): [string, unknown] => [key, take(policy, 'outlierDetection', key)];
  const gateway = take(policy, 'outlierDetection', 'consecutiveGatewayErrors');
  return present({ ...Object.fromEntries(OUTLIERS.map(field)), consecutiveGatewayErrors: gateway }) ?? {};
}

function virtualService(spec: unknown, versions: ReadonlyMap<string, string>): Record<string, Tree> {
  const hosts = listIn(spec, 'hosts');
  const host = shortName(hosts[0]);
  if (!ID.test(host)) return {}; // such as `*`, a gateway's: all of it is named
  for (const [at, one] of hosts.entries()) if (shortName(one) === host) hosts[at] = undefined;
  let settings: Tree = {};
  const match: Tree = {};
  for (const [at, http] of listIn(spec, 'http').entries()) {
    const destinations = destinationsOf(http, host, versions);
    if (isTree(http) && Array.isArray(http['match'])) {
      addRules(match, http, `rule-${at + 1}`, destinations);
      continue;
    }
    if (destinations) takeRoutes(http);
    settings = {
      route: destinations && present(destinations),
      timeout: take(http, 'timeout'),
      retries: retriesOf(http),
      fault: faultOf(http),
      mirror: mirrorOf(http, host, versions),
    };
    break; // the first that fits counts, and this one fits everything
  }
  const all = present({ ...settings, match: present(match) });
  return all ? { [host]: all } : {};
}

/** Versions by their weights, none where a route leads to the host as it is; undefined where it leads elsewhere, too. */
function destinationsOf(
  http: unknown,
  host: string,
  versions: ReadonlyMap<string, string>,
): Tree | undefined {
  const routes = listIn(http, 'route');
  const weights: Record<string, number> = {};
  for (const route of routes) {
    const { destination, weight } = isTree(route) ? route : {};
    if (!isTree(destination) || shortName(destination['host']) !== host) return undefined;
    const { subset } = destination;
    if (subset === undefined) return routes.length === 1 ? {} : undefined;
    const version = versions.get(`${host}/${String(subset)}`) ?? String(subset);
    weights[version] = (weights[version] ?? 0) + Number(weight ?? (routes.length === 1 ? 100 : 0));
  }
  return weights;
}

/** Takes a route's name and its destinations, which were understood. */
function takeRoutes(http: unknown): void {
  take(http, 'name');
  for (const route of listIn(http, 'route')) {
    for (const key of ['host', 'subset']) take(route, 'destination', key);
    take(route, 'weight');
  }
}

/** Adds rules that send requests with certain headers to one version; none for what is matched in another way. */
function addRules(match: Tree, http: Tree, usual: string, destinations: Tree | undefined): void {
  const [to, ...others] = Object.keys(destinations ?? {});
  if (to === undefined || others.length > 0) return;
  const wanted = ID.test(String(http['name'] ?? '')) ? String(http['name']) : usual;
  const before = Object.keys(match).length;
  for (const one of http['match'] as unknown[]) {
    const headers = isTree(one) && headersOf(one);
    if (!headers) continue;
    take(one, 'headers');
    let name = wanted;
    for (let n = 2; Object.hasOwn(match, name); n++) name = `${wanted}-${n}`;
    match[name] = { headers, to };
  }
  if (Object.keys(match).length > before) takeRoutes(http);
}

/** Headers that must fit exactly or by their beginning; undefined where anything else must fit as well. */
function headersOf({ headers, ...others }: Tree): Tree | undefined {
  if (!isTree(headers) || Object.keys(others).length > 0) return undefined;
  const fits: Tree = {};
  for (const [name, how] of Object.entries(headers)) {
    const [kind = '', ...more] = isTree(how) ? Object.keys(how) : [];
    if (!isTree(how) || !['exact', 'prefix'].includes(kind) || more.length > 0) return undefined;
    fits[name] = { [kind]: String(how[kind]) };
  }
  return present(fits);
}

function retriesOf(http: unknown): Tree | undefined {
  const field = (key: string) => take(http, 'retries', key);
  const conditions = field('retryOn');
  return present({
    attempts: field('attempts'),
    perTryTimeout: field('perTryTimeout'),
    retryOn:
      conditions === undefined
        ? undefined
        : String(conditions)
            .split(',')
            .map((one) => one.trim()),
    backoff: field('backoff'),
    retryIgnorePreviousHosts: field('retryIgnorePreviousHosts'),
  });
}

function faultOf(http: unknown): Tree | undefined {
  // Where Istio is told no share, it does nothing to any request.
  const share = (kind: string) =>
    take(http, 'fault', kind, 'percentage', 'value') ?? take(http, 'fault', kind, 'percent') ?? 0;
  const fixedDelay = take(http, 'fault', 'delay', 'fixedDelay');
  const httpStatus = take(http, 'fault', 'abort', 'httpStatus');
  return present({
    delay: fixedDelay === undefined ? undefined : present({ fixedDelay, percentage: share('delay') }),
    abort: httpStatus === undefined ? undefined : present({ httpStatus, percentage: share('abort') }),
  });
}

function mirrorOf(http: unknown, host: string, versions: ReadonlyMap<string, string>): Tree | undefined {
  const mirror = isTree(http) ? http['mirror'] : undefined;
  if (!isTree(mirror) || shortName(mirror['host']) !== host) return undefined;
  const subset = take(mirror, 'subset');
  if (subset === undefined) return undefined;
  take(mirror, 'host');
  const percentage = take(http, 'mirrorPercentage', 'value');
  return present({ to: versions.get(`${host}/${String(subset)}`) ?? String(subset), percentage });
}
