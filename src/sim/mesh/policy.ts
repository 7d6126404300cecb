import type { Micros } from '../kernel/time.ts';
import type {
  FaultInjection,
  LoadBalancerSettings,
  MeshDestination,
  OutlierSettings,
} from '../world/schema/mesh.ts';
import type { Balancing } from './balancers/index.ts';
import type { OutlierDetection } from './outlier-detection.ts';
import { type Profile, profiles } from './profile.ts';
import type { RetryPolicy } from './retry.ts';
import type { Routing } from './route.ts';

/** Limits of one sidecar's connections to one destination. */
export interface PoolLimits {
  readonly maxConnections: number;
  readonly maxPending: number;
  readonly maxRequests: number;
  readonly connectTimeout: Micros;
  readonly idleTimeout: Micros;
  readonly maxConnectionDuration: Micros | null;
  /** 0: no limit. */
  readonly maxRequestsPerConnection: number;
  /** HTTP/2: a connection carries many requests at once. */
  readonly multiplexed: boolean;
}

/** What holds for calls to one destination: its settings, filled up with its profile's defaults. */
export interface Policy {
  /** Over all tries; 0: none. */
  readonly timeout: Micros;
  readonly retry: RetryPolicy;
  readonly fault: FaultInjection | null;
  readonly routing: Routing;
  readonly mirror: { readonly to: string; readonly percentage: number } | null;
  readonly pool: PoolLimits;
  readonly outlierDetection: OutlierDetection | null;
  readonly panicThreshold: number;
  readonly balancing: Balancing;
  /** Hosts of the caller's own zone first. */
  readonly byLocality: boolean;
}

/** Fills up what is said of a destination with the defaults of the product it is modelled after. */
export function policyOf(settings: MeshDestination): Policy {
  const profile = profiles[settings.profile];
  // Istio leaves timeouts and retries out of a route that injects faults.
  const injects = settings.fault !== null && settings.profile === 'istio';
  const { outlierDetection, loadBalancer, connectionPool: pool } = settings;
  return {
    timeout: injects ? 0 : (settings.timeout ?? profile.timeout),
    retry: injects ? { ...retryOf(settings, profile), attempts: 0 } : retryOf(settings, profile),
    fault: settings.fault,
    routing: { rules: Object.values(settings.match), weights: settings.route },
    mirror: settings.mirror,
    pool: {
      maxConnections: pool.maxConnections ?? profile.maxConnections,
      maxPending: pool.http1MaxPendingRequests ?? profile.maxPending,
      maxRequests: pool.http2MaxRequests ?? profile.maxRequests,
      connectTimeout: pool.connectTimeout ?? profile.connectTimeout,
      idleTimeout: pool.idleTimeout ?? profile.idleTimeout,
      maxConnectionDuration: pool.maxConnectionDuration,
      maxRequestsPerConnection: pool.maxRequestsPerConnection,
      multiplexed: pool.h2UpgradePolicy === 'UPGRADE' || settings.profile === 'linkerd',
    },
    outlierDetection: outlierDetection && outlierOf(outlierDetection, profile),
    panicThreshold: outlierDetection?.minHealthPercent ?? profile.panicThreshold,
    balancing: balancingOf(loadBalancer, profile),
    byLocality: loadBalancer.localityLbSetting.enabled && outlierDetection !== null,
  };
}

function retryOf({ retries, connectionPool }: MeshDestination, profile: Profile): RetryPolicy {
  const { attempts, retryOn, retryBudget, retryIgnorePreviousHosts } = retries;
  return {
    attempts: attempts ?? (retryOn ? profile.attemptsIfConditions : profile.attempts),
    perTryTimeout: retries.perTryTimeout,
    retryOn: retryOn ?? profile.retryOn,
    baseInterval: retries.backoff ?? BASE_INTERVAL,
    budget: retryBudget,
    maxRetries: connectionPool.maxRetries ?? profile.maxRetries,
    ignorePreviousHosts: retryIgnorePreviousHosts ?? profile.retryIgnorePreviousHosts,
    hedgeOnPerTryTimeout: retries.hedgeOnPerTryTimeout,
  };
}

/** Envoy's `base_interval`. */
const BASE_INTERVAL: Micros = 25_000;

function outlierOf(settings: OutlierSettings, profile: Profile): OutlierDetection {
  return {
    consecutive5xx: settings.consecutive5xxErrors,
    consecutiveGatewayFailure: settings.consecutiveGatewayErrors,
    consecutiveLocalOriginFailure: settings.consecutiveLocalOriginFailures,
    splitExternalLocalOriginErrors: settings.splitExternalLocalOriginErrors,
    interval: Math.max(1, settings.interval),
    baseEjectionTime: settings.baseEjectionTime,
    maxEjectionTime: settings.maxEjectionTime,
    maxEjectionPercent: settings.maxEjectionPercent,
    alwaysEjectOneHost: settings.alwaysEjectOneHost,
    successRateStdevFactor: settings.successRateStdevFactor ?? profile.successRateStdevFactor,
    successRateMinimumHosts: settings.successRateMinimumHosts,
    successRateRequestVolume: settings.successRateRequestVolume,
  };
}

function balancingOf({ simple, consistentHash, warmup }: LoadBalancerSettings, profile: Profile): Balancing {
  if (consistentHash) {
    const { httpHeaderName: field, ringHash, maglev } = consistentHash;
    if (maglev) return { by: 'MAGLEV', field, tableSize: maglev.tableSize };
    return { by: 'RING_HASH', field, minimumRingSize: ringHash?.minimumRingSize ?? 1_024 };
  }
  const by = simple ?? profile.balancing;
  return by === 'ROUND_ROBIN' || by === 'LEAST_REQUEST' ? { by, warmUp: warmup } : { by };
}
