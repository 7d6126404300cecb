import type { Host } from '../flow/host.ts';
import type { Service } from '../service/service.ts';
import type { System } from '../system.ts';
import type { Address } from './address.ts';
import { Directory, type Finder, KnownList } from './directory.ts';

/** A list in a configuration file: what was there at the beginning, whatever becomes of it. */
export class StaticList extends Directory {
  readonly #list: readonly Address[];

  constructor(system: System, service: Service) {
    super(system, service);
    this.#list = this.serving();
  }

  finderFor(caller: Host): Finder {
    const finder = new KnownList(this.system, caller, this.service.name);
    finder.learn(this.#list, true);
    return finder;
  }
}
