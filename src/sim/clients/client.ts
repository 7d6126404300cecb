import { CallClients } from '../calls/clients.ts';
import type { Thing } from '../entities.ts';
import type { Value } from '../expression/value.ts';
import { CacheStore } from '../flow/cache-store.ts';
import { compileFlow, type Flow } from '../flow/compile.ts';
import type { Formula } from '../flow/formula.ts';
import { Frame } from '../flow/frame.ts';
import type { Host } from '../flow/host.ts';
import { REQUEST, type Request } from '../flow/request.ts';
import { SLOT } from '../flow/slots.ts';
import { sampler } from '../kernel/distribution.ts';
import { hashText, mix } from '../kernel/luck.ts';
import { type Process, Scope } from '../kernel/process.ts';
import type { Resource } from '../kernel/resource.ts';
import type { Handle } from '../kernel/simulation.ts';
import { type Micros, NEVER } from '../kernel/time.ts';
import type { End } from '../net/network.ts';
import { Name, NONE } from '../recorder.ts';
import { Purse } from '../security/purse.ts';
import { type Credentials, identityOf } from '../security/token.ts';
import type { System } from '../system.ts';
import type { Client as Settings } from '../world/schema/world.ts';
import { Arrivals, type Surge } from './arrivals.ts';

/** One intention: what is wanted, about whom, and the record that opened it. */
interface Intention {
  readonly request: Request;
  readonly intent: number;
  readonly at: Micros;
}

/** Someone outside who acts on the system: arrivals, each with a subject, its data and a flow. */
export class Client implements Host {
  readonly owner: string;
  readonly name: Name;
  readonly end: End;
  readonly scope: Scope;
  readonly calls: CallClients;
  readonly caches: CacheStore;
  identity: Credentials;
  readonly async = false;
  readonly release = null;
  readonly database = null;
  readonly #system: System;
  /** The number before its first subject: two clients that make the same kind of thing never make the same one. */
  readonly #first: number;
  readonly #arrivals: Arrivals;
  readonly #purse: Purse;
  #settings: Settings;
  #flow: Flow;
  #data: readonly (readonly [string, Formula])[];
  #subject: Formula | null;
  #made = 0;
  #timer: Handle | null = null;
  #gap = 0;
  #gapFrom: Micros = 0;
  #from: Micros = 0;
  #to: Micros = NEVER;

  constructor(system: System, name: string, settings: Settings, first: number) {
    this.#system = system;
    this.owner = name;
    this.name = new Name(name);
    this.end = { owner: name, zone: settings.zone };
    this.scope = new Scope(system.sim);
    this.calls = new CallClients(system, name, settings.calls);
    this.caches = new CacheStore(() => system.sim.now);
    this.#first = first;
    this.identity = identityOf(settings.as ?? name, settings.apiKey);
    this.#purse = new Purse(system, name);
    this.#arrivals = new Arrivals(system.luck.stream(`${name}.arrivals`), settings.rate ?? 1);
    this.#settings = settings;
    this.#flow = this.#compile();
    this.#data = this.#compileData();
    this.#subject = this.#compileSubject();
  }

