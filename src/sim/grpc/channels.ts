import type { Destination } from '../calls/send.ts';
import { Truth } from '../discovery/truth.ts';
import type { Host } from '../flow/host.ts';
import type { Firewall, Meets } from '../net/firewall.ts';
import type { Service } from '../service/service.ts';
import type { System } from '../system.ts';
import type { GrpcChannelSettings } from '../world/schema/grpc.ts';
import { Channel } from './channel.ts';
import type { Connection } from './connection.ts';

/** The gRPC channels of all processes. A channel dies with its process. */
export class Channels {
  readonly #system: System;
  readonly #channels = new Map<Host, Map<string, Channel>>();
  readonly #firewalls: {
    readonly meets: Meets;
    readonly firewall: Firewall;
  }[] = [];
  readonly #truths = new Map<string, Truth>();

  constructor(system: System) {
    this.#system = system;
  }

  /** Where a call goes: over the caller's channel, or to its sidecar, which balances requests and not connections. */
  destination(caller: Host, name: string, settings: GrpcChannelSettings): Destination {
    const service = this.#system.services.get(name);
    if (!service) throw new Error(`there is no service ${name}`);
    if (this.#system.mesh?.sidecarOf(caller)) return service;
    let channels = this.#channels.get(caller);
    if (!channels) {
      channels = new Map();
      this.#channels.set(caller, channels);
    }
    const known = channels.get(name);
    if (known && known.settings === settings) return known;
    const finder = this.#system.discovery?.finder(caller, service) ?? this.#truth(service).finderFor();
    const channel = new Channel(this.#system, caller, service, finder, settings);
    for (const { meets, firewall } of this.#firewalls)
      if (this.#meets(meets, caller, name)) channel.passes(firewall);
    channels.set(name, channel);
    return channel;
  }

  /** Puts somebody who may forget connections between two sides; the result is the connections that there are already. */
  passBy(meets: Meets, firewall: Firewall): () => readonly Connection[] {
    this.#firewalls.push({ meets, firewall });
    const met = () =>
      [...this.#channels].flatMap(([caller, channels]) =>
        [...channels].flatMap(([name, channel]) => (this.#meets(meets, caller, name) ? [channel] : [])),
      );
    for (const channel of met()) channel.passes(firewall);
    return () => met().flatMap(({ connections }) => connections);
  }

  #meets(meets: Meets, caller: Host, name: string): boolean {
    const service = this.#system.services.get(name);
    return service !== undefined && meets(caller.end, service.end);
  }

  /** A process is gone, or begins anew. */
  forget(caller: Host): void {
    for (const channel of this.#channels.get(caller)?.values() ?? []) channel.close();
    this.#channels.delete(caller);
  }

  #truth(service: Service): Truth {
    const known = this.#truths.get(service.name);
    if (known) return known;
    const truth = new Truth(this.#system, service);
    this.#truths.set(service.name, truth);
    return truth;
  }
}
