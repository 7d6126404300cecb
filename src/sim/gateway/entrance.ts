import { Frame, NO_PLAN } from '../flow/frame.ts';
import type { Host } from '../flow/host.ts';
import type { Request } from '../flow/request.ts';
import { sampler } from '../kernel/distribution.ts';
import type { Stream } from '../kernel/luck.ts';
import type { Process } from '../kernel/process.ts';
import type { Micros } from '../kernel/time.ts';
import { Name } from '../recorder.ts';
import { askIssuer } from '../security/ask-issuer.ts';
import { KeySet } from '../security/key-set.ts';
import { verifySignature } from '../security/signature.ts';
import { consumerOf } from '../security/token.ts';
import type { System } from '../system.ts';
import type { RateLimit } from '../world/schema/gateway.ts';
import type { Release as Settings } from '../world/schema/service.ts';
import { authenticate, needsKeys } from './authenticate.ts';
import { authorize } from './authorize.ts';
import { Counters } from './counters.ts';
import { limitQuery } from './limit-query.ts';
import { limitQuota, limitRate } from './limit-rate.ts';
import { limitSize } from './limit-size.ts';
import { requireKey } from './require-key.ts';
import { requirePrecondition } from './require-precondition.ts';
import { shedLoad } from './shed-load.ts';
import type { Refusal, Stage } from './stage.ts';
import { endsAt, isDeprecated } from './sunset.ts';
import { validate } from './validate.ts';

/**
 * What stands between the network and the operations of one replica, in the order in which proxies put it: overload,
 * authentication, rights, limits, form, size. A route that has ended refuses before all. The first that refuses ends the request's way; no worker is held for it.
 */
export class Entrance {
  readonly #system: System;
  readonly #host: Host;
  readonly #shared: Counters;
  readonly #own = new Counters();
  readonly #fetch: Name;
  readonly #stages = new Map<string, readonly Stage[]>();
  readonly #times: Stream;
  #settings: Settings;
  #keys: KeySet | null = null;

  /** `shared` are the counters of all replicas of the service. */
  constructor(system: System, host: Host, settings: Settings, shared: Counters) {
    this.#system = system;
    this.#host = host;
    this.#settings = settings;
    this.#shared = shared;
    this.#fetch = new Name(`${host.owner}.jwks`);
    this.#times = system.luck.stream(`${host.owner}.entrance`);
  }

