import { Exchange } from '../calls/exchange.ts';
import { type Destination, type Target, transmit } from '../calls/send.ts';
import type { Frame } from '../flow/frame.ts';
import type { Request } from '../flow/request.ts';
import { mix } from '../kernel/luck.ts';
import type { Process } from '../kernel/process.ts';
import { type Micros, NEVER } from '../kernel/time.ts';
import { lostEnd } from '../net/firewall.ts';
import type { End } from '../net/network.ts';
import { DONE, type Failed, failed, type Outcome, RESET } from '../outcome.ts';
import type { Name } from '../recorder.ts';
import type { Replica } from '../service/replica.ts';
import type { Service } from '../service/service.ts';
import { blamed, type WrongSettings } from './blame.ts';
import { type Cluster, hashOf } from './cluster.ts';
import type { ConnectFailure, Connection } from './connection-pool.ts';
import { injectedInto } from './fault-filter.ts';
import { type Flag, flagText, RESPONSE_FLAGS } from './response-flags.ts';
import { isRetriable, retriesAllowed, type TryEnd, waitBefore } from './retry.ts';
import { versionFor } from './route.ts';
import type { Sidecar } from './sidecar.ts';
import type { UpstreamHost } from './upstream-host.ts';

/** One call that an application has given to its sidecar. */
export interface Forwarded {
  readonly frame: Frame;
  readonly place: Name;
  readonly operation: Name;
  readonly destination: Destination;
  readonly service: Service;
  readonly request: Request;
  /** With the application. */
  readonly exchange: Exchange;
  /** The record of the application's call. */
  readonly call: number;
}

/** Make the variants of retries and shadows, so that each meets luck of its own. */
const RETRY_SALT = 3_000;
const SHADOW_SALT = 5_000;

/** Draws of one call's luck. */
const BACKOFF_DRAW = 200;
const DELAY_DRAW = 0;
const ABORT_DRAW = 1;
const VERSION_DRAW = 2;
const MIRROR_DRAW = 3;

/** How a call ended, and what the sidecar has to say of it. */
interface Concluded {
  readonly outcome: Outcome;
  readonly cause: number;
  readonly flags: readonly Flag[];
}

/** How a try ended, or the whole call. */
interface Ended {
  readonly outcome: Outcome;
  readonly cause: number;
  readonly end: TryEnd;
  /** What the sidecar has to say of it; null where the host answered. */
  readonly flag: Flag | null;
  /** Nothing that another try could mend. */
  readonly final: boolean;
}

/** Sees one call through: chooses hosts, tries, waits, tries again, and answers the application. */
export function* forward(sidecar: Sidecar, call: Forwarded): Process {
  const { sim } = sidecar.system;
  const { key, subject } = call.frame;
  const { variant } = call.request;
  yield sim.sleep(sidecar.passage(call.service.name, key, variant, 'out'));
  const wrong = sidecar.mesh.wrongSettings(call.service.name, sidecar.host);
  const { outcome, cause: end, flags } = yield* filtered(sidecar, call, wrong);
  const signs = flags.filter((flag) => flag !== 'DI'); // which has been told of
  const cause = outcome.ok ? end : blamed(wrong, signs, subject, end, call.call);
  let answer = { outcome, cause };
  if (flags.length > 0) {
    const { log } = sidecar.system;
    const status = flags[0] === 'DC' ? 0 : outcome.ok ? 200 : outcome.failure.status;
    const text = flagText(flags);
    const note = log.note('flagged', call.place, subject, cause, call.call, status, text, call.operation);
    answer = { outcome, cause: note };
  }
  yield sim.sleep(sidecar.passage(call.service.name, key, variant, 'outBack'));
  if (!call.exchange.closed) call.exchange.settle(answer);
}

/** The filters before the router, then the router. */
function* filtered(sidecar: Sidecar, call: Forwarded, wrong: readonly WrongSettings[]): Process<Concluded> {
  const { mesh } = sidecar;
  const { name } = call.service;
  const { fault } = mesh.policy(name, sidecar.host);
  const draw = (n: number) => mesh.draw(name, call.frame.key, call.request.variant, n);
  if (!fault) return yield* routed(sidecar, call, draw);
  const { delay, abort } = injectedInto(fault, draw(DELAY_DRAW), draw(ABORT_DRAW));
  const flags: Flag[] = delay > 0 ? ['DI'] : [];
  if (delay > 0) {
    blamed(wrong, flags, call.frame.subject, call.call, call.call); // now: its caller may not wait for the end
    yield sidecar.system.sim.sleep(delay);
  }
  if (abort === null) {
    const { outcome, cause, flags: more } = yield* routed(sidecar, call, draw);
    return { outcome, cause, flags: [...flags, ...more] };
  }
  flags.push('FI');
  const outcome = abort < 400 ? DONE : failed(flagText(flags), abort, 'never');
  return { outcome, cause: call.call, flags };
}

