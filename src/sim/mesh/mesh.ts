import type { Destination } from '../calls/send.ts';
import type { Host } from '../flow/host.ts';
import { type Sampler, sampler } from '../kernel/distribution.ts';
import { mix, type Stream } from '../kernel/luck.ts';
import type { Process } from '../kernel/process.ts';
import { type Micros, ms, seconds } from '../kernel/time.ts';
import type { Replica } from '../service/replica.ts';
import type { Service } from '../service/service.ts';
import type { System } from '../system.ts';
import { type MeshDestination, meshDestination } from '../world/schema/mesh.ts';
import type { World } from '../world/schema/world.ts';
import type { ConnectFailure, Dial } from './connection-pool.ts';
import { Endpoints } from './endpoints.ts';
import { type Policy, policyOf } from './policy.ts';
import { Sidecar } from './sidecar.ts';

const UNSET: MeshDestination = meshDestination.parse({});

/** What a TLS handshake costs the two processors: docs/fidelity.md, "The mesh". */
const TLS_WORK: Micros = ms(1);

/** Kernels give up unanswered connection requests after about this long. */
const MOST_PATIENT: Micros = seconds(127);

interface Configured {
  readonly text: string;
  readonly settings: MeshDestination;
  readonly policy: Policy;
  readonly latency: Sampler;
}

/** A service mesh: the control plane's settings and knowledge, and the sidecars that follow them. */
export class Mesh {
  readonly #system: System;
  #settings: World['mesh'];
  readonly #latencies: Stream;
  readonly #configured = new Map<string, Configured>();
  readonly #sidecars = new Map<Host, Sidecar>();
  readonly #endpoints = new Map<Service, Endpoints>();

  constructor(system: System, settings: World['mesh']) {
    this.#system = system;
    this.#settings = settings;
    this.#latencies = system.luck.stream('mesh/latency');
  }

  /** Takes new settings. Where nothing has changed, sidecars keep their connections and what they know of hosts. */
  apply(settings: World['mesh']): void {
    this.#settings = settings;
    for (const [name, { text }] of [...this.#configured])
      if (text !== JSON.stringify(this.#settingsOf(name))) this.#configured.delete(name);
  }

  /** The caller's sidecar, where a call goes through one: not to a broker, nor from outside the mesh. */
  sidecarBetween(caller: Host, destination: Destination): Sidecar | undefined {
    return this.#isService(destination) ? this.sidecarOf(caller) : undefined;
  }

  /** The sidecar beside a replica or a client; undefined where there is none. */
  sidecarOf(host: Host): Sidecar | undefined {
    const { services, clients } = this.#system.world;
    const meshed = (services[host.owner] ?? clients[host.owner])?.sidecar ?? false;
    if (!meshed) return undefined;
    const known = this.#sidecars.get(host);
    if (known) return known;
    const sidecar = new Sidecar(this.#system, this, host);
    this.#sidecars.set(host, sidecar);
    return sidecar;
  }

  serviceOf(destination: Destination): Service {
    if (this.#isService(destination)) return destination;
    throw new Error('only calls of services go through sidecars');
  }

  policy(destination: string): Policy {
    return this.#configuredFor(destination).policy;
  }

  settings(destination: string): MeshDestination {
    return this.#configuredFor(destination).settings;
  }

  endpoints(service: Service): Endpoints {
    const known = this.#endpoints.get(service);
    if (known) return known;
    const propagation = () => this.settings(service.name).proxy.propagation;
    const endpoints = new Endpoints(this.#system.sim, service, propagation);
    this.#endpoints.set(service, endpoints);
    return endpoints;
  }

  /** An instance came, died or left. */
  changed(replica: Replica): void {
    if (!replica.up) this.#sidecars.get(replica)?.reset();
    this.#endpoints.get(replica.service)?.changed();
  }

  /** How long a passage through a sidecar takes, for calls to a destination. */
  latency(destination: string, key: number, variant: number, n: number): Micros {
    return Math.round(this.#configuredFor(destination).latency(this.#latencies.uniform(key, variant, n)));
  }

  /** How a sidecar opens connections to a service: a round trip for TCP, one more for TLS 1.3, and its arithmetic. */
  dialer(near: Host, service: Service): Dial {
    const { sim, network } = this.#system;
    const secure = !service.external && this.#isMeshed(service.name);
    let dialled = 0;
    return function* dial(host, patience): Process<ConnectFailure | null> {
      const { end } = host.target as Replica; // all hosts are replicas
      const far = host.target as Replica;
      const way = network.send(near.end, end, 'connect', mix(far.name.hash, ++dialled), 0, undefined, -1, -1);
      if (way.lost !== null) {
        yield sim.sleep(Math.min(patience, MOST_PATIENT));
        return 'connect-failure';
      }
      const time = way.delay * (secure ? 4 : 2) + (secure ? TLS_WORK : 0);
      yield sim.sleep(Math.min(time, patience));
      if (time > patience || way.refused || !far.up) return 'connect-failure';
      return null;
    };
  }

  #isService(destination: Destination): destination is Service & Destination {
    const { name } = destination as Partial<Service>;
    return name !== undefined && this.#system.services.get(name) === destination;
  }

  #isMeshed(service: string): boolean {
    return this.#system.world.services[service]?.sidecar ?? false;
  }

  #settingsOf(destination: string): MeshDestination {
    return this.#settings[destination] ?? this.#settings['default'] ?? UNSET;
  }

  #configuredFor(destination: string): Configured {
    const known = this.#configured.get(destination);
    if (known) return known;
    const settings = this.#settingsOf(destination);
    const configured: Configured = {
      text: JSON.stringify(settings),
      settings,
      policy: policyOf(settings),
      latency: sampler(settings.proxy.latency),
    };
    this.#configured.set(destination, configured);
    return configured;
  }
}
