import { parseAllDocuments } from 'yaml';
import { UsageError } from '../problems.ts';

type Tree = { [key: string]: unknown };

/** Settings for `mesh:`, and what of the resources they leave out. */
export interface Imported {
  readonly mesh: Readonly<Record<string, Tree>>;
  /** One sentence for each field that is not modelled: its resource and its path. */
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

/** Reads Istio's VirtualServices and DestinationRules, one or more documents, and writes them as settings of a mesh. */
export function importIstio(text: string): Imported {
  const documents = parseAllDocuments(text);
  if ('empty' in documents) throw new UsageError('There is no resource in this text.');
  const mesh: Record<string, Tree> = {};
  const warnings: string[] = [];
  const resources: Tree[] = [];
  for (const document of documents) {
    const [error] = document.errors;
    if (error) throw new UsageError(`This is no YAML: ${error.message}`);
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
  for (const { kind } of resources)
    if (!READERS.some(([known]) => known === kind)) warnings.push(`${String(kind)}: the whole resource`);
  return { mesh, warnings };
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
  const host = shortName(take(spec, 'host'));
  const subsets = isTree(spec) && Array.isArray(spec['subsets']) ? (spec['subsets'] as unknown[]) : [];
  for (const subset of subsets) {
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
  const ring = take(balancer, 'consistentHash', 'ringHash', 'minimumRingSize');
  const maglev = take(balancer, 'consistentHash', 'maglev', 'tableSize');
  const warmup = take(balancer, 'warmupDurationSecs') ?? take(balancer, 'warmup', 'duration');
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
    warmup: warmup === undefined ? undefined : { duration: warmup },
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
  const hosts = take(spec, 'hosts');
  const host = shortName(Array.isArray(hosts) ? hosts[0] : undefined);
  const routes = isTree(spec) && Array.isArray(spec['http']) ? (spec['http'] as unknown[]) : [];
  const settings: Tree = {};
  const match: Tree = {};
  for (const [at, http] of routes.entries()) {
    const name = String(take(http, 'name') ?? `rule-${at + 1}`);
    const weights = weightsOf(http, host, versions);
    if (isTree(http) && Array.isArray(http['match'])) {
      const headers = headersOf(http['match'][0]);
      const [to] = Object.keys(weights ?? {});
      if (headers && to !== undefined) match[name] = { headers, to };
      continue;
    }
    Object.assign(
      settings,
      present({
        route: weights,
        timeout: take(http, 'timeout'),
        retries: retriesOf(http),
        fault: faultOf(http),
        mirror: mirrorOf(http, host, versions),
      }),
    );
  }
  const all = present({ ...settings, match: Object.keys(match).length > 0 ? match : undefined });
  return all ? { [host]: all } : {};
}

/** Versions by their weights; undefined where a route names none. */
function weightsOf(http: unknown, host: string, versions: ReadonlyMap<string, string>): Tree | undefined {
  const routes = isTree(http) && Array.isArray(http['route']) ? (http['route'] as unknown[]) : [];
  const weights: Tree = {};
  for (const route of routes) {
    const destination = isTree(route) ? route['destination'] : undefined;
    if (isTree(destination) && shortName(destination['host']) === host) take(destination, 'host');
    const subset = take(destination, 'subset');
    const weight = take(route, 'weight') ?? 100;
    if (subset !== undefined) weights[versions.get(`${host}/${String(subset)}`) ?? String(subset)] = weight;
  }
  return Object.keys(weights).length > 0 ? weights : undefined;
}

/** Headers that must fit exactly or by their beginning; undefined where there is none of that kind. */
function headersOf(match: unknown): Tree | undefined {
  const headers = isTree(match) && isTree(match['headers']) ? match['headers'] : {};
  const fits: Tree = {};
  for (const name of Object.keys(headers)) {
    const exact = take(headers, name, 'exact');
    const prefix = exact === undefined ? take(headers, name, 'prefix') : undefined;
    if (exact !== undefined) fits[name] = { exact: String(exact) };
    else if (prefix !== undefined) fits[name] = { prefix: String(prefix) };
  }
  return Object.keys(fits).length > 0 ? fits : undefined;
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
  const share = (kind: string) =>
    take(http, 'fault', kind, 'percentage', 'value') ?? take(http, 'fault', kind, 'percent');
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