/** Chooses the version, sends its shadow a copy, and tries. */
function* routed(sidecar: Sidecar, call: Forwarded, draw: (n: number) => number): Process<Concluded> {
  const { mesh } = sidecar;
  const { service, request } = call;
  const version = versionFor(mesh.routing(service.name, sidecar.host), request.body, draw(VERSION_DRAW));
  if (version === undefined)
    return { outcome: failed('NR', RESPONSE_FLAGS.NR.status, 'never'), cause: call.call, flags: ['NR'] };
  const { mirror } = mesh.policy(service.name, sidecar.host);
  if (mirror && draw(MIRROR_DRAW) * 100 < mirror.percentage)
    shadow(call, sidecar.cluster(service, mirror.to));
  return yield* new Attempts(sidecar, call, sidecar.cluster(service, version)).run();
}

/** Sends a copy of a request, and forgets it: whatever comes back reaches nobody. */
function shadow({ frame, place, operation, request, call }: Forwarded, cluster: Cluster): void {
  const { log, sim } = frame.system;
  const variant = mix(request.variant, SHADOW_SALT);
  const host = cluster.select({ key: frame.key, variant, hash: null, tried: [] });
  if (!host) return;
  const cause = log.note('mirrored', place, frame.subject, call, call, 0, undefined, operation);
  const nobody = new Exchange(sim, operation, call, sim.now, NEVER);
  nobody.close(false);
  const copy: Request = { ...request, variant, reader: request.reader?.shadow() ?? null };
  transmit(frame, place, operation, { target: () => host.target }, copy, nobody, cause);
}

/** All tries of one call. */
class Attempts {
  readonly #sidecar: Sidecar;
  readonly #call: Forwarded;
  readonly #cluster: Cluster;
  readonly #deadline: Micros;
  readonly #tried: UpstreamHost[] = [];
  /** What is on its way to hosts; the first good answer counts. */
  #exchange: Exchange | null = null;
  readonly #open: Open[] = [];
  /** The application waits no more. */
  #left = false;
  /** The record that led to the next try. */
  #cause: number;

  constructor(sidecar: Sidecar, call: Forwarded, cluster: Cluster) {
    this.#sidecar = sidecar;
    this.#call = call;
    this.#cluster = cluster;
    this.#cause = call.call;
    const { timeout } = this.#cluster.policy;
    this.#deadline = timeout > 0 ? sidecar.system.sim.now + timeout : NEVER;
    call.exchange.left = () => this.#abandon();
  }

