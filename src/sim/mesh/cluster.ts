import type { Endpoints } from '../discovery/endpoints.ts';
import type { Host } from '../flow/host.ts';
import { hashText, mix, type Stream } from '../kernel/luck.ts';
import type { Micros } from '../kernel/time.ts';
import type { Firewall, Forgettable } from '../net/firewall.ts';
import { Name, NONE } from '../recorder.ts';
import type { Replica } from '../service/replica.ts';
import type { System } from '../system.ts';
import type { Balancer } from './balancers/balancer.ts';
import { balancerFor } from './balancers/index.ts';
import { observeLatency } from './balancers/peak-ewma.ts';
import { ConnectionPool, type Dial } from './connection-pool.ts';
import { OutlierDetector } from './outlier-detection.ts';
import { priorityShares } from './panic.ts';
import type { Policy } from './policy.ts';
import { UpstreamHost } from './upstream-host.ts';

/** How often another host is drawn for a retry before the same one is accepted (Istio's setting for Envoy). */
const RESELECTIONS = 5;

/** Draws of one request's luck for choosing among priorities, then for each selection. */
const PRIORITY_DRAW = 90;
const DRAWS_PER_SELECTION = 2;

/** What a choice of a host goes by, of the request. */
export interface Selection {
  readonly key: number;
  readonly variant: number;
  /** Stands for the field that a consistent hash goes by; null where there is none. */
  readonly hash: number | null;
  /** Hosts that have been tried for this request. */
  readonly tried: readonly UpstreamHost[];
}

/** One sidecar's view of one destination: its hosts, their health, and what is in progress. */
export class Cluster {
  readonly policy: Policy;
  readonly pool: ConnectionPool;
  /** Requests in progress. */
  active = 0;
  /** Retries in progress, back-off included. */
  retries = 0;
  readonly #system: System;
  readonly #name: Name;
  readonly #near: Host;
  readonly #subset: string | null;
  readonly #endpoints: Endpoints<Replica>;
  readonly #balancer: Balancer;
  readonly #detector: OutlierDetector | null;
  readonly #stream: Stream;
  readonly #known = new Map<Replica, UpstreamHost<Replica>>();
  #priorities: readonly (readonly UpstreamHost<Replica>[])[] = [];
  #version = -1;
  #panics = false;
  #sweeping = false;
  readonly #bornAt: Micros;