  /** Begins to arrive. All services exist by now. */
  start(): void {
    this.#bound();
    const { rate, users, every } = this.#settings;
    if (rate !== null) this.#await(this.#arrivals.gapBefore(1), this.#from);
    else if (every !== null)
      this.#system.sim.at(Math.max(this.#from, this.#system.sim.now), () => this.#tick());
    else for (let user = 1; user <= (users ?? 0); user++) this.scope.spawn(this.#user(user));
  }

  /** Takes new settings; who is on the way goes on with the old ones. */
  apply(settings: Settings): void {
    const before = this.#settings;
    this.#settings = settings;
    this.identity = identityOf(settings.as ?? this.owner, settings.apiKey);
    this.calls.apply(settings.calls);
    this.#flow = this.#compile();
    this.#data = this.#compileData();
    this.#subject = this.#compileSubject();
    this.#bound();
    if (settings.rate !== null && settings.rate !== before.rate) {
      this.#arrivals.rate = settings.rate;
      this.#await(this.#arrivals.gapBefore(this.#made + 1), this.#system.sim.now);
    }
  }

  /** Arrives no more; who is on the way goes on. */
  stop(): void {
    this.#to = this.#system.sim.now;
    if (this.#timer !== null) this.#system.sim.cancel(this.#timer);
  }

  /** From `from` to `to` its arrivals come `x` times as fast. */
  surge(surge: Surge): void {
    const { now } = this.#system.sim;
    const left = this.#arrivals.leftOf(this.#gap, this.#gapFrom, now);
    this.#arrivals.surge(surge);
    if (this.#timer !== null) this.#await(left, now);
  }

  pool(): Resource {
    throw new Error(`${this.owner} is a client and has no database`);
  }

  *obtain(): Process<never> {
    throw new Error(`${this.owner} is a client: its tokens are its own`);
  }

  /** It has as much memory as it needs. */
  keeps(): void {}

  stretch(_frame: Frame, time: Micros): Micros {
    return time;
  }

  #compile(): Flow {
    const { steps, order } = this.#settings;
    return compileFlow({ system: this.#system, owner: this.owner, operation: null, steps, order });
  }

  #compileData(): readonly (readonly [string, Formula])[] {
    return Object.entries(this.#settings.data).map(
      ([field, source]) =>
        [field, this.#flow.formulas.compile(source, `${this.owner}.data.${field}`)] as const,
    );
  }

  #compileSubject(): Formula | null {
    const sub = this.#settings.token?.sub ?? null;
    return sub === null ? null : this.#flow.formulas.compile(sub, `${this.owner}.token.sub`);
  }

  #bound(): void {
    const { world } = this.#system;
    const { from, to } = this.#system.window(this.#settings.active) ?? { from: 0, to: NEVER };
    this.#from = from;
    this.#to = Math.min(to, world.run.for);
  }

  get #over(): boolean {
    const { count } = this.#settings;
    return this.#system.sim.now >= this.#to || (count !== null && this.#made >= count);
  }

  #await(gap: number, from: Micros): void {
    const { sim } = this.#system;
    if (this.#timer !== null) sim.cancel(this.#timer);
    this.#timer = null;
    this.#gap = gap;
    this.#gapFrom = from;
    const time = this.#arrivals.passes(from, gap);
    if (time >= this.#to) return;
    this.#timer = sim.at(time, () => {
      this.#timer = null;
      if (this.#over) return;
      this.#arrive();
      this.#await(this.#arrivals.gapBefore(this.#made + 1), sim.now);
    });
  }

  #tick(): void {
    const { every } = this.#settings;
    if (every === null || this.#over) return;
    this.#arrive();
    this.#system.sim.after(every, () => this.#tick());
  }

  *#user(user: number): Process {
    const { sim, luck } = this.#system;
    const stream = luck.stream(`${this.owner}.think`);
    for (let visit = 1; ; visit++) {
      const think = this.#settings.think;
      yield sim.sleep(Math.max(1, think ? sampler(think)(stream.uniform(user, visit)) : 1));
      if (sim.now < this.#from) yield sim.sleep(this.#from - sim.now);
      if (this.#over) return;
      yield* this.#visit(this.#want(), 0);
    }
  }

  #arrive(): void {
    const { doubleClick } = this.#settings;
    const { sim, luck } = this.#system;
    const visit = this.#want();
    this.scope.spawn(this.#visit(visit, 0));
    const key = visit.request.thing?.key ?? this.#made;
    if (doubleClick && luck.stream(`${this.owner}.doubleClick`).chance(doubleClick.p, key)) {
      sim.after(doubleClick.after, () => this.scope.spawn(this.#visit(visit, 7_000)));
    }
  }

  /** A new intention: its subject, its data, its record. */
  #want(): Intention {
    const { entities, log, sim } = this.#system;
    const { entity } = this.#settings;
    this.#made++;
    const number = this.#first + this.#made;
    const thing = entity === null ? undefined : entities.at(entity, number);
    const bare: Request = { ...REQUEST, thing, variant: thing ? 0 : this.#made };
    const frame = new Frame(this.#system, this, this.name, bare, this.#flow, NONE, NONE);
    frame.slots[SLOT.index] = this.#made;
    const data: Record<string, Value> = {};
    for (const [field, formula] of this.#data) data[field] = formula.value(frame);
    if (thing) thing.data = { ...thing.data, ...data };
    const body = thing ? { [thing.entity]: thing.name, ...data } : data;
    const asked = { ...bare, body, thing: thing ?? this.#firstNamed(body) };
    const overheard = this.#system.taps.get(this.owner)?.next();
    const request = overheard
      ? { ...bare, ...this.#replay(overheard) }
      : { ...asked, credentials: this.#credentials(asked) };
    const intent = log.note(
      'intent',
      this.name,
      request.thing?.recorded,
      NONE,
      NONE,
      hashText(JSON.stringify(request.body)),
    );
    return { request, intent, at: sim.now };
  }

  /** What somebody else has sent, as its own: it knows nothing of what it means. */
  #replay({ body, thing, credentials }: Request): Pick<Request, 'body' | 'thing' | 'credentials'> {
    return { body, thing, credentials: { ...credentials, caller: this.identity.caller } };
  }

  /** What an intention brings: the client's identity, and a token where it has one. */
  #credentials(request: Request): Credentials {
    const { token } = this.#settings;
    if (!token) return this.identity;
    const frame = new Frame(this.#system, this, this.name, request, this.#flow, NONE, NONE);
    frame.slots[SLOT.index] = this.#made;
    const sub = this.#subject ? String(this.#subject.value(frame)) : this.identity.caller;
    return { ...this.identity, token: this.#purse.token(token, sub, request.thing?.key ?? this.#made) };
  }

  #firstNamed(body: Readonly<Record<string, Value>>): Thing | undefined {
    for (const sort of this.#system.entities.sorts()) {
      const named = this.#system.entities.named(body[sort]);
      if (named) return named;
    }
    return undefined;
  }

  /** One pass through the client's flow. Only the first decides whether the intention was met. */
  *#visit({ request, intent, at }: Intention, salt: number): Process {
    const { log, sim } = this.#system;
    const again: Request = salt === 0 ? request : { ...request, variant: mix(request.variant, salt) };
    const frame = new Frame(this.#system, this, this.name, again, this.#flow, intent, intent);
    const { patience } = this.#settings;
    let over = false;
    const lost = () => {
      if (over) return;
      over = true;
      const gone = log.note('gaveUp', this.name, frame.subject, frame.cause, intent, sim.now - at);
      if (salt === 0)
        log.note('intentFailed', this.name, frame.subject, gone, intent, sim.now - at, 'patience');
      task.kill();
    };
    const flow = this.#flow;
    const end = (ok: boolean, detail: string | undefined) => {
      if (over) return;
      over = true;
      if (salt === 0)
        log.note(
          ok ? 'intentOk' : 'intentFailed',
          this.name,
          frame.subject,
          frame.cause,
          intent,
          sim.now - at,
          detail,
        );
    };
    const task = this.scope.spawn(followed(flow, frame, end));
    const timer = patience === null ? null : sim.after(patience, lost);
    yield* task.join();
    if (timer !== null) sim.cancel(timer);
  }
}

function* followed(
  flow: Flow,
  frame: Frame,
  end: (ok: boolean, detail: string | undefined) => void,
): Process {
  const outcome = yield* flow.run(frame);
  if (outcome.ok) end(true, outcome.degraded ? 'degraded' : undefined);
  else end(false, outcome.failure.reason);
}