  get #now(): Micros {
    return this.#sidecar.system.sim.now;
  }

  *run(): Process<Concluded> {
    const { retry } = this.#cluster.policy;
    const cluster = this.#cluster;
    let retrying = false;
    try {
      for (let n = 1; ; n++) {
        const hedging = retry.hedgeOnPerTryTimeout && n <= retry.attempts;
        const ended = yield* this.#try(n, hedging);
        if (retrying) cluster.retries--;
        retrying = false;
        if (this.#left) return { ...OVER, cause: this.#cause, flags: ['DC'] };
        const flags: Flag[] = ended?.flag ? [ended.flag] : [];
        if (ended) {
          this.#cause = ended.cause;
          const { outcome, cause } = ended;
          const begun = this.#call.request.reader?.begun;
          if (outcome.ok || ended.final || begun || !isRetriable(ended.end, retry.retryOn))
            return { outcome: outcome.ok ? outcome : this.#told(ended, flags), cause, flags };
          if (n > retry.attempts) {
            if (retry.attempts > 0) flags.push('URX');
            return { outcome: this.#told(ended, flags), cause, flags };
          }
        }
        if (cluster.retries >= retriesAllowed(retry, cluster.inProgress)) {
          this.#note('meshRetryDenied', 0, ended ? reasonOf(ended) : 'timeout');
          if (!ended) return yield* this.#hedgeWithout();
          flags.push('UO');
          return { outcome: this.#told(ended, flags), cause: this.#cause, flags };
        }
        cluster.retries++;
        retrying = true;
        if (!ended) {
          this.#note('meshHedge', n, 'per-try timeout');
          continue;
        }
        const draw = cluster.draw(
          { key: this.#call.frame.key, variant: this.#call.request.variant },
          BACKOFF_DRAW + n,
        );
        const wait = waitBefore(n, retry.baseInterval, draw);
        this.#note('meshRetry', wait, reasonOf(ended));
        yield this.#sidecar.system.sim.sleep(Math.min(wait, this.#deadline - this.#now));
        if (this.#left) return { ...OVER, cause: this.#cause, flags: ['DC'] };
        if (this.#now >= this.#deadline) return { ...TIMED_OUT, cause: this.#cause, flags: ['UT'] };
      }
    } finally {
      if (retrying) cluster.retries--;
      this.#close();
    }
  }

  /** No further copy may be sent: waits for those that are on their way. */
  *#hedgeWithout(): Process<Concluded> {
    const ended = yield* this.#await(NEVER);
    if (this.#left || !ended) return { ...OVER, cause: this.#cause, flags: ['DC'] };
    const flags: Flag[] = ended.flag ? [ended.flag] : [];
    return {
      outcome: ended.outcome.ok ? ended.outcome : this.#told(ended, flags),
      cause: ended.cause,
      flags,
    };
  }

  /** One try; undefined where it takes too long and is kept, while another is sent. */
  *#try(n: number, hedging: boolean): Process<Ended | undefined> {
    const { retry, pool, balancing } = this.#cluster.policy;
    const { frame, request } = this.#call;
    const cluster = this.#cluster;
    const variant = n === 1 ? request.variant : mix(request.variant, RETRY_SALT + n);
    const hash = 'field' in balancing ? hashOf(request.body[balancing.field]) : null;
    const host = cluster.select({ key: frame.key, variant, hash, tried: this.#tried });
    if (!host) return this.#local('UH');
    if (cluster.active >= pool.maxRequests) return this.#local('UO');
    const started = this.#now;
    cluster.active++;
    host.active++;
    const connection = yield* this.#connect(host);
    if ('reason' in connection) {
      const { reason, cause } = connection;
      cluster.active--;
      host.active--;
      if (reason === 'overflow') return this.#local('UO');
      if (reason === 'expired') return this.#timedOut();
      if (cause >= 0) this.#cause = cause;
      cluster.answered(host, 503, true, this.#now - started);
      this.#tried.push(host);
      return {
        outcome: failed('UF', 503, 'never'),
        cause: this.#cause,
        end: { reason, status: 503, answered: false, rateLimited: false },
        flag: 'UF',
        final: false,
      };
    }
    this.#tried.push(host);
    if (this.#left) {
      cluster.active--;
      host.active--;
      cluster.pool.release(connection, true);
      return undefined;
    }
    this.#send(host, connection, started, variant);
    const perTry = retry.perTryTimeout ?? NEVER;
    return yield* this.#await(perTry - (this.#now - started), hedging);
  }

  *#connect(host: UpstreamHost): Process<Connection | ConnectFailure> {
    // A process that is killed here leaves the counters as they are: its sidecar is gone with it.
    return yield* this.#cluster.pool.acquire(host, this.#deadline - this.#now);
  }

  #send(
    host: UpstreamHost<Replica> | UpstreamHost,
    connection: Connection,
    started: Micros,
    variant: number,
  ): void {
    const { frame, place, operation, request, call, exchange: downstream } = this.#call;
    const { sim } = this.#sidecar.system;
    const target = host.target as Target; // all hosts are replicas
    const open: Open = { host, connection, started, over: false };
    this.#open.push(open);
    if (this.#exchange) this.#exchange.copies++;
    else {
      const expires = Math.min(this.#deadline, downstream.expires);
      this.#exchange = new Exchange(sim, operation, call, started, expires);
    }
    const cause = this.#cause;
    const again = variant === request.variant ? request : { ...request, variant };
    const passing = this.#cluster.pool.guarded ? passingBy(connection, target) : target;
    transmit(frame, place, operation, { target: () => passing }, again, this.#exchange, cause, (outcome) =>
      this.#seen(open, outcome),
    );
  }

  /** Waits for an answer to what is on its way. */
  *#await(patience: Micros, hedging = false): Process<Ended | undefined> {
    const exchange = this.#exchange as Exchange; // something was sent
    const left = Math.min(patience, this.#deadline - this.#now);
    const answer =
      left === NEVER ? yield* exchange.answered.wait() : yield* exchange.answered.waitUpTo(Math.max(0, left));
    if (this.#left) return undefined;
    if (!answer) {
      if (hedging && this.#now < this.#deadline) return undefined;
      return this.#timedOut();
    }
    this.#close();
    const { outcome, cause } = answer;
    const end = endOf(outcome);
    return { outcome, cause, end, flag: flagOf(end), final: false };
  }

  /** A try has taken too long, or all of them together have; the latter is the end. */
  #timedOut(): Ended {
    for (const open of this.#open) {
      if (open.over) continue;
      this.#cluster.answered(open.host, 504, true, this.#now - open.started);
    }
    this.#close();
    return {
      ...TIMED_OUT,
      cause: this.#cause,
      end: { reason: 'timeout', status: 504, answered: false, rateLimited: false },
      flag: 'UT',
      final: this.#now >= this.#deadline,
    };
  }

  /** The sidecar answers by itself: nothing is sent, nothing is tried again. */
  #local(flag: 'UH' | 'UO'): Ended {
    const { status } = RESPONSE_FLAGS[flag];
    return {
      outcome: failed(flag, status, 'never'),
      cause: this.#cause,
      end: { reason: 'overflow', status, answered: false, rateLimited: false },
      flag,
      final: true,
    };
  }

  /** What the application is told: the host's own answer, or the sidecar's, with its flags. */
  #told({ outcome, end }: Ended, flags: readonly Flag[]): Failed {
    const { failure } = outcome as Failed; // only failures are told of
    if (end.answered) return outcome as Failed;
    return failed(flagText(flags), end.status, this.#tried.length > 1 ? 'maybe' : failure.sent);
  }

  /** A copy's answer has come. */
  #seen(open: Open, outcome: Outcome): void {
    if (open.over) return;
    this.#release(open, outcome.ok || outcome.failure.reason !== RESET.failure.reason);
    const { status, answered } = endOf(outcome);
    this.#cluster.answered(open.host, status, !answered, this.#now - open.started);
  }

  #release(open: Open, reusable: boolean): void {
    open.over = true;
    open.host.active--;
    this.#cluster.active--;
    this.#cluster.pool.release(open.connection, reusable);
  }

  /** Breaks off what is on its way: hosts go on with it, nobody waits. */
  #close(): void {
    for (const open of this.#open) if (!open.over) this.#release(open, false);
    this.#open.length = 0;
    this.#exchange?.close(true);
    this.#exchange = null;
  }

  /** The application has stopped waiting. */
  #abandon(): void {
    if (this.#left) return;
    this.#left = true;
    this.#exchange?.takeBack(OVER);
  }

  #note(kind: 'meshRetry' | 'meshRetryDenied' | 'meshHedge', value: number, reason: string): void {
    const { place, frame, call, operation } = this.#call;
    const { log } = this.#sidecar.system;
    this.#cause = log.note(kind, place, frame.subject, this.#cause, call, value, reason, operation);
  }
}

/** A host over a connection that somebody on the way may forget: from then on nothing arrives, in neither direction. */
function passingBy(connection: Connection, target: Target): Target {
  let lost: End | undefined;
  return {
    get end() {
      if (connection.forgotten) lost ??= lostEnd(target.end, connection.forgotten);
      return lost ?? target.end;
    },
    accept: (incoming) => target.accept(incoming),
  };
}

/** A copy on its way to a host. */
interface Open {
  readonly host: UpstreamHost;
  readonly connection: Connection;
  readonly started: Micros;
  over: boolean;
}

/** What the application would be told if it still listened. */
const OVER = { outcome: failed('DC', 499, 'maybe'), cause: -1 };
const TIMED_OUT = { outcome: failed('UT', 504, 'maybe') };

function endOf(outcome: Outcome): TryEnd {
  if (outcome.ok) return { reason: 'ok', status: 200, answered: true, rateLimited: false };
  const { reason, status } = outcome.failure;
  const answered = reason !== 'reset' && reason !== 'connect-failure';
  return { reason, status, answered, rateLimited: false };
}

function flagOf({ answered, reason }: TryEnd): Flag | null {
  if (answered) return null;
  return reason === 'reset' ? 'UC' : 'UF';
}

const reasonOf = ({ end, flag }: Ended): string => flag ?? end.reason;
