import type { Stream } from '../kernel/luck.ts';
import type { Service } from '../service/service.ts';
import type { System } from '../system.ts';
import { Directory, type Finder } from './directory.ts';
import { VirtualAddress } from './virtual-address.ts';

/** A balancer of connections that knows at once which instances are alive. */
export class Truth extends Directory {
  readonly #stream: Stream;

  constructor(system: System, service: Service) {
    super(system, service);
    this.#stream = system.luck.stream(`discovery/${service.name}`);
  }

  finderFor(): Finder {
    return new VirtualAddress(this.#stream, () => this.serving());
  }
}
