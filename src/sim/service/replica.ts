import { CallClients } from '../calls/clients.ts';
import type { Incoming, Target } from '../calls/send.ts';
import { CacheStore } from '../flow/cache-store.ts';
import { Frame } from '../flow/frame.ts';
import type { Host } from '../flow/host.ts';
import { Entrance } from '../gateway/entrance.ts';
import type { CancelReason } from '../grpc/cancellation.ts';
import { type Process, Scope } from '../kernel/process.ts';
import { Resource } from '../kernel/resource.ts';
import type { Micros } from '../kernel/time.ts';
import type { End, Unreachable } from '../net/network.ts';
import { type Failed, type Outcome, RESET, SHED } from '../outcome.ts';
import { Name } from '../recorder.ts';
import { type Credentials, identityOf, type Token } from '../security/token.ts';
import { type Grant, Wallet } from '../security/wallet.ts';
import type { System } from '../system.ts';
import { connectionPool } from '../world/schema/connection-pool.ts';
import { grpcServer } from '../world/schema/grpc.ts';
import { type PodSettings, pod } from '../world/schema/pod.ts';
import { FIRST_VERSION } from '../world/version.ts';
import { answer } from './answer.ts';
import { serveBatch } from './batch.ts';
import { type Job, PRIORITIES, type Urgency } from './job.ts';
import { Lifecycle } from './lifecycle.ts';
import { Machine } from './machine.ts';
import { type Kept, Memory } from './memory.ts';
import type { Operation } from './operation.ts';
import type { Release } from './release.ts';
import type { Service } from './service.ts';
import { Standstill, type Touch } from './standstill.ts';
import { dropReason, limitFor, WaitingLine } from './waiting-line.ts';

/** Connections of a pool of which nothing is said. */
const POOL_SIZE = connectionPool.parse({}).maximumPoolSize;

/** For who says nothing of it. */
const ON_READY_THRESHOLD = grpcServer.parse({}).onReadyThreshold;

/** For who has none. */
const NO_POD: PodSettings = pod.parse({});

/** One running copy of a service: takes requests in order, holds a worker for each, and can die. */
export class Replica implements Host, Target {
  readonly owner: string;
  readonly index: number;
  readonly name: Name;
  readonly end: End & { off: Unreachable | null };
  readonly calls: CallClients;
  readonly caches: CacheStore;
  readonly identity: Credentials;
  readonly service: Service;
  scope: Scope;
  up = true;
  /** The version that it runs. */
  version: string;
  /** Own work that it has begun so far, at the speed at which it goes. */
  worked: Micros = 0;
  /** When it last came up: the start of its warm-up. */
  startedAt: Micros;
  /** Which of its lives this is: a replacement has another address than what it replaces. */
  life = 0;
  /** Whether its process takes connections. */
  listening = true;
  /** Whether requests should be sent to it, as far as its own world knows. */
  ready = true;
  /** Told once nothing is in progress any more. */
  whenEmpty: (() => void) | null = null;
  readonly #system: System;
  readonly #entrance: Entrance;
  readonly #lifecycle: Lifecycle;
  readonly #wallet = new Wallet();
  /** Requests that wait at the entrance for keys. */
  readonly #outside = new Set<Job>();
  readonly #standstill: Standstill;
  readonly #machine: Machine;
  readonly #pools = new Map<string, Resource>();
  readonly #waiting = new WaitingLine();
  readonly #active = new Set<Job>();
  #busy = 0;
  readonly #memory: Memory;

