import { Resource } from '../kernel/resource.ts';
import { Name, NONE } from '../recorder.ts';
import type { System } from '../system.ts';
import { type CallSettings, callSettings } from '../world/schema/calls.ts';
import { type GrpcChannelSettings, grpcChannel } from '../world/schema/grpc.ts';
import { CircuitBreaker } from './breaker.ts';
import { RetryBudget } from './budget.ts';
import { keyFor } from './key-for.ts';
import { RateLimiter } from './rate-limiter.ts';
import { RetryThrottle } from './throttle.ts';

const UNSET: CallSettings = callSettings.parse({});
const USUAL_CHANNEL: GrpcChannelSettings = grpcChannel.parse({});

/** One process's client for one destination: the settings, and the state that they need. */
export interface CallClient {
  readonly settings: CallSettings;
  readonly breaker: CircuitBreaker | null;
  readonly bulkhead: Resource | null;
  readonly limiter: RateLimiter | null;
  readonly budget: RetryBudget | null;
  /** With gRPC: what holds retries back, and how its channel behaves. */
  readonly throttle: RetryThrottle | null;
  readonly channel: GrpcChannelSettings;
  /** Failures in a row, for `disableAfter`. */
  failures: number;
  disabled: boolean;
}

/** The client library of one process. Its breakers and bulkheads are its own, and die with it. */
export class CallClients {
  readonly #system: System;
  readonly #owner: string;
  #settings: Readonly<Record<string, CallSettings>>;
  #clients = new Map<string, CallClient>();
  readonly #byTarget = new Map<string, CallClient>();

  constructor(system: System, owner: string, settings: Readonly<Record<string, CallSettings>>) {
    this.#system = system;
    this.#owner = owner;
    this.#settings = settings;
  }

  /** The client for `payment.charge`: by the most specific settings, `payment.charge`, `payment` or `default`. */
  to(target: string): CallClient {
    const known = this.#byTarget.get(target);
    if (known) return known;
    const service = target.slice(0, target.search(/[./]/));
    const key = keyFor(this.#settings, target);
    // Operations that share settings share the breaker; `default` is one for each service.
    const id = key === 'default' ? `default/${service}` : key;
    const client = this.#clients.get(id) ?? this.#make(this.#settings[key] ?? UNSET, service);
    this.#clients.set(id, client);
    this.#byTarget.set(target, client);
    return client;
  }

  /** Takes new settings; clients whose settings stay the same keep their state. */
  apply(settings: Readonly<Record<string, CallSettings>>): void {
    for (const id of [...this.#clients.keys()]) {
      const key = id.startsWith('default/') ? 'default' : id;
      const service = id.startsWith('default/') ? id.slice(8) : (id.split('.')[0] as string);
      const before = JSON.stringify(this.#settings[key]);
      const specific = key === 'default' && settings[service] !== undefined;
      if (specific || before !== JSON.stringify(settings[key])) this.#clients.delete(id);
    }
    this.#settings = settings;
    this.#byTarget.clear();
  }

  /** Forgets everything, as a restart does. */
  reset(): void {
    this.#clients = new Map();
    this.#byTarget.clear();
  }

  #make(settings: CallSettings, service: string): CallClient {
    const { circuitBreaker, bulkhead, rateLimiter, retry, grpc } = settings;
    const system = this.#system;
    const link = new Name(`${this.#owner} -> ${service}`);
    const now = () => system.sim.now;
    return {
      settings,
      breaker: circuitBreaker
        ? new CircuitBreaker(circuitBreaker, now, (state, failures) => {
            system.log.note('breaker', link, undefined, NONE, NONE, failures, state);
          })
        : null,
      bulkhead: bulkhead ? new Resource(system.sim, bulkhead.maxConcurrentCalls) : null,
      limiter: rateLimiter ? new RateLimiter(system.sim, rateLimiter) : null,
      budget: retry?.budget == null ? null : new RetryBudget(retry.budget),
      throttle: grpc?.retryThrottling ? new RetryThrottle(grpc.retryThrottling) : null,
      channel: grpc ?? USUAL_CHANNEL,
      failures: 0,
      disabled: false,
    };
  }
}
