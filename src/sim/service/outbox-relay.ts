import { callThrough } from '../calls/call-through.ts';
import { CallClients } from '../calls/clients.ts';
import type { Database } from '../database/database.ts';
import type { OutboxRow } from '../database/outbox-table.ts';
import { CacheStore } from '../flow/cache-store.ts';
import { Frame, NO_PLAN } from '../flow/frame.ts';
import type { Host } from '../flow/host.ts';
import { REQUEST } from '../flow/request.ts';
import { sampler } from '../kernel/distribution.ts';
import { mix } from '../kernel/luck.ts';
import { type Process, Scope } from '../kernel/process.ts';
import { Resource } from '../kernel/resource.ts';
import { ms } from '../kernel/time.ts';
import type { End } from '../net/network.ts';
import { Name } from '../recorder.ts';
import { type Credentials, identityOf } from '../security/token.ts';
import type { System } from '../system.ts';
import type { Outbox } from '../world/schema/service.ts';
import type { Service } from './service.ts';

const SALT = 910_001;

/** How often a relay that stands by looks whether the log has no reader, and one that failed tries again. */
const STANDBY = ms(500);

/**
 * Publishes what it finds in the outbox, oldest first: at least once, never less.
 *
 * `polling` looks at the table from time to time and removes each row once the broker has confirmed it. Claims:
 * `skip-locked` takes what no other relay has taken, `shard` only its own share of orders (so that each order stays in
 * sequence), `none` whatever is there. `cdc` reads the commit log, in the order of the commits, and stores now and then
 * how far it has come; one relay reads, the others stand by. A relay that dies publishes again what it has not yet
 * noted as published (Debezium, "Outbox Event Router"; Kafka Connect, `offset.flush.interval.ms`).
 */
export class OutboxRelay implements Host {
  readonly owner: string;
  readonly name: Name;
  readonly end: End;
  readonly calls: CallClients;
  readonly caches: CacheStore;
  readonly identity: Credentials;
  readonly async = false;
  readonly release = null;
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
    this.#begin();
  }

  *obtain(): Process<never> {
    throw new Error(`${this.name.text} publishes and calls nobody`);
  }

  pool(): Resource {
    return this.#pool;
  }

  /** It reads no streams. */
  keeps(): void {}

  stretch(_frame: Frame, time: number): number {
    return time;
  }

  stop(): void {
    this.scope.kill();
    if (this.database.outbox.reader === this.#index) this.database.outbox.reader = null;
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
        this.#begin();
      });
    }
    return record;
  }

  #begin(): void {
    this.scope.spawn(this.#settings.relay === 'cdc' ? this.#tail() : this.#poll());
  }

  /** Reads the commit log; nobody is asked for it, so the database has no work with it. */
  *#tail(): Process {
    const { batch, flush, lag } = this.#settings;
    const { sim, luck } = this.#system;
    const { outbox } = this.database;
    const reading = sampler(lag);
    const stream = luck.stream(`${this.owner}.outbox.log`);
    let flushed = sim.now;
    while (outbox.reader !== null) yield sim.sleep(STANDBY);
    outbox.reader = this.#index;
    for (let position = outbox.position; ; ) {
      const rows = outbox.after(position, batch);
      for (const row of rows) {
        const read = row.at + Math.round(reading(stream.uniform(row.envelope.id, row.envelope.variant, 0)));
        if (read > sim.now) yield sim.sleep(read - sim.now);
        while (!(yield* this.#send(row))) yield sim.sleep(STANDBY);
        position = row.id;
      }
      if (sim.now - flushed >= flush) {
        outbox.forget(position);
        flushed = sim.now;
      }
      if (rows.length > 0) continue;
      const news = outbox.news(sim);
      if (position === outbox.position) yield* news.wait();
      else yield* news.waitUpTo(Math.max(1, flushed + flush - sim.now));
    }
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
    const frame = yield* this.#send(row);
    if (!frame) return false;
    yield* this.database.forced(frame, SALT);
    this.database.outbox.delete(row);
    return true;
  }

  /** Publishes one message; the frame it did so in, or null where the broker did not confirm it. */
  *#send(row: OutboxRow): Process<Frame | null> {
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
    return outcome.ok ? frame : null;
  }
}