  /** Takes new settings. Counters whose settings stay the same go on counting. */
  apply(settings: Settings): void {
    if (JSON.stringify(settings.auth) !== JSON.stringify(this.#settings.auth)) this.#keys = null;
    this.#settings = settings;
    this.#stages.clear();
  }

  /** Forgets what was in memory, as a restart does. */
  reset(): void {
    this.#own.clear();
    this.#keys = null;
    this.#stages.clear();
  }

  /** How long it takes to look at a request: its token's signature, and counters that all replicas share. */
  timeFor(name: string, { credentials, thing, variant }: Request): Micros {
    const { auth, rateLimit, routes } = this.#settings;
    const draw = (n: number) => this.#times.uniform(thing?.key ?? 0, variant, n);
    let time = 0;
    if (auth?.jwt && credentials.token !== null && routes[name]?.auth?.required !== false)
      time += sampler(auth.jwt.verification)(draw(0));
    for (const [n, limit] of [rateLimit, routes[name]?.rateLimit].entries())
      if (limit?.counter === 'shared') time += sampler(limit.lookup)(draw(n + 1));
    return Math.round(time);
  }

  /** Tells the record who comes by a route that should not be used any more. */
  noteUse(name: string, { credentials, thing }: Request, record: number): void {
    const { log, sim } = this.#system;
    const route = this.#settings.routes[name];
    if (!route || !isDeprecated(route, sim.now)) return;
    const left = route.sunset === null ? -1 : Math.max(0, route.sunset - sim.now);
    const place = new Name(`${this.#host.owner}.${name}`);
    log.note('deprecatedUse', place, thing?.recorded, record, record, left, consumerOf(credentials));
  }

  /** Whether a request can be judged only once the issuer's keys have been fetched. */
  awaitsKeys(name: string, { credentials }: Request): boolean {
    const { auth, routes } = this.#settings;
    if (!auth?.jwt || routes[name]?.auth?.required === false) return false;
    return needsKeys(auth, credentials, this.#keySet(auth.jwt.jwks));
  }

  /** Fetches the issuer's keys, or waits for those who do. */
  *fetchKeys(request: Request, record: number): Process {
    const jwks = this.#settings.auth?.jwt?.jwks;
    if (!jwks) return;
    const keys = this.#keySet(jwks);
    if (keys.fetching) {
      yield* keys.fetching.wait();
      return;
    }
    keys.begin();
    let kids: ReadonlySet<string> | null = null;
    let failure: number | null = null;
    try {
      const bare = { ...request, credentials: this.#host.identity };
      const frame = new Frame(this.#system, this.#host, this.#fetch, bare, NO_PLAN, record, record);
      const outcome = yield* askIssuer(frame, 'jwks', {});
      if (!outcome.ok && frame.cause !== record) failure = frame.cause;
      if (outcome.ok) kids = this.#system.issuer.published(this.#system.sim.now);
    } finally {
      keys.end(kids, failure);
    }
  }

  /** Why a request for an operation or route may not come in; null where it may. `inside` are the requests already there, `record` that of its coming. */
  admit(name: string, request: Request, inside: number, record: number): Refusal | null {
    const { sim, clocks } = this.#system;
    const visit = { request, now: sim.now, clock: sim.now + clocks.skewOf(this.#host), inside };
    for (const stage of this.#stagesOf(name)) {
      const refusal = stage(visit);
      if (refusal?.misled)
        return { ...refusal, cause: clocks.mislead(this.#host, request.thing?.recorded, record) };
      if (refusal) return refusal;
    }
    return null;
  }

  #stagesOf(name: string): readonly Stage[] {
    const known = this.#stages.get(name);
    if (known) return known;
    const stages = this.#compile(name);
    this.#stages.set(name, stages);
    return stages;
  }

  #compile(name: string): Stage[] {
    const { auth, rateLimit, shedding, routes, operations } = this.#settings;
    const route = routes[name];
    const stages: Stage[] = [];
    if (route?.sunset != null) stages.push(endsAt(route.sunset));
    const priority = route?.priority ?? operations[name]?.priority ?? 'normal';
    const most = shedding[priority];
    if (most !== undefined) stages.push(shedLoad(priority, most));
    if (auth && (auth.jwt || auth.apiKeys) && route?.auth?.required !== false)
      stages.push(authenticate(auth, this.#keySet(auth.jwt?.jwks)));
    if (route?.signature) stages.push(verifySignature(route.signature, this.#shared.nonces));
    const scopes = [...(auth?.scopes[name] ?? []), ...(route?.auth?.scopes ?? [])];
    if (scopes.length > 0) stages.push(authorize(scopes));
    if (rateLimit) stages.push(this.#limitRate(this.#host.owner, rateLimit));
    if (route?.rateLimit) stages.push(this.#limitRate(name, route.rateLimit));
    if (route?.quota) stages.push(limitQuota(name, route.quota, this.#shared, this.#meter(this.#host.owner)));
    if (route?.idempotency?.required) stages.push(requireKey);
    if (route?.preconditionRequired) stages.push(requirePrecondition);
    if (route?.graphql) stages.push(limitQuery(route.graphql, this.#host.caches.documents));
    if (route?.validate) stages.push(validate(route.validate));
    if (route?.maxRequestBytes != null) stages.push(limitSize(route.maxRequestBytes));
    return stages;
  }

  #limitRate(name: string, settings: RateLimit): Stage {
    return settings.counter === 'local'
      ? limitRate(name, settings, this.#own, this.#meter(this.#host.name.text))
      : limitRate(name, settings, this.#shared, this.#meter(this.#host.owner));
  }

  #meter(place: string) {
    const { gauges } = this.#system;
    return (limit: string, left: number) => gauges.set('left', place, left, limit);
  }

  #keySet(jwks = { cacheDuration: 0, refetch: false }): KeySet {
    this.#keys ??= new KeySet(this.#system.sim, jwks);
    return this.#keys;
  }
}
