import type { CallClients } from '../calls/clients.ts';
import type { Database } from '../database/database.ts';
import type { Scope } from '../kernel/process.ts';
import type { Resource } from '../kernel/resource.ts';
import type { Micros } from '../kernel/time.ts';
import type { End } from '../net/network.ts';
import type { Name } from '../recorder.ts';
import type { CacheStore } from './cache-store.ts';
import type { Frame } from './frame.ts';

/** Who runs a flow: a replica of a service, or a client outside. */
export interface Host {
  /** `payment`, `shoppers`. */
  readonly owner: string;
  /** `payment[0]`, `shoppers`. */
  readonly name: Name;
  /** Where it stands in the network. */
  readonly end: End;
  /** Everything it is doing; killed by a crash. */
  readonly scope: Scope;
  /** The client library, with its breakers and bulkheads. Volatile. */
  readonly calls: CallClients;
  readonly caches: CacheStore;
  /** Null for a client outside, and for a service that owns no data. */
  readonly database: Database | null;
  /** Connection pools of this replica, by name. */
  pool(name: string): Resource;
  /** How long work of this time really takes here: warm-up and faults stretch it. */
  stretch(frame: Frame, time: Micros): Micros;
}
