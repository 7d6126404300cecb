import type { Micros } from '../kernel/time.ts';
import { Name, NONE } from '../recorder.ts';
import type { Replica } from '../service/replica.ts';
import type { Service } from '../service/service.ts';
import type { System } from '../system.ts';
import type { Address } from './address.ts';
import { Directory } from './directory.ts';
import { Heartbeats } from './heartbeats.ts';

interface Lease {
  readonly address: Address;
  /** When it was last heard of. */
  renewedAt: Micros;
  /** Whether that was a heartbeat, or its registration alone. */
  renewed: boolean;
}

/** A registry in which instances register themselves, send heartbeats, and say goodbye if they still can. */
export abstract class Registry extends Directory {
  protected readonly leases = new Map<Replica, Lease>();
  readonly #heartbeats: Heartbeats;
  readonly #name: Name;

  constructor(system: System, service: Service, heartbeat: Micros) {
    super(system, service);
    this.#name = new Name(service.name);
    this.#heartbeats = new Heartbeats(system, heartbeat, (replica) => this.#heard(replica));
  }

  override start(): void {
    for (const replica of this.service.replicas) if (replica.serving) this.#register(replica, true);
  }

  override changed(replica: Replica): void {
    if (replica.serving) this.#register(replica, false);
  }

  override leaving(replica: Replica): void {
    this.remove(replica, 'deregistered');
  }

  override stop(): void {
    this.#heartbeats.stop();
  }

  /** Those that hold a lease, in the order of their numbers. */
  protected get registered(): Address[] {
    return [...this.leases.entries()].sort(([a], [b]) => a.index - b.index).map(([, { address }]) => address);
  }

  /** The list has changed. */
  protected abstract update(): void;

  /** A lease has been begun or renewed. */
  protected abstract renew(replica: Replica): void;

  /** Takes an instance out. */
  protected remove(replica: Replica, why: 'deregistered' | 'evicted'): void {
    const lease = this.leases.get(replica);
    if (!lease) return;
    this.leases.delete(replica);
    const since = this.system.sim.now - lease.renewedAt;
    this.system.log.note('unlisted', this.#name, undefined, NONE, NONE, since, why, replica.name);
    this.update();
  }

  #register(replica: Replica, first: boolean): void {
    const address = this.addressOf(replica);
    const lease = this.leases.get(replica);
    this.#heartbeats.begin(replica);
    if (lease?.address === address) {
      this.#heard(replica);
      return;
    }
    this.leases.set(replica, { address, renewedAt: this.system.sim.now, renewed: false });
    if (!first) {
      this.system.log.note('listed', this.#name, undefined, NONE, NONE, 0, undefined, replica.name);
      this.update();
    }
    this.renew(replica);
  }

  /** A heartbeat of somebody who is not on the list any more makes it register anew. */
  #heard(replica: Replica): void {
    const lease = this.leases.get(replica);
    if (!lease) {
      if (replica.serving) this.#register(replica, false);
      return;
    }
    lease.renewedAt = this.system.sim.now;
    lease.renewed = true;
    this.renew(replica);
  }
}
