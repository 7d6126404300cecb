import { callThrough } from '../calls/call-through.ts';
import { CallClients } from '../calls/clients.ts';
import type { Database } from '../database/database.ts';
import type { OutboxRow } from '../database/outbox-table.ts';
import { CacheStore } from '../flow/cache-store.ts';
import { Frame, NO_PLAN } from '../flow/frame.ts';
import type { Host } from '../flow/host.ts';
import { REQUEST } from '../flow/request.ts';
import { mix } from '../kernel/luck.ts';
import { type Process, Scope } from '../kernel/process.ts';
import { Resource } from '../kernel/resource.ts';
import type { End } from '../net/network.ts';
import { Name } from '../recorder.ts';
import { type Credentials, identityOf } from '../security/token.ts';
import type { System } from '../system.ts';
import type { Outbox } from '../world/schema/service.ts';
import type { Service } from './service.ts';

const SALT = 910_001;

/**
 * Polls the outbox and publishes what it finds, oldest first; a row is removed once the broker has confirmed it.
 *
 * A relay that dies between the confirm and the removal publishes again when it is back: at least once, never less.
 * Claims: `skip-locked` takes what no other relay has taken, `shard` only its own share of orders (so that each order
 * stays in sequence), `none` whatever is there.
 */
export class OutboxRelay implements Host {
  readonly owner: string;
  readonly name: Name;
  readonly end: End;
  readonly calls: CallClients;
  readonly caches: CacheStore;
  readonly identity: Credentials;
  readonly async = false;
  readonly database: Database;
  scope: Scope;
  readonly #system: System;
  readonly #settings: Outbox;
  readonly #index: number;
  readonly #pool: Resource;

  constructor(system: System, service: Service, database: Database, settings: Outbox, index: number) {
    this.#system = system;
    this.#settings = settings;
    this.#index = index;
    this.owner = service.name;
    this.end = service.end;
    this.name = new Name(`${service.name}.outbox[${index}]`);
    this.database = database;
    this.calls = new CallClients(system, service.name, service.settings.calls);
    this.identity = identityOf(service.name);
    this.caches = new CacheStore(() => system.sim.now);
    this.scope = new Scope(system.sim);
    this.#pool = new Resource(system.sim, 1);
    this.scope.spawn(this.#poll());
  }

  *obtain(): Process<never> {
    throw new Error(`${this.name.text} publishes and calls nobody`);
  }

  pool(): Resource {
    return this.#pool;
  }

  stretch(_frame: Frame, time: number): number {
    return time;
  }

  stop(): void {
    this.scope.kill();
    for (const row of this.database.outbox.take(
      Number.POSITIVE_INFINITY,
      ({ claimedBy }) => claimedBy === this.#index,
    )) {
      row.claimedBy = null;
    }
  }

  /** Dies, and comes back after a time. Its claims end with its database session. */
  crash(cause: number, downFor: number | null): number {
    const record = this.#system.log.note('crash', this.name, undefined, cause, cause, 0);
    this.stop();
    if (downFor !== null) {
      this.#system.sim.after(downFor, () => {
        this.#system.log.note('restart', this.name, undefined, record, record);
        this.scope = new Scope(this.#system.sim);
        this.scope.spawn(this.#poll());
      });
    }
    return record;
  }

  *#poll(): Process {
    const { interval, replicas } = this.#settings;
    const { sim } = this.#system;
    yield sim.sleep(Math.round((interval * (this.#index + 1)) / replicas));
    for (;;) {
      const rows = this.#claim();
      for (const row of rows) {
        if (!(yield* this.#publish(row))) break;
      }
      for (const row of rows) if (row.claimedBy === this.#index) row.claimedBy = null;
      yield sim.sleep(interval);
    }
  }

  #claim(): OutboxRow[] {
    const { batch, claim, replicas } = this.#settings;
    if (claim === 'none') return this.database.outbox.take(batch, () => true);
    const mine =
      claim === 'shard'
        ? ({ envelope }: OutboxRow) => (envelope.thing?.key ?? envelope.id) % replicas === this.#index
        : ({ claimedBy }: OutboxRow) => claimedBy === null;
    const rows = this.database.outbox.take(batch, mine);
    for (const row of rows) row.claimedBy = this.#index;
    return rows;
  }

  *#publish(row: OutboxRow): Process<boolean> {
    const { envelope, record } = row;
    const system = this.#system;
    const job = system.log.note('job', this.name, envelope.thing?.recorded, record, record, envelope.id);
    // Each try meets luck of its own, as a retry does.
    const variant = row.tries === 0 ? envelope.variant : mix(envelope.variant, 6_000 + row.tries);
    row.tries++;
    const request = { ...REQUEST, body: envelope.body, thing: envelope.thing, variant };
    const frame = new Frame(system, this, this.name, request, NO_PLAN, job, job);
    const outcome = yield* callThrough(frame, {
      place: this.name,
      callee: new Name(envelope.channel),
      destination: system.brokers.of(envelope.channel).destination(this, envelope, (published) => {
        frame.cause = published;
      }),
      client: this.calls.to(envelope.channel),
      body: envelope.body,
      thing: envelope.thing,
      key: null,
    });
    if (!outcome.ok) return false;
    yield* this.database.forced(frame, SALT);
    this.database.outbox.delete(row);
    return true;
  }
}
