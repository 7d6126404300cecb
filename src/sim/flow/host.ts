import type { CallClients } from '../calls/clients.ts';
import type { Database } from '../database/database.ts';
import type { Process, Scope } from '../kernel/process.ts';
import type { Resource } from '../kernel/resource.ts';
import type { Micros } from '../kernel/time.ts';
import type { End } from '../net/network.ts';
import type { Failed } from '../outcome.ts';
import type { Name } from '../recorder.ts';
import type { Credentials, Token } from '../security/token.ts';
import type { Grant } from '../security/wallet.ts';
import type { Kept } from '../service/memory.ts';
import type { Release } from '../service/release.ts';
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
  /** What it shows where it acts for nobody else. */
  readonly identity: Credentials;
  /** A token for a call, from the authorization server. */
  obtain(frame: Frame, grant: Grant, callee: string): Process<Token | Failed>;
  /** Null for a client outside, and for a service that owns no data. */
  readonly database: Database | null;
  /** The version of a service that it runs; null for who is none. */
  readonly release: Release | null;
  /** Connection pools of this replica, by name. */
  pool(name: string): Resource;
  /** How long work of this time really takes here: warm-up and faults stretch it. */
  stretch(frame: Frame, time: Micros): Micros;
  /** So many messages of response streams more, or fewer, are in its memory; the record that led to it. It may die of that. */
  keeps(what: Kept, messages: number, cause: number): void;
}
