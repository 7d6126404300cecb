import type { Destination, Incoming } from '../calls/send.ts';
import { Endpoints } from '../discovery/endpoints.ts';
import type { Host } from '../flow/host.ts';
import { type Sampler, sampler } from '../kernel/distribution.ts';
import type { Stream } from '../kernel/luck.ts';
import type { Micros } from '../kernel/time.ts';
import type { Firewall, Forgettable, Meets } from '../net/firewall.ts';
import type { End } from '../net/network.ts';
import type { Replica } from '../service/replica.ts';
import type { Service } from '../service/service.ts';
import type { System } from '../system.ts';
import { type MeshDestination, meshDestination } from '../world/schema/mesh.ts';
import type { World } from '../world/schema/world.ts';
import { FIRST_VERSION } from '../world/version.ts';
import type { WrongSettings } from './blame.ts';
import { type Certificate, Certificates } from './certificates.ts';
import type { Dial } from './connection-pool.ts';
import { dialer } from './handshake.ts';
import { type Policy, policyOf } from './policy.ts';
import { Rollout } from './rollout.ts';
import type { Routing } from './route.ts';
import { Sidecar } from './sidecar.ts';

const UNSET: MeshDestination = meshDestination.parse({});

/** Settings that proxies have been given for a destination, wrongly. */
interface Push extends WrongSettings {
  readonly id: string;
  readonly destination: string;
  /** Whether a proxy works by it at this moment. */
  reaches(host: Host): boolean;
}

const NOTHING_WRONG: readonly Push[] = [];

interface Configured {
  readonly text: string;
  readonly settings: MeshDestination;
  readonly policy: Policy;
  readonly latency: Sampler;
}

/** A service mesh: the control plane's settings and knowledge, and the sidecars that follow them. */
export class Mesh {
  readonly certificates: Certificates;
  /** Faults: whose sidecars are down. */
  readonly outages: ((host: Host) => boolean)[] = [];
  /** Faults that refuse a request; the record of the strike, or null. */
  readonly policyFaults: ((replica: Replica, incoming: Incoming) => number | null)[] = [];
  /** Shares of versions that rollouts have set. */
  readonly weights = new Map<string, Readonly<Record<string, number>>>();
  readonly #firewalls: { readonly meets: Meets; readonly firewall: Firewall }[] = [];
  readonly #system: System;
  #settings: World['mesh'];
  readonly #latencies: Stream;
  readonly #configured = new Map<string, Configured>();
  readonly #pushes: Push[] = [];
  /** By destination, and the pushes that a proxy works by. */
  readonly #pushed = new Map<string, Configured>();
  readonly #sidecars = new Map<Host, Sidecar>();
  readonly #rollouts = new Map<string, { readonly text: string; readonly rollout: Rollout }>();
  readonly #endpoints = new Map<string, Endpoints<Replica>>();
  /** When the certificate ends that each workload has shown last. */
  readonly #shown = new Map<string, Micros>();

  constructor(system: System, settings: World['mesh']) {
    this.#system = system;
    this.#settings = settings;
    this.#latencies = system.luck.stream('mesh/latency');
    this.certificates = new Certificates((workload) => this.settings(workload).certificates);
    this.#rollOut();
  }

