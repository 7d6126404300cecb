import type { Value } from '../../sim/expression/value.ts';
import { EventRecord } from '../../sim/kernel/record.ts';
import { type Micros, seconds } from '../../sim/kernel/time.ts';
import { KIND, type Kind } from '../../sim/kinds.ts';
import type { Fact, FaultReport, QueueReport, Row, Run, Subject, Usage } from '../../sim/run.ts';
import type { World } from '../../sim/world/schema/world.ts';
import { type CheckDocument, check } from './document.ts';
import { type CheckResult, type JudgeOptions, judge, type Verdict } from './index.ts';

/** What a record may say beside its kind and place. */
interface Told {
  readonly subject?: string | undefined;
  readonly cause?: number;
  readonly span?: number;
  readonly value?: number;
  readonly detail?: string;
  readonly peer?: string;
}

export const NO_USAGE: Usage = {
  services: 0,
  replicaTime: 0,
  replicas: 0,
  connections: 0,
  calls: 0,
  messages: 0,
  rows: 0,
  parts: 0,
};

/** A world with nothing in it that lasts 100 s and settles for 20 s, with whatever a test adds. */
export function worldOf(parts: object = {}): World {
  const empty = {
    entities: { order: { count: null, data: {} }, sku: { count: 3, data: { stock: '5' } } },
    run: { for: seconds(100), warmup: 0, settle: seconds(20) },
    clients: { shoppers: { entity: 'order', data: {}, calls: {}, steps: {}, patience: seconds(3) } },
    services: {},
    externals: {},
    brokers: { rabbitmq: null },
    chaos: {},
    cost: { replica: 1, service: 3, connection: 0.02, message: 0.0001, call: 0.0001, row: 0.0001, part: 0.5 },
  };
  const { services, externals, ...others } = { ...empty, ...parts };
  const whole = { ...others, services: filled(services), externals: filled(externals) };
  return whole as unknown as World; // only what checks read of a world
}

/** Services with all that checks read of one. */
function filled(services: Readonly<Record<string, object>>): Readonly<Record<string, object>> {
  const blank = { operations: {}, routes: {}, consumers: {}, versions: {}, outbox: null };
  return Object.fromEntries(Object.entries(services).map(([name, own]) => [name, { ...blank, ...own }]));
}

/** A run written by hand, record by record. */
export class History {
  readonly record = new EventRecord();
  readonly #facts: Fact[] = [];
  readonly #subjects = new Map<string, Subject>();
  readonly #world: World;
  #now: Micros = 0;

  constructor(world: World = worldOf()) {
    this.#world = world;
  }

  /** Moves to a time in seconds. */
  at(time: number): this {
    this.#now = seconds(time);
    return this;
  }

  note(
    kind: Kind,
    place: string,
    { subject, cause = -1, span = -1, value = 0, detail, peer }: Told = {},
  ): number {
    const { names } = this.record;
    const number = (text: string | undefined) => (text === undefined ? -1 : names.intern(text));
    return this.record.append(
      this.#now,
      KIND[kind],
      number(place),
      number(peer),
      number(subject),
      cause,
      span,
      value,
      number(detail),
    );
  }

  /** An entity that the run met. */
  subject(name: string, data: Readonly<Record<string, Value>> = {}): this {
    const [entity = '', index] = name.split('-');
    this.#subjects.set(name, { entity, name, index: Number(index), data });
    return this;
  }

  /** A fact about an order, and a sku if one is given. */
  fact(
    name: string,
    order: string,
    fields: Readonly<Record<string, Value>> = {},
    told: Told = {},
    sku?: string,
  ): number {
    if (!this.#subjects.has(order)) this.subject(order);
    const record = this.note('fact', 'psp.charge', {
      subject: order,
      value: this.#facts.length,
      detail: name,
      ...told,
    });
    const entities = { [order.split('-')[0] ?? '']: order, ...(sku !== undefined && { sku }) };
    this.#facts.push({ record, at: this.#now, name, entities, fields });
    return record;
  }

  /** A wish of the shoppers, from `from` to `to` seconds; without an end it stays open. */
  wish(order: string, from: number, to: number | null, reason?: string): number {
    if (!this.#subjects.has(order)) this.subject(order);
    const intent = this.at(from).note('intent', 'shoppers', { subject: order });
    if (to !== null) {
      const value = seconds(to - from);
      const kind = reason === undefined ? 'intentOk' : 'intentFailed';
      this.at(to).note(kind, 'shoppers', {
        subject: order,
        span: intent,
        value,
        ...(reason && { detail: reason }),
      });
    }
    return intent;
  }

  run(
    parts: {
      readonly faults?: readonly Partial<FaultReport>[];
      readonly queues?: readonly QueueReport[];
      readonly tables?: Readonly<Record<string, Readonly<Record<string, Row>>>>;
      readonly usage?: Usage;
    } = {},
  ): Run {
    const { run } = this.#world;
    const blank = {
      kind: 'latency',
      target: 'psp',
      fired: 1,
      first: 0,
      last: 0,
      idleAllowed: false,
      from: 0,
      to: run.for,
    };
    return {
      engine: 1,
      seed: '1',
      world: this.#world,
      begun: this.#world,
      stopped: run.for,
      until: run.for + run.settle,
      record: this.record,
      facts: this.#facts,
      subjects: this.#subjects,
      tables: new Map(
        Object.entries(parts.tables ?? {}).map(([name, rows]) => [name, new Map(Object.entries(rows))]),
      ),
      gauges: [],
      queues: parts.queues ?? [],
      faults: (parts.faults ?? []).map((fault) => ({ id: 'slow', ...blank, ...fault })),
      blamed: new Map(),
      usage: parts.usage ?? NO_USAGE,
      events: this.record.length,
      fingerprint: this.record.fingerprint(),
      ladder: [],
    };
  }
}

/** A check as a person writes it, read. */
export function read(written: object): CheckDocument {
  return check.parse(written);
}

/** The result of one check on one run. */
export function resultOf(written: object, run: Run, options?: JudgeOptions): CheckResult {
  return verdictOf({ it: written }, run, options).checks[0] as CheckResult; // `it` is the first
}

/** The verdict of some checks on one run. */
export function verdictOf(
  written: Readonly<Record<string, object>>,
  run: Run,
  options?: JudgeOptions,
): Verdict {
  const checks = Object.fromEntries(Object.entries(written).map(([id, one]) => [id, read(one)]));
  return judge(run, checks, options);
}