  /** `subset`: the version whose instances it has; null: all. */
  constructor(
    system: System,
    near: Host,
    service: string,
    subset: string | null,
    policy: Policy,
    endpoints: Endpoints<Replica>,
    dial: Dial,
  ) {
    this.#system = system;
    this.policy = policy;
    this.#near = near;
    this.#subset = subset;
    const label = subset === null ? service : `${service}@${subset}`;
    this.#name = new Name(`${near.name.text} -> ${label}`);
    this.#endpoints = endpoints;
    this.#balancer = balancerFor(policy.balancing);
    this.#stream = system.luck.stream(`mesh/${near.owner} -> ${service}`);
    this.#bornAt = system.sim.now;
    this.pool = new ConnectionPool(system.sim, policy.pool, dial, incarnation);
    this.#detector =
      policy.outlierDetection &&
      new OutlierDetector(policy.outlierDetection, this.#observer(), () => system.sim.now);
  }

  /** Requests that a retry budget counts: in progress, or waiting for a connection. */
  get inProgress(): number {
    return this.active + this.pool.pending;
  }

  /** A number from 0 to 1 of a request's own luck here. */
  draw({ key, variant }: Pick<Selection, 'key' | 'variant'>, n: number): number {
    return this.#stream.uniform(key, variant, n);
  }

  /** The host for one try; undefined where no healthy one is left. */
  select(selection: Selection): UpstreamHost<Replica> | undefined {
    this.#refresh();
    const candidates = this.#candidates(selection);
    if (candidates.length === 0) return undefined;
    let host = this.#pick(candidates, selection, 0);
    const { ignorePreviousHosts } = this.policy.retry;
    for (let n = 1; ignorePreviousHosts && n <= RESELECTIONS && selection.tried.includes(host); n++)
      host = this.#pick(candidates, selection, n);
    return host;
  }

  /** A host has answered, or has not: what outlier detection and the balancer make of it. */
  answered(host: UpstreamHost, status: number, localOrigin: boolean, took: Micros): void {
    this.#system.mesh?.saw(host.target as Replica, status < 500, took); // all hosts are replicas
    if (!localOrigin) observeLatency(host, took, this.#system.sim.now);
    this.#detector?.answered(host, status, localOrigin);
    this.#arm();
  }

  /** From now on its connections pass by somebody who may forget them. */
  passes(firewall: Firewall): void {
    this.pool.passes(({ host, usedAt }) => firewall((host.target as Replica).name.hash, usedAt)); // all hosts are replicas
  }

  /** Its connections that lie idle, or are shared. */
  open(): readonly Forgettable[] {
    return this.pool.open.map((connection) => ({
      key: (connection.host.target as Replica).name.hash, // all hosts are replicas
      forget(forgotten) {
        connection.forgotten ??= forgotten;
      },
    }));
  }

  #pick(
    candidates: readonly UpstreamHost<Replica>[],
    selection: Selection,
    n: number,
  ): UpstreamHost<Replica> {
    // A hash always points at the same host; when that one was tried, another point of the ring is asked.
    const hash = selection.hash === null || n === 0 ? selection.hash : mix(selection.hash, n);
    return this.#balancer.pick(candidates, {
      draw: (at) => this.draw(selection, n * DRAWS_PER_SELECTION + at),
      hash,
      now: this.#system.sim.now,
    }) as UpstreamHost<Replica>; // one of those it was given
  }

  /** Hosts of the priority that this request's luck falls on: the healthy ones, or all in panic. */
  #candidates(selection: Selection): readonly UpstreamHost<Replica>[] {
    const { panicThreshold } = this.policy;
    const groups = this.#priorities;
    const out = this.#detector?.ejected ?? 0;
    if (groups.length <= 1 && out === 0) {
      this.#panic(false, 0);
      return groups[0] ?? [];
    }
    const healthy = groups.map((group) => group.filter(({ ejected }) => !ejected));
    const shares = priorityShares(
      groups.map((group, at) => ({ hosts: group.length, healthy: healthy[at]!.length })),
      panicThreshold,
    );
    let left = this.draw(selection, PRIORITY_DRAW) * 100;
    let at = shares.findIndex(({ load }) => {
      left -= load;
      return left < 0;
    });
    if (at < 0) at = shares.length - 1;
    const share = shares[at]!; // there is at least one group here
    this.#panic(share.panic, healthy[at]!.length);
    return share.panic ? groups[at]! : healthy[at]!;
  }

  #panic(panics: boolean, healthy: number): void {
    if (panics === this.#panics) return;
    this.#panics = panics;
    this.#system.log.note('panic', this.#name, undefined, NONE, NONE, healthy, panics ? 'on' : 'off');
  }

  /** Takes over what the control plane has told since the last request. */
  #refresh(): void {
    const { version } = this.#endpoints;
    if (version === this.#version) return;
    const subset = this.#subset;
    const replicas = this.#endpoints.known.filter(({ version: runs }) => subset === null || runs === subset);
    const first = this.#version < 0;
    this.#version = version;
    for (const replica of [...this.#known.keys()])
      if (!replicas.includes(replica)) this.#known.delete(replica);
    const hosts = replicas.map((replica) => this.#hostOf(replica, first));
    if (this.#detector) this.#detector.hosts = hosts;
    const here = this.#near.end.zone;
    const [near, far] = [
      hosts.filter(({ zone }) => zone === here),
      hosts.filter(({ zone }) => zone !== here),
    ];
    const split = this.policy.byLocality && here !== null && near.length > 0 && far.length > 0;
    this.#priorities = split ? [near, far] : hosts.length === 0 ? [] : [hosts];
  }

  #hostOf(replica: Replica, first: boolean): UpstreamHost<Replica> {
    const known = this.#known.get(replica);
    if (known) return known;
    // Who was there before this sidecar is taken to be warm.
    const since = first ? Number.NEGATIVE_INFINITY : this.#system.sim.now;
    const host = new UpstreamHost(replica.name.text, replica, since, replica.end.zone);
    this.#known.set(replica, host);
    return host;
  }

  /** Sweeps come at multiples of the interval, and only while there is anything to look at. */
  #arm(): void {
    const detection = this.policy.outlierDetection;
    if (this.#sweeping || !detection || !this.#detector?.restless) return;
    this.#sweeping = true;
    const { sim } = this.#system;
    const { interval } = detection;
    const since = sim.now - this.#bornAt;
    sim.after((Math.floor(since / interval) + 1) * interval - since, () => {
      this.#sweeping = false;
      this.#detector?.sweep();
      this.#arm();
    });
  }

  #observer() {
    const { log } = this.#system;
    const note = (
      kind: 'ejected' | 'ejectionRefused' | 'returned',
      host: UpstreamHost,
      value: number,
      why?: string,
    ) => log.note(kind, this.#name, undefined, NONE, NONE, value, why, (host.target as Replica).name); // all are replicas
    return {
      ejected: (host: UpstreamHost, reason: string, time: Micros) => note('ejected', host, time, reason),
      overflowed: (host: UpstreamHost, reason: string) =>
        note('ejectionRefused', host, this.#priorities.flat().length, reason),
      returned: (host: UpstreamHost) => note('returned', host, 0),
    };
  }
}

/** Since when a replica's process has run; null while it does not. */
const incarnation = (host: UpstreamHost): Micros | null => {
  const { up, startedAt, end } = host.target as Replica; // all hosts are replicas
  return up || end.off ? startedAt : null; // a machine that is off closes nothing
};

/** Stands for the value of a request's field, for consistent hashing. */
export function hashOf(value: unknown): number | null {
  return value === undefined || value === null ? null : hashText(String(value));
}
