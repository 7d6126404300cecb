import type { Stream } from '../kernel/luck.ts';
import type { Micros } from '../kernel/time.ts';
import type { Service } from '../service/service.ts';
import type { System } from '../system.ts';
import type { Address } from './address.ts';
import { Directory, type Finder } from './directory.ts';
import { Endpoints } from './endpoints.ts';
import { VirtualAddress } from './virtual-address.ts';

/**
 * A virtual address whose rules every node keeps: one of the ready instances at random, as kube-proxy with iptables does.
 * An instance is taken out of the rules a while after it has become unready or has been told to end.
 */
export class ClusterIp extends Directory {
  readonly endpoints: Endpoints<Address>;
  readonly #stream: Stream;

  constructor(system: System, service: Service, propagation: Micros) {
    super(system, service);
    this.endpoints = new Endpoints(
      system.sim,
      () => this.announced(),
      () => propagation,
    );
    this.#stream = system.luck.stream(`discovery/${service.name}`);
  }

  override changed(): void {
    this.endpoints.changed();
  }

  finderFor(): Finder {
    return new VirtualAddress(this.#stream, () => this.endpoints.known);
  }
}