  constructor(system: System, service: Service, index: number, version = FIRST_VERSION) {
    this.#system = system;
    this.service = service;
    this.owner = service.name;
    this.index = index;
    this.version = version;
    this.name = new Name(`${service.name}[${index}]`);
    const zones = service.settings.zone;
    this.end = {
      owner: service.name,
      zone: zones.length === 0 ? null : (zones[index % zones.length] ?? null),
      off: null,
    };
    this.identity = identityOf(service.name);
    this.#standstill = new Standstill(system, this);
    this.#machine = new Machine(system, this);
    this.#memory = new Memory(system, this.name.text);
    this.#entrance = new Entrance(system, this, service.settings, service.counters);
    this.calls = new CallClients(system, this.name.text, service.settings.calls);
    this.caches = new CacheStore(() => system.sim.now);
    this.scope = new Scope(system.sim);
    this.startedAt = system.sim.now;
    this.#lifecycle = new Lifecycle(system, this, () => this.release.settings.pod ?? NO_POD);
    if (this.managed) this.#lifecycle.begin();
  }

  get database() {
    return this.service.database;
  }

  get async(): boolean {
    return this.release.settings.async;
  }

  /** The version that it runs, compiled. */
  get release(): Release {
    return this.service.release(this.version);
  }

  operation(name: string): Operation | undefined {
    return this.release.operation(name);
  }

  /** Whether requests should be sent to it. */
  get serving(): boolean {
    return this.up && this.ready;
  }

  /** Whether the lists of a cluster name it: also for a while after its machine has gone off without a word. */
  get announced(): boolean {
    return this.serving || this.#machine.missed;
  }

  /** The life of its instances is led as Kubernetes does; null: it is replaced in an instant. */
  get managed(): Lifecycle | null {
    return this.release.settings.pod === null ? null : this.#lifecycle;
  }

  /** Requests that it has, in progress or waiting. */
  get inside(): number {
    return this.#active.size + this.#waiting.length + this.#outside.size + this.#standstill.unread;
  }

  /** In a word, for who meets it. */
  get state(): string {
    if (!this.up) return 'dead';
    if (this.listening) return 'up';
    return this.#lifecycle.ending ? 'stopping' : 'starting';
  }

  /** Requests that wait for a worker. */
  get waiting(): number {
    return this.#waiting.length;
  }

  get busy(): number {
    return this.#busy;
  }

  pool(name: string): Resource {
    const known = this.#pools.get(name);
    if (known) return known;
    const size = this.service.settings.db?.pools[name]?.maximumPoolSize ?? POOL_SIZE;
    const pool = new Resource(this.#system.sim, size);
    this.#pools.set(name, pool);
    return pool;
  }

  obtain(frame: Frame, grant: Grant, callee: string): Process<Token | Failed> {
    return this.#wallet.obtain(frame, grant, callee);
  }

  /** How long work really takes here: warm-up and faults stretch it. */
  stretch(frame: Frame, time: Micros): Micros {
    const { warmup } = this.release.settings;
    const warming = warmup !== null && this.#system.sim.now - this.startedAt < warmup.for ? warmup.x : 1;
    let stretched = time * warming;
    for (const slow of this.service.slowdowns) stretched = slow(this, frame, stretched);
    this.worked += stretched;
    return stretched;
  }

  /** Takes a request that has arrived over the network; false where it is dead, or knows no such operation. */
  accept(incoming: Incoming): boolean {
    const name = incoming.operation.text.slice(this.owner.length + 1);
    const operation = this.release.entry(name);
    if (!this.up || !this.listening || !operation) return false;
    const urgency = this.release.urgencyOf(name, operation);
    const sidecar = this.#system.mesh?.sidecarOf(this);
    if (sidecar?.down) return false;
    if (!sidecar) this.take(incoming, operation, urgency, name);
    else sidecar.receive(incoming, this, (passing) => this.take(passing, operation, urgency, name));
    return true;
  }

  /** Queues a request, or gives it a worker, or refuses it. One that came by name over the network passes the entrance first. */
  take(
    incoming: Incoming,
    operation: Operation,
    urgency: Urgency,
    name?: string,
    because = incoming.cause,
  ): void {
    const { log, sim } = this.#system;
    const subject = incoming.request.thing?.recorded;
    const deferred = this.#standstill.defer(incoming, (cause) =>
      this.take(incoming, operation, urgency, name, cause),
    );
    if (deferred) return;
    const waiting = this.#waiting.length;
    const record = log.note(
      'request',
      operation.place,
      subject,
      because,
      incoming.cause,
      waiting,
      undefined,
      this.name,
    );
    const priority = PRIORITIES[urgency];
    const { release } = this;
    const job: Job = {
      incoming,
      operation,
      arrived: sim.now,
      record,
      priority,
      release,
      frame: null,
      wasted: false,
    };

    if (name === undefined) {
      this.#enter(job, urgency);
      return;
    }
    const { token } = incoming.request.credentials;
    if (token) this.#system.loot.get(this.owner)?.push(token);
    const time = this.#entrance.timeFor(name, incoming.request);
    if (time > 0 || this.#entrance.awaitsKeys(name, incoming.request))
      this.scope.spawn(this.#arriveLater(job, urgency, name, time));
    else this.#arrive(job, urgency, name);
  }

  /** Comes to the entrance, and in if it is let. */
  #arrive(job: Job, urgency: Urgency, name: string): void {
    const { incoming, operation, record } = job;
    const inside = this.#waiting.length + this.#active.size;
    const refusal = this.#entrance.admit(name, incoming.request, inside, record);
    if (!refusal) {
      this.#entrance.noteUse(name, incoming.request, record);
      this.#enter(job, urgency);
      return;
    }
    const { outcome, why, cause: led } = refusal;
    const subject = incoming.request.thing?.recorded;
    const { status } = outcome.failure;
    const cause = this.#system.log.note(
      'denied',
      operation.place,
      subject,
      led ?? record,
      record,
      status,
      why,
      this.name,
    );
    this.#answer(job, outcome, cause);
  }

