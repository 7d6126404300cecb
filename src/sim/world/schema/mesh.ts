import { z } from 'zod';
import { distribution, duration, share } from '../quantities.ts';
import { count, declareForms, expression, id } from './common.ts';

/** A whole number of percent, as Istio writes it. */
const percent = z.number().min(0).max(100);

/**
 * Envoy's outlier detection: hosts that fail are left out for a while.
 *
 * Absent settings are the profile's: Istio leaves success rates to others, Envoy looks at them (docs/fidelity.md).
 */
const outlierDetection = z.strictObject({
  /** Errors in a row that eject a host; 0 looks away. A timeout counts as 504, a refused connection as 503. */
  consecutive5xxErrors: count.default(5),
  /** The same for 502, 503 and 504 alone; 0 looks away. */
  consecutiveGatewayErrors: count.default(0),
  /** Tell a host's answers from the caller's own trouble (timeouts, resets), and count that by the next setting. */
  splitExternalLocalOriginErrors: z.boolean().default(false),
  consecutiveLocalOriginFailures: count.default(5),
  /** Time between two sweeps: only a sweep takes a host back or compares success rates. */
  interval: duration.default(10_000_000),
  /** Times how often in a row the host was ejected. */
  baseEjectionTime: duration.default(30_000_000),
  maxEjectionTime: duration.default(300_000_000),
  /** Hosts that may be out at once. Of 9 hosts, 10 % is none. */
  maxEjectionPercent: percent.default(10),
  /** One host may be ejected whatever the percentage says, as older Envoys had it. */
  alwaysEjectOneHost: z.boolean().default(false),
  /** Below this share of healthy hosts all are used (Istio's way to set Envoy's panic threshold). */
  minHealthPercent: percent.nullable().default(null),
  /** Ejects hosts whose success rate is this many thousandths of a standard deviation below the mean; 0: none. */
  successRateStdevFactor: count.nullable().default(null),
  successRateMinimumHosts: count.default(5),
  /** Requests that a host must have had since the last sweep to be compared. */
  successRateRequestVolume: count.default(100),
});

/** How one of several hosts is chosen. */
const loadBalancer = z.strictObject({
  simple: z.enum(['ROUND_ROBIN', 'LEAST_REQUEST', 'RANDOM', 'PEAK_EWMA']).nullable().default(null),
  /** The same field of the request, the same host. */
  consistentHash: z
    .strictObject({
      /** A field of the request that travels as a header. */
      httpHeaderName: z.string(),
      ringHash: z
        .strictObject({ minimumRingSize: z.int().min(1).max(65_536).default(1_024) })
        .nullable()
        .default(null),
      /** A prime number of places in the table. */
      maglev: z
        .strictObject({ tableSize: z.int().min(2).max(5_000_011).default(65_537) })
        .nullable()
        .default(null),
    })
    .nullable()
    .default(null),
  /** A host that has just started gets its full share only after this; it begins with a tenth. */
  warmup: z
    .strictObject({ duration, minimumPercent: percent.default(10) })
    .nullable()
    .default(null),
  /** Hosts of one's own zone first; the others when too few of them are healthy. Needs outlier detection. */
  localityLbSetting: z.strictObject({ enabled: z.boolean().default(true) }).prefault({}),
});

/** Envoy's words for what is worth a retry; a status such as 503 is one, too. */
const MESH_RETRY_CONDITIONS = [
  '5xx',
  'gateway-error',
  'reset',
  'connect-failure',
  'refused-stream',
  'retriable-4xx',
  'envoy-ratelimited',
  'unavailable',
  'cancelled',
  'deadline-exceeded',
  'internal',
  'resource-exhausted',
] as const;

const retryCondition = z.union(
  [
    z.enum(MESH_RETRY_CONDITIONS),
    z.int().min(400).max(599).transform(String),
    z.string().regex(/^[45]\d\d$/),
  ],
  { error: `expected a status such as 503, or one of ${MESH_RETRY_CONDITIONS.join(', ')}` },
);

/** Retries by the caller's sidecar. `attempts` does not count the first try, unlike the library's `maxAttempts`. */
const retries = z.strictObject({
  /** Retries after the first try; 0: none. Absent: the profile's. */
  attempts: count.max(100).nullable().default(null),
  perTryTimeout: duration.nullable().default(null),
  retryOn: z.array(retryCondition).nullable().default(null),
  /** The base of the back-off: the first wait is below it, the longest below ten times as much. */
  backoff: duration.nullable().default(null),
  /** Retries in progress as a share of requests in progress; wins over `connectionPool.maxRetries`. */
  retryBudget: z
    .strictObject({ percent: percent.default(20), minRetryConcurrency: count.default(3) })
    .nullable()
    .default(null),
  /** Do not ask the same host twice if there is another. Absent: the profile's. */
  retryIgnorePreviousHosts: z.boolean().nullable().default(null),
  /** When a try takes longer than `perTryTimeout`, keep it and send another: the first good answer counts. */
  hedgeOnPerTryTimeout: z.boolean().default(false),
});

