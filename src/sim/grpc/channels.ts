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
  /** By service, and by the settings that they are called with. */
  readonly #channels = new Map<Host, Map<string, Map<GrpcChannelSettings, Channel>>>();
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
    const channels = this.#to(caller, name);
    const known = channels.get(settings) ?? withEqual(channels, settings);
    if (known) return known;
    const finder = this.#system.discovery?.finder(caller, service) ?? this.#truth(service).finderFor();
    const channel = new Channel(this.#system, caller, service, finder, settings);
    for (const { meets, firewall } of this.#firewalls)
      if (this.#meets(meets, caller, name)) channel.passes(firewall);
    channels.set(settings, channel);
    return channel;
  }

  #to(caller: Host, name: string): Map<GrpcChannelSettings, Channel> {
    const byName = this.#channels.get(caller) ?? new Map<string, Map<GrpcChannelSettings, Channel>>();
    this.#channels.set(caller, byName);
    const channels = byName.get(name) ?? new Map<GrpcChannelSettings, Channel>();
    byName.set(name, channels);
    return channels;
  }

  /** Puts somebody who may forget connections between two sides; the result is the connections that there are already. */
  passBy(meets: Meets, firewall: Firewall): () => readonly Connection[] {
    this.#firewalls.push({ meets, firewall });
    const met = () =>
      [...this.#channels].flatMap(([caller, channels]) =>
        [...channels].flatMap(([name, those]) =>
          this.#meets(meets, caller, name) ? [...new Set(those.values())] : [],
        ),
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
    for (const channels of this.#channels.get(caller)?.values() ?? [])
      for (const channel of channels.values()) channel.close();
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

/** Operations of one service may be called with settings of their own; where those are equal, they share a channel. */
function withEqual(
  channels: Map<GrpcChannelSettings, Channel>,
  settings: GrpcChannelSettings,
): Channel | undefined {
  const wanted = JSON.stringify(settings);
  const equal = [...channels.values()].find((channel) => JSON.stringify(channel.settings) === wanted);
  if (equal) channels.set(settings, equal);
  return equal;
}
