import { hashText, mix } from '../../kernel/luck.ts';
import type { UpstreamHost } from '../upstream-host.ts';
import type { Balancer, Choice } from './balancer.ts';

interface Lookup {
  readonly hosts: readonly UpstreamHost[];
  /** For each place of the table, the number of its host. */
  readonly table: Uint32Array;
}

/**
 * Google's Maglev: hosts take turns in filling a table of a prime number of places, each in an order of its own.
 *
 * Every host gets almost the same number of places, and a change of hosts moves few of the others. The hash functions
 * are ours. Source: Eisenbud and others, "Maglev: A Fast and Reliable Software Network Load Balancer".
 */
export class Maglev implements Balancer {
  readonly #size: number;
  readonly #lookups = new Map<string, Lookup>();

  /** A prime number. */
  constructor(tableSize: number) {
    this.#size = tableSize;
  }

  pick(hosts: readonly UpstreamHost[], { hash, draw }: Choice): UpstreamHost {
    const lookup = this.#lookup(hosts);
    const place = hash === null ? Math.floor(draw(0) * this.#size) : hash % this.#size;
    return lookup.hosts[lookup.table[place]!]!; // the table is full
  }

  #lookup(hosts: readonly UpstreamHost[]): Lookup {
    const id = hosts.map(({ address }) => address).join(' ');
    const known = this.#lookups.get(id);
    if (known?.hosts.every((host) => hosts.includes(host))) return known;
    const lookup = { hosts, table: fill(hosts, this.#size) };
    if (this.#lookups.size >= 16) this.#lookups.clear();
    this.#lookups.set(id, lookup);
    return lookup;
  }
}

function fill(hosts: readonly UpstreamHost[], size: number): Uint32Array {
  const EMPTY = 0xffff_ffff;
  const table = new Uint32Array(size).fill(EMPTY);
  const orders = hosts.map(({ address }) => {
    const seed = hashText(address);
    return { place: mix(seed, 1) % size, skip: (mix(seed, 2) % (size - 1)) + 1 };
  });
  for (let filled = 0; filled < size; ) {
    for (const [number, order] of orders.entries()) {
      if (filled === size) break;
      while (table[order.place] !== EMPTY) order.place = (order.place + order.skip) % size;
      table[order.place] = number;
      filled++;
    }
  }
  return table;
}
