import { hashText, mix } from '../../kernel/luck.ts';
import type { UpstreamHost } from '../upstream-host.ts';
import type { Balancer } from './balancer.ts';

interface Ring {
  readonly hashes: Uint32Array;
  readonly hosts: readonly UpstreamHost[];
}

/**
 * Consistent hashing: each host stands at many points of a circle, and a request goes to the next point.
 *
 * When one of n hosts comes or goes, about one in n of the keys moves. The hash function is ours, not Envoy's, so
 * single keys meet other hosts than there.
 */
export class RingHash implements Balancer {
  readonly #size: number;
  /** Of the host sets met, newest last: health changes back and forth between a few. */
  readonly #rings = new Map<string, Ring>();

  /** Points there are at least, over all hosts. */
  constructor(minimumRingSize: number) {
    this.#size = minimumRingSize;
  }

  pick(hosts: readonly UpstreamHost[], { hash, draw }: Parameters<Balancer['pick']>[1]): UpstreamHost {
    const { hashes, hosts: owners } = this.#ring(hosts);
    const point = hash ?? Math.floor(draw(0) * 0x1_0000_0000);
    let low = 0;
    let high = hashes.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (hashes[middle]! < point) low = middle + 1;
      else high = middle;
    }
    return owners[low % hashes.length]!; // a host for each point
  }

  #ring(hosts: readonly UpstreamHost[]): Ring {
    const id = hosts.map(({ address }) => address).join(' ');
    const known = this.#rings.get(id);
    if (known?.hosts.every((host) => hosts.includes(host))) return known;
    const ring = build(hosts, this.#size);
    if (this.#rings.size >= 16) this.#rings.clear();
    this.#rings.set(id, ring);
    return ring;
  }
}

function build(hosts: readonly UpstreamHost[], size: number): Ring {
  const each = Math.ceil(size / hosts.length);
  const points = hosts.flatMap((host) => {
    const seed = hashText(host.address);
    return Array.from({ length: each }, (_, n) => ({ hash: mix(seed, n), host }));
  });
  points.sort((a, b) => a.hash - b.hash);
  return { hashes: Uint32Array.from(points, ({ hash }) => hash), hosts: points.map(({ host }) => host) };
}