/** Envoy's circuit breaker: limits of one sidecar's connections to one destination. Absent: the profile's. */
const connectionPool = z.strictObject({
  maxConnections: count.min(1).nullable().default(null),
  connectTimeout: duration.nullable().default(null),
  http1MaxPendingRequests: count.nullable().default(null),
  http2MaxRequests: count.min(1).nullable().default(null),
  maxRetries: count.nullable().default(null),
  /** A connection is closed after so many requests; 0: never for that. */
  maxRequestsPerConnection: count.default(0),
  /** A connection that nothing was sent over for this long is closed. */
  idleTimeout: duration.nullable().default(null),
  /** A connection older than this is closed once it is idle. */
  maxConnectionDuration: duration.nullable().default(null),
  /** `UPGRADE`: HTTP/2 to the destination, so that one connection carries many requests at once. */
  h2UpgradePolicy: z.enum(['DO_NOT_UPGRADE', 'UPGRADE']).default('DO_NOT_UPGRADE'),
});

/** Faults that callers' sidecars make up, to try how callers bear them. Such calls have no timeouts and no retries. */
const faultInjection = z.strictObject({
  delay: z
    .strictObject({ percentage: percent.default(100), fixedDelay: duration })
    .nullable()
    .default(null),
  abort: z
    .strictObject({ percentage: percent.default(100), httpStatus: z.int().min(200).max(599) })
    .nullable()
    .default(null),
});

/** By operation, with `*` for all: services and clients by their names, with `*` for whoever has an identity. */
const authorizationRules = z.record(
  z.string().regex(/^(?:\*|[a-z][A-Za-z0-9-]*)$/, 'an operation, or * for all'),
  z.array(z.string().regex(/^(?:\*|[a-z][A-Za-z0-9-]*)$/, 'a service or client, or * for any')),
);

/** The life of a workload's certificate. */
const certificates = z.strictObject({
  ttl: duration.default(86_400_000_000),
  /** Renewed at half of its life. */
  rotate: z.boolean().default(true),
});

/** Which version a request goes to, by a field of it that travels as a header. */
const match = z.strictObject({
  headers: z.record(
    z.string(),
    z.union([z.strictObject({ exact: z.string() }), z.strictObject({ prefix: z.string() })]),
  ),
  to: id,
});

/** Moves traffic from one version to another step by step, and back at once if the new one does worse. */
const rollout = z.strictObject({
  from: id.default('v1'),
  to: id,
  at: duration.default(0),
  /** Shares of the new version, one after the other. */
  steps: z.array(share).min(1),
  /** How long each step lasts. */
  hold: duration,
  /** CEL over `errorRate`, `requests`, `p` and `differs`, since the step began: true means back. */
  gate: expression.nullable().default(null),
  /** How often the gate is asked. */
  interval: duration.default(10_000_000),
});

/** What a sidecar itself costs. */
const proxy = z.strictObject({
  /** For each passage: a call passes two sidecars on its way there, and the same two on its way back. */
  latency: distribution.default({ kind: 'lognormal', median: 500, sigma: 0.4723 }),
  /** From a change of instances to every sidecar's knowing of it: the instance's health, then the control plane. */
  propagation: duration.default(1_000_000),
});

/** What callers' sidecars do for one destination, or for all, and what its own sidecars check. Istio's names. */
export const meshDestination = z.strictObject({
  /** Whose defaults hold where nothing is said. */
  profile: z.enum(['istio', 'envoy', 'linkerd']).default('istio'),
  /** From the whole request to the whole answer, over all retries; `0s`: none. Absent: the profile's. */
  timeout: duration.nullable().default(null),
  retries: retries.prefault({}),
  connectionPool: connectionPool.prefault({}),
  outlierDetection: outlierDetection.nullable().default(null),
  loadBalancer: loadBalancer.prefault({}),
  fault: faultInjection.nullable().default(null),
  /** Versions by their shares; `v1` is the service itself. Absent: all instances alike. */
  route: z.record(id, z.number().min(0)).nullable().default(null),
  /** What goes elsewhere than the shares say, the first that fits. */
  match: z.record(id, match).default({}),
  /** Sends a copy of each request to a version too, and ignores its answer. */
  mirror: z
    .strictObject({ to: id, percentage: percent.default(100) })
    .nullable()
    .default(null),
  rollout: rollout.nullable().default(null),
  /** `STRICT`: no plain text gets in. `PERMISSIVE`: both do. `DISABLE`: plain text alone. */
  mtls: z.enum(['STRICT', 'PERMISSIVE', 'DISABLE']).default('PERMISSIVE'),
  certificates: certificates.prefault({}),
  /** ALLOW rules: who is not named is refused with 403, and so is who has no identity. Empty: nobody gets in. */
  authorization: authorizationRules.nullable().default(null),
  /** DENY rules, which come first. */
  deny: authorizationRules.nullable().default(null),
  proxy: proxy.prefault({}),
});

/** Some of the settings for a destination: only those that were given, with the defaults inside them. */
export const meshSettingsGiven = z
  .record(z.string(), z.unknown())
  .transform((given, context): Partial<MeshDestination> => {
    const read = meshDestination.safeParse(given);
    if (!read.success) {
      for (const issue of read.error.issues) context.addIssue({ ...issue } as never);
      return z.NEVER;
    }
    const isGiven = ([key]: [string, unknown]) => Object.hasOwn(given, key);
    return Object.fromEntries(Object.entries(read.data).filter(isGiven)) as Partial<MeshDestination>; // read as such
  });

declareForms(meshSettingsGiven, () => meshDestination);

export type MeshDestination = z.output<typeof meshDestination>;
export type RolloutSettings = z.output<typeof rollout>;
export type CertificateSettings = z.output<typeof certificates>;
export type FaultInjection = z.output<typeof faultInjection>;
export type OutlierSettings = z.output<typeof outlierDetection>;
export type LoadBalancerSettings = z.output<typeof loadBalancer>;
