import type { Balancer } from './balancer.ts';
import { leastRequest } from './least-request.ts';
import { Maglev } from './maglev.ts';
import { peakEwma } from './peak-ewma.ts';
import { random } from './random.ts';
import { RingHash } from './ring-hash.ts';
import { RoundRobin } from './round-robin.ts';
import type { WarmUp } from './warm-up.ts';

/** How hosts are chosen, with Istio's and Linkerd's names for the algorithms. */
export type Balancing =
  | { readonly by: 'ROUND_ROBIN' | 'LEAST_REQUEST'; readonly warmUp: WarmUp | null }
  | { readonly by: 'RANDOM' | 'PEAK_EWMA' }
  | { readonly by: 'RING_HASH'; readonly field: string; readonly minimumRingSize: number }
  | { readonly by: 'MAGLEV'; readonly field: string; readonly tableSize: number };

/** Makes one proxy's balancer for one destination. To add an algorithm: write its file, then a case here. */
export function balancerFor(balancing: Balancing): Balancer {
  switch (balancing.by) {
    case 'ROUND_ROBIN':
      return new RoundRobin(balancing.warmUp);
    case 'LEAST_REQUEST':
      return leastRequest(balancing.warmUp);
    case 'RANDOM':
      return random;
    case 'PEAK_EWMA':
      return peakEwma;
    case 'RING_HASH':
      return new RingHash(balancing.minimumRingSize);
    case 'MAGLEV':
      return new Maglev(balancing.tableSize);
  }
}