  /** Comes to the entrance once it can be judged there: keys are fetched, and looking takes its time. */
  *#arriveLater(job: Job, urgency: Urgency, name: string, time: Micros): Process {
    const { scope } = this;
    const { request } = job.incoming;
    this.#outside.add(job);
    try {
      if (this.#entrance.awaitsKeys(name, request)) yield* this.#entrance.fetchKeys(request, job.record);
      if (time > 0) yield this.#system.sim.sleep(time);
    } finally {
      if (this.scope === scope) this.#outside.delete(job);
    }
    this.#arrive(job, urgency, name);
  }

  #enter(job: Job, urgency: Urgency): void {
    const { incoming, operation, record } = job;
    const { queue } = this.release.settings;
    const waiting = this.#waiting.length;
    for (const trouble of this.service.troubles) {
      const outcome = trouble(this, job.operation, incoming, record);
      if (outcome) {
        this.#answer(job, outcome.outcome, outcome.cause);
        return;
      }
    }
    if (this.#overflows(1)) {
      incoming.answer(RESET, this.crash(record, 0, 'out of memory'));
      return;
    }
    incoming.request.cancellation?.listen((why) => this.scope.whenRunning(() => this.#takenBack(job, why)));
    if (this.#busy < this.release.settings.workers && waiting === 0) {
      this.#start(job);
      return;
    }
    const limit = limitFor(queue.limit, this.#nameOf(operation), urgency);
    if (limit !== null && waiting >= limit) {
      this.#shed(job, 'full');
      return;
    }
    this.#waiting.push(job);
  }

  /** Its caller wants no answer any more: what waits is forgotten, what is in progress stops at its next step, or where it waits for others. */
  #takenBack(job: Job, why: CancelReason): void {
    const { incoming, operation, record, arrived } = job;
    const waited = this.#waiting.remove(job);
    if (!waited && !this.#active.has(job)) return;
    const { log, sim } = this.#system;
    const subject = incoming.request.thing?.recorded;
    log.note(
      'cancelled',
      operation.place,
      subject,
      record,
      record,
      sim.now - arrived,
      waited ? `${why}, before it began` : why,
      this.name,
    );
  }

  /**
   * Dies: everything volatile is gone, callers see their connections break; comes back after `downFor`, if at all.
   *
   * With `off` its machine dies: nothing breaks and nothing is refused, nobody hears of it before they lose their patience.
   */
  crash(cause: number, downFor: Micros | null, reason?: string, off: Unreachable | null = null): number {
    if (!this.up) return cause;
    const { log, sim } = this.#system;
    const record = log.note('crash', this.name, undefined, cause, cause, this.inside, reason);
    if (off) this.#machine.switchOff(off);
    this.#die(record);
    if (downFor !== null) sim.after(downFor, () => this.restart(record));
    return record;
  }

  /** Its process ends as it was told to, or by force: what it still has is lost as in a crash. */
  stop(cause: number, how: string): number {
    const record = this.#system.log.note('stopped', this.name, undefined, cause, cause, this.inside, how);
    this.#die(record);
    return record;
  }

  /** Stands still until `resume`: nothing in it goes on, and what comes is not read. */
  pause(cause: number, touch: Touch): void {
    this.#standstill.begin(cause, touch, this.#active);
  }

  /** Goes on, if it has not died since, and nobody else lets it stand still. */
  resume(touch: Touch): void {
    this.#standstill.end(touch);
  }

  #die(record: number): void {
    const { log, sim } = this.#system;
    const jobs = [...this.#active, ...this.#waiting.clear(), ...this.#outside];
    const unread = this.#standstill.die();
    this.up = false;
    this.whenEmpty = null;
    this.#lifecycle.gone(record);
    const { scope } = this;
    this.scope = new Scope(sim);
    this.#active.clear();
    this.#outside.clear();
    this.#busy = 0;
    this.#memory.clear();
    this.service.disconnected(this, record);
    this.#system.told(this);
    scope.kill();
    this.caches.clear();
    this.calls.reset();
    this.#entrance.reset();
    this.#wallet.clear();
    for (const { incoming, operation, record: request } of jobs.reverse()) {
      const lost = log.note(
        'lost',
        operation.place,
        incoming.request.thing?.recorded,
        record,
        request,
        0,
        undefined,
        this.name,
      );
      incoming.request.stream?.breakOff();
      incoming.answer(RESET, lost);
    }
    for (const incoming of unread) incoming.answer(RESET, record);
  }

  /** Starts anew with another version: what is in progress is finished by the old process, what it remembered is gone. */
  deploy(version: string, cause: number): number {
    const record = this.#system.log.note('deployed', this.name, undefined, cause, cause, 0, version);
    this.version = version;
    this.startedAt = this.#system.sim.now;
    this.caches.clear();
    this.calls.reset();
    this.#entrance.reset();
    this.#wallet.clear();
    this.#system.forget(this);
    this.apply();
    return record;
  }

  restart(cause: number): void {
    if (this.up || this.index >= this.service.places) return;
    this.up = true;
    this.#machine.switchOn();
    this.startedAt = this.#system.sim.now;
    this.#system.log.note('restart', this.name, undefined, cause, cause);
    this.listening = true;
    this.ready = true;
    this.managed?.begin();
    this.#system.told(this);
    this.service.reconnected(this);
  }

  /** Leaves: it takes nothing new, and finishes what it has. */
  retire(): void {
    if (this.managed) {
      this.managed.retire();
      return;
    }
    this.up = false;
    this.service.leaving(this);
    this.#system.discovery?.leaving(this);
    this.#system.told(this);
  }

  /** New settings: pools and clients follow, and waiting requests may find a worker. */
  apply(): void {
    const { settings } = this.release;
    this.calls.apply(settings.calls);
    this.#entrance.apply(settings);
    for (const [name, pool] of this.#pools) {
      pool.capacity = this.service.settings.db?.pools[name]?.maximumPoolSize ?? POOL_SIZE;
    }
    this.#next();
  }

  #shed(job: Job, reason: string): void {
    const { log } = this.#system;
    const { incoming, operation, record } = job;
    const subject = incoming.request.thing?.recorded;
    const cause = log.note(
      'shed',
      operation.place,
      subject,
      record,
      record,
      this.#waiting.length,
      reason,
      this.name,
    );
    incoming.answer(SHED, cause);
  }

  /** Gives free workers to waiting requests. */
  #next(): void {
    while (this.#waiting.length > 0 && this.#busy < this.release.settings.workers) {
      const job = this.#waiting.take(this.release);
      const reason = dropReason(job, this.release.settings, this.#system.sim.now);
      if (reason === null) this.#start(job);
      else this.#shed(job, reason);
    }
  }

  #start(job: Job): void {
    this.#busy++;
    this.#active.add(job);
    this.scope.spawn(this.#serve(job));
  }

  *#serve(job: Job): Process {
    const { incoming, operation, record, arrived } = job;
    const { request } = incoming;
    const { log, sim } = this.#system;
    const { scope } = this;
    const since = sim.now;
    const subject = request.thing?.recorded;
    const begun = log.note(
      'start',
      operation.place,
      subject,
      record,
      record,
      since - arrived,
      undefined,
      this.name,
    );
    let held = true;
    const frame = new Frame(
      this.#system,
      this,
      operation.place,
      request,
      operation.flow,
      record,
      begun,
      (outcome, inner) => this.#answer(job, outcome, inner.cause),
    );
    frame.release = job.release;
    job.frame = frame;
    request.stream?.begin(this, this.release.settings.grpc?.onReadyThreshold ?? ON_READY_THRESHOLD);
    try {
      for (const hang of this.service.hangs) {
        const until = hang(this, frame);
        if (until === null) continue;
        yield sim.sleep(until - sim.now);
        frame.reply(RESET);
        return;
      }
      yield sim.sleep(this.stretch(frame, this.#workOf(operation, frame)));
      if (this.async) {
        held = false;
        this.#release(job, since, frame);
      }
      const { batch } = request;
      const outcome = yield* batch ? serveBatch(operation, batch, frame) : operation.serve(frame);
      if (request.stream) {
        if (held) this.#release(job, since, frame);
        held = false;
        yield* request.stream.drained();
      }
      frame.reply(outcome);
    } finally {
      if (this.scope === scope) {
        this.#active.delete(job);
        this.#system.locks.freeAll(frame);
        if (held) this.#release(job, since, frame);
        if (this.whenEmpty && this.inside === 0) this.whenEmpty();
      }
    }
  }

  keeps(what: Kept, messages: number, cause: number): void {
    this.#memory.keep(what, messages);
    if (messages > 0 && this.#overflows(0))
      this.crash(cause, 0, `out of memory: ${this.#memory.messages} messages of streams`);
  }

  /** Whether it dies of what it has, and so many requests more. */
  #overflows(more: number): boolean {
    const { memory } = this.release.settings;
    if (memory === null) return false;
    return this.#waiting.length + this.#active.size + this.#memory.messages + more > memory;
  }

  /** The time that a worker needs for a request, and for each that came with it. */
  #workOf(operation: Operation, frame: Frame): Micros {
    const perItem = operation.settings.workPerItem ?? this.release.settings.workPerItem;
    const items = frame.request.batch?.length ?? 1;
    return operation.work(frame, this.release.usualWork) + perItem * items;
  }

  #release(job: Job, since: Micros, frame: Frame): void {
    const { log, sim } = this.#system;
    const detail = job.wasted ? 'wasted' : undefined;
    log.note(
      'finish',
      job.operation.place,
      frame.subject,
      frame.cause,
      job.record,
      sim.now - since,
      detail,
      this.name,
    );
    this.#busy--;
    this.#next();
  }

  #answer(job: Job, outcome: Outcome, cause: number): void {
    for (const lag of this.service.lags) {
      const late = lag(job.incoming.request);
      if (!late) continue;
      const { scope } = this;
      this.#system.sim.after(late.by, () => {
        if (this.scope === scope) answer(this.#system, this.name, job, outcome, late.cause);
        else job.incoming.answer(RESET, late.cause);
      });
      return;
    }
    answer(this.#system, this.name, job, outcome, cause);
  }

  #nameOf(operation: Operation): string {
    return operation.place.text.slice(this.owner.length + 1);
  }
}
