import type { Incoming } from '../calls/send.ts';
import type { Host } from '../flow/host.ts';
import type { Micros } from '../kernel/time.ts';
import { REFUSED } from '../outcome.ts';
import type { Replica } from '../service/replica.ts';
import type { Service } from '../service/service.ts';
import type { System } from '../system.ts';
import { Cluster } from './cluster.ts';
import { receive } from './inbound.ts';
import type { Mesh } from './mesh.ts';
import { type Forwarded, forward } from './outbound.ts';

/** Draws of one call's luck for its passages through sidecars. */
const PASSAGES = { out: 0, in: 1, inBack: 2, outBack: 3 } as const;

/** The proxy beside one replica, or beside a client that is part of the mesh: all its calls go out and come in here. */
export class Sidecar {
  readonly host: Host;
  readonly system: System;
  readonly mesh: Mesh;
  readonly #clusters = new Map<string, Cluster>();

  constructor(system: System, mesh: Mesh, host: Host) {
    this.system = system;
    this.mesh = mesh;
    this.host = host;
  }

  /** Nothing gets in or out. */
  get down(): boolean {
    return this.mesh.isCutOff(this.host);
  }

  /** Takes a call of its own application over; with the sidecar down nobody does. */
  forward(call: Omit<Forwarded, 'service'>): void {
    if (this.down) {
      call.exchange.settle({ outcome: REFUSED, cause: call.call });
      return;
    }
    const service = this.mesh.serviceOf(call.destination);
    this.host.scope.spawnBeside(forward(this, { ...call, service })); // a process of its own beside it
  }

  /** Takes a request in for its own application, which `take`s it if it is let through. */
  receive(incoming: Incoming, replica: Replica, take: (incoming: Incoming) => void): void {
    const { request } = incoming;
    const [key, variant] = [request.thing?.key ?? 0, request.variant];
    const { owner } = this.host;
    const there = this.passage(owner, key, variant, 'in');
    const back = this.passage(owner, key, variant, 'inBack');
    receive(this.system, this.mesh, incoming, replica, take, [there, back]);
  }

  /** How long one passage takes, for calls to a destination. */
  passage(destination: string, key: number, variant: number, passage: keyof typeof PASSAGES): Micros {
    return this.mesh.latency(destination, this.host, key, variant, PASSAGES[passage]);
  }

  /** What it knows of a destination, or of one version of it; anew where the settings have changed. */
  cluster(service: Service, subset: string | null): Cluster {
    const policy = this.mesh.policy(service.name, this.host);
    const id = subset === null ? service.name : `${service.name}@${subset}`;
    const known = this.#clusters.get(id);
    if (known?.policy === policy) return known;
    const { system, host, mesh } = this;
    const dial = mesh.dialer(host, service);
    const cluster = new Cluster(system, host, service.name, subset, policy, mesh.endpoints(service), dial);
    for (const firewall of mesh.firewallsBetween(host, service)) cluster.passes(firewall);
    this.#clusters.set(id, cluster);
    return cluster;
  }

  /** What it knows of a service, as far as it has asked. */
  clustersOf(service: string): readonly Cluster[] {
    return [...this.#clusters].flatMap(([id, cluster]) => (id.split('@')[0] === service ? [cluster] : []));
  }

  /** The process is gone, and with it all it knew and every connection. */
  reset(): void {
    this.#clusters.clear();
  }
}
