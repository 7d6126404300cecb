import type { Stream } from '../kernel/luck.ts';
import type { Micros } from '../kernel/time.ts';
import { REFUSED } from '../outcome.ts';
import { NONE } from '../recorder.ts';
import type { Service } from '../service/service.ts';
import type { System } from '../system.ts';
import type { Address } from './address.ts';
import { Directory, Finder, type Nobody, type Wanted } from './directory.ts';
import { Endpoints } from './endpoints.ts';

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
      () => this.serving(),
      () => propagation,
    );
    this.#stream = system.luck.stream(`discovery/${service.name}`);
  }

  override changed(): void {
    this.endpoints.changed();
  }

  finderFor(): Finder {
    return new Rules(this.#stream, this.endpoints);
  }
}

/** What the node of a caller does with its connections. */
class Rules extends Finder {
  readonly #stream: Stream;
  readonly #endpoints: Endpoints<Address>;

  constructor(stream: Stream, endpoints: Endpoints<Address>) {
    super();
    this.#stream = stream;
    this.#endpoints = endpoints;
  }

  look(_wanted: Wanted, use: (found: readonly Address[] | Nobody) => void): void {
    const { known } = this.#endpoints;
    use(known.length === 0 ? REJECTED : known);
  }

  protected override pick(known: readonly Address[], { key, variant }: Wanted): Address | undefined {
    return known[this.#stream.below(known.length, key, variant)];
  }
}

/** Without endpoints the rules refuse connections, as a process that does not listen would. */
const REJECTED: Nobody = { outcome: REFUSED, cause: NONE };