  /** Takes new settings. Where nothing has changed, sidecars keep their connections and what they know of hosts. */
  apply(settings: World['mesh']): void {
    this.#settings = settings;
    this.#pushed.clear();
    for (const [name, { text }] of [...this.#configured])
      if (text !== JSON.stringify(this.#settingsOf(name))) this.#configured.delete(name);
    this.#rollOut();
  }

  /** The certificate that a workload shows in a handshake. */
  showCertificate(workload: string, now: Micros): Certificate {
    const certificate = this.certificates.of(workload, now);
    if (this.#shown.get(workload) !== certificate.notAfter) {
      this.#shown.set(workload, certificate.notAfter);
      this.#system.gauges.set('valid until', workload, certificate.notAfter);
    }
    return certificate;
  }

  /** A host has answered a sidecar, well or not. */
  saw(replica: Replica, ok: boolean, took: Micros): void {
    this.#rollouts.get(replica.owner)?.rollout.saw(replica.version, ok, took);
  }

  /** The caller's sidecar, where a call goes through one: not to a broker, nor from outside the mesh. */
  sidecarBetween(caller: Host, destination: Destination): Sidecar | undefined {
    return this.#isService(destination) ? this.sidecarOf(caller) : undefined;
  }

  /** The sidecar beside a replica or a client; undefined where there is none. */
  sidecarOf(host: Host): Sidecar | undefined {
    if (!this.isMeshed(host)) return undefined;
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

  /** Gives settings to proxies that nobody meant them to have. */
  push(push: Push): void {
    this.#pushes.push(push);
  }

  /** What holds for a destination, as the proxy beside `host` knows it. */
  policy(destination: string, host: Host): Policy {
    return this.#configuredFor(destination, host).policy;
  }

  /** Which version gets a request: a rollout's word goes before the settings', and a wrong push before both. */
  routing(destination: string, host: Host): Routing {
    const { routing } = this.policy(destination, host);
    const weights = this.weights.get(destination);
    const isWrong = this.wrongSettings(destination, host).some(({ set }) => set.route !== undefined);
    return weights && !isWrong ? { ...routing, weights } : routing;
  }

  /** Versions other than the first that requests may be sent to: they run beside it. */
  versionsBeside(destination: string): readonly string[] {
    const { route, match, mirror, rollout } = this.settings(destination);
    const named = [...Object.keys(route ?? {}), ...Object.values(match).map(({ to }) => to)];
    if (mirror) named.push(mirror.to);
    if (rollout) named.push(rollout.from, rollout.to);
    return [...new Set(named)].filter((version) => version !== FIRST_VERSION);
  }

  /** A number from 0 to 1 of one call's own luck at a destination. */
  draw(destination: string, key: number, variant: number, n: number): number {
    return this.#system.luck.stream(`mesh/route/${destination}`).uniform(key, variant, n);
  }

  /** Without a host: what they should be. */
  settings(destination: string, host?: Host): MeshDestination {
    return this.#configuredFor(destination, host).settings;
  }

  endpoints(service: Service): Endpoints<Replica> {
    const known = this.#endpoints.get(service.name);
    if (known) return known;
    const propagation = () => this.settings(service.name).proxy.propagation;
    const endpoints = new Endpoints(
      this.#system.sim,
      () => service.replicas.filter(({ announced }) => announced),
      propagation,
    );
    this.#endpoints.set(service.name, endpoints);
    return endpoints;
  }

  /** An instance came, died or left. */
  changed(replica: Replica): void {
    if (!replica.up) this.#sidecars.get(replica)?.reset();
    this.#endpoints.get(replica.owner)?.changed();
  }

  /** How long a passage through a sidecar takes, for calls to a destination. */
  latency(destination: string, host: Host, key: number, variant: number, n: number): Micros {
    const { latency } = this.#configuredFor(destination, host);
    return Math.round(latency(this.#latencies.uniform(key, variant, n)));
  }

  dialer(near: Host, service: Service): Dial {
    return dialer(this.#system, this, near, service.name);
  }

  /** Whether two speak mutual TLS: both are in the mesh, and the callee takes it. */
  isSecure(near: Host, far: Replica): boolean {
    return this.isMeshed(near) && this.isMeshed(far) && this.settings(far.owner, far).mtls !== 'DISABLE';
  }

  /** The same as anybody sees it who listens between them. */
  isEncrypted(near: Host, far: End): boolean {
    return this.isMeshed(near) && this.isMeshed(far) && this.settings(far.owner).mtls !== 'DISABLE';
  }

  /** Whom a callee takes its caller for: a workload that has shown its certificate; null for one that spoke plain text. */
  peerOf(caller: Host | undefined, callee: Replica, claimed: string): string | null {
    return caller && this.isSecure(caller, callee) ? claimed : null;
  }

  /** Whether nothing gets into or out of a pod, since its sidecar is down. */
  isCutOff(host: Host): boolean {
    return this.outages.some((outage) => outage(host));
  }

  isMeshed({ owner }: Pick<Host, 'owner'>): boolean {
    const { services, clients } = this.#system.world;
    return (services[owner] ?? clients[owner])?.sidecar ?? false;
  }

  /** Puts somebody who may forget connections between two sides; the result is the connections that lie open by then. */
  passBy(meets: Meets, firewall: Firewall): () => readonly Forgettable[] {
    this.#firewalls.push({ meets, firewall });
    const met = () =>
      [...this.#sidecars.values()].flatMap((sidecar) =>
        [...this.#system.services.values()].flatMap(({ name, end }) =>
          meets(sidecar.host.end, end) ? sidecar.clustersOf(name) : [],
        ),
      );
    for (const cluster of met()) cluster.passes(firewall);
    return () => met().flatMap((cluster) => cluster.open());
  }

  firewallsBetween(caller: Host, service: Service): readonly Firewall[] {
    return this.#firewalls.flatMap(({ meets, firewall }) =>
      meets(caller.end, service.end) ? [firewall] : [],
    );
  }

  /** Begins the rollouts that are new, and ends those that are no longer wanted. */
  #rollOut(): void {
    for (const [name, { rollout: settings }] of Object.entries(this.#settings)) {
      const text = JSON.stringify(settings);
      const running = this.#rollouts.get(name);
      if (name === 'default' || (running?.text ?? 'null') === text) continue;
      running?.rollout.stop();
      this.#rollouts.delete(name);
      this.weights.delete(name);
      if (!settings) continue;
      const rollout = new Rollout(this.#system, name, settings, (weights) => this.weights.set(name, weights));
      this.#rollouts.set(name, { text, rollout });
    }
  }

  #isService(destination: Destination): destination is Service & Destination {
    const { name } = destination as Partial<Service>;
    return name !== undefined && this.#system.services.get(name) === destination;
  }

  #settingsOf(destination: string): MeshDestination {
    return this.#settings[destination] ?? this.#settings['default'] ?? UNSET;
  }

  /** What the proxy beside `host` was given by mistake for a destination, and works by at this moment. */
  wrongSettings(destination: string, host: Host): readonly Push[] {
    if (this.#pushes.length === 0) return NOTHING_WRONG;
    return this.#pushes.filter((push) => push.destination === destination && push.reaches(host));
  }

  #configuredFor(destination: string, host?: Host): Configured {
    const pushes = host === undefined ? NOTHING_WRONG : this.wrongSettings(destination, host);
    if (pushes.length > 0) return this.#pushedFor(destination, pushes);
    const known = this.#configured.get(destination);
    if (known) return known;
    const configured = configure(this.#settingsOf(destination));
    this.#configured.set(destination, configured);
    return configured;
  }

  #pushedFor(destination: string, pushes: readonly Push[]): Configured {
    const key = JSON.stringify([destination, ...pushes.map(({ id }) => id)]);
    const known = this.#pushed.get(key);
    if (known) return known;
    const wrong = Object.assign({}, ...pushes.map(({ set }) => set)) as Partial<MeshDestination>;
    const configured = configure({ ...this.#settingsOf(destination), ...wrong });
    this.#pushed.set(key, configured);
    return configured;
  }
}

const configure = (settings: MeshDestination): Configured => ({
  text: JSON.stringify(settings),
  settings,
  policy: policyOf(settings),
  latency: sampler(settings.proxy.latency),
});
