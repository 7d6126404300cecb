import { parse } from 'yaml';
import { type World, worldSchema } from '../../src/sim/world/schema/world.ts';

/**
 * A request through a gateway, three services and a database, with a sidecar at each of the four, mutual TLS between
 * them, a timeout for each call, and a span for each hop. The numbers are those of `plain.ts`.
 */
export const hopsWorld = (requests: number): World =>
  worldSchema.parse(
    parse(`
      entities: { order: {} }
      run: { for: 600s, settle: 10s }
      network: { links: { "* -> *": { rtt: 1ms } } }
      clients:
        shopper: { rate: 200/s, count: ${requests}, entity: order, patience: 10s, steps: { buy: { call: gateway.buy } } }
      services:
        gateway:
          workers: 1000
          work: 1ms
          calls: { orders: { timeout: 5s } }
          operations: { buy: { steps: { next: { call: orders.place } } } }
        orders:
          workers: 64
          work: exponential(2ms)
          calls: { stock: { timeout: 4s } }
          operations: { place: { steps: { next: { call: stock.reserve } } } }
        stock:
          workers: 64
          work: exponential(2ms)
          calls: { prices: { timeout: 3s } }
          operations: { reserve: { steps: { next: { call: prices.quote } } } }
        prices:
          workers: 64
          work: exponential(2ms)
          db: { read: 2ms, tables: { prices: { key: order } } }
          operations: { quote: { steps: { look: { read: prices } } } }
      mesh:
        default: { mtls: STRICT, proxy: { latency: 200us } }
        gateway: { mtls: PERMISSIVE, proxy: { latency: 200us } }
    `),
  );
