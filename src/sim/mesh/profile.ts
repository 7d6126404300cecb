import { type Micros, ms, seconds } from '../kernel/time.ts';
import type { MeshDestination } from '../world/schema/mesh.ts';

/** What a product does where nothing is said. */
export interface Profile {
  /** Over all retries; 0: none. */
  readonly timeout: Micros;
  readonly connectTimeout: Micros;
  /** Retries after the first try; 0: none. */
  readonly attempts: number;
  /** Retries when `retries` names conditions, but not how many. */
  readonly attemptsIfConditions: number;
  readonly retryOn: readonly string[];
  readonly retryIgnorePreviousHosts: boolean;
  readonly maxConnections: number;
  readonly maxPending: number;
  readonly maxRequests: number;
  readonly maxRetries: number;
  readonly idleTimeout: Micros;
  readonly balancing: 'ROUND_ROBIN' | 'LEAST_REQUEST' | 'PEAK_EWMA';
  /** Percent of healthy hosts below which all are used; 0: never. */
  readonly panicThreshold: number;
  /** Thousandths of a standard deviation; 0: success rates are not compared. */
  readonly successRateStdevFactor: number;
}

/** "No limit", as Istio writes it. */
const UNLIMITED = 4_294_967_295;

/** Source: Envoy's route, cluster, circuit breaker and outlier detection references; "off" where a block is absent. */
const envoy: Profile = {
  timeout: seconds(15),
  connectTimeout: seconds(5),
  attempts: 0,
  attemptsIfConditions: 1,
  retryOn: [],
  retryIgnorePreviousHosts: false,
  maxConnections: 1_024,
  maxPending: 1_024,
  maxRequests: 1_024,
  maxRetries: 3,
  idleTimeout: seconds(3_600),
  balancing: 'ROUND_ROBIN',
  panicThreshold: 50,
  successRateStdevFactor: 1_900,
};

/** Source: Istio's `retry.go`, `cluster_traffic_policy.go`, DestinationRule and VirtualService references. */
const istio: Profile = {
  timeout: 0,
  connectTimeout: seconds(10),
  attempts: 2,
  attemptsIfConditions: 2,
  retryOn: ['connect-failure', 'refused-stream', 'unavailable', 'cancelled'],
  retryIgnorePreviousHosts: true,
  maxConnections: UNLIMITED,
  maxPending: UNLIMITED,
  maxRequests: UNLIMITED,
  maxRetries: UNLIMITED,
  idleTimeout: seconds(3_600),
  balancing: 'LEAST_REQUEST',
  panicThreshold: 0,
  successRateStdevFactor: 0,
};

/** Source: Linkerd's reference pages and `linkerd2-proxy`. */
const linkerd: Profile = {
  timeout: 0,
  connectTimeout: seconds(1),
  attempts: 0,
  attemptsIfConditions: 1,
  retryOn: ['5xx'],
  retryIgnorePreviousHosts: false,
  maxConnections: UNLIMITED,
  maxPending: 10_000,
  maxRequests: UNLIMITED,
  maxRetries: UNLIMITED,
  idleTimeout: ms(3_000),
  balancing: 'PEAK_EWMA',
  panicThreshold: 0,
  successRateStdevFactor: 0,
};

/** The defaults of each product that a mesh can be. */
export const profiles: Readonly<Record<MeshDestination['profile'], Profile>> = { envoy, istio, linkerd };
