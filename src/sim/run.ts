import type { Value } from './expression/value.ts';
import type { Gauge } from './gauges.ts';
import type { EventRecord } from './kernel/record.ts';
import type { Micros } from './kernel/time.ts';
import type { World } from './world/schema/world.ts';

/** The version of everything that decides what a run contains. Two engines with one number give equal runs. */
export const ENGINE_VERSION = 2;

/** A business effect, in the instant in which it became true. */
export interface Fact {
  /** Its place in the record. */
  readonly record: number;
  readonly at: Micros;
  readonly name: string;
  /** Every entity it concerns, by kind: `{ order: 'order-17', sku: 'sku-3' }`. */
  readonly entities: Readonly<Record<string, string>>;
  readonly fields: Readonly<Record<string, Value>>;
}

/** A business thing that the run met, with the attributes it was born with. */
export interface Subject {
  readonly entity: string;
  readonly name: string;
  /** From 1. */
  readonly index: number;
  readonly data: Readonly<Record<string, Value>>;
}

export interface FaultReport {
  readonly id: string;
  readonly kind: string;
  readonly target: string;
  /** How often it changed what happened. Zero: the fault was vacuous. */
  readonly fired: number;
  readonly first: Micros | null;
  readonly last: Micros | null;
  readonly idleAllowed: boolean;
  /** When it may strike; null on either side: open. */
  readonly from: Micros;
  readonly to: Micros;
}

/** What a design used, for costs. */
export interface Usage {
  readonly services: number;
  /** Replica-microseconds, over all services of ours. */
  readonly replicaTime: number;
  readonly replicas: number;
  readonly connections: number;
  readonly calls: number;
  readonly messages: number;
  readonly rows: number;
  /** Moving parts beside services: outbox relays, sagas, breakers, caches, schedules, queues. */
  readonly parts: number;
}

/** Where each accepted message ended. `published = acked + deadLettered + lost + waiting + inFlight` for every queue. */
export interface QueueReport {
  readonly queue: string;
  readonly published: number;
  readonly acked: number;
  /** Rejected, expired, pushed out or delivered too often, wherever they went from there. */
  readonly deadLettered: number;
  /** Gone with a restart, or with the queue. */
  readonly lost: number;
  readonly waiting: number;
  readonly inFlight: number;
  readonly deepest: number;
}

export type Row = Readonly<Record<string, Value>>;

/** Everything that one world did under one seed: the only thing that judges, screens and exporters read. */
export interface Run {
  readonly engine: number;
  readonly seed: string;
  /** The world as it was in the end, after its plan and all interventions. */
  readonly world: World;
  /** The world as it was in the beginning. */
  readonly begun: World;
  /** When clients stopped, and when the run ended. */
  readonly stopped: Micros;
  readonly until: Micros;
  readonly record: EventRecord;
  readonly facts: readonly Fact[];
  readonly subjects: ReadonlyMap<string, Subject>;
  /** Rows as committed at the end, by table (`payment.db/payments`), then by key. */
  readonly tables: ReadonlyMap<string, ReadonlyMap<string, Row>>;
  /** What brokers told of themselves as time went by. */
  readonly gauges: readonly Gauge[];
  readonly queues: readonly QueueReport[];
  readonly faults: readonly FaultReport[];
  /** Expressions that had no value when they were needed, by place: mistakes of the document. */
  readonly blamed: ReadonlyMap<string, string>;
  readonly usage: Usage;
  /** Kernel events that were executed. */
  readonly events: number;
  readonly fingerprint: string;
  readonly ladder: readonly string[];
}

/** What a learner does at a moment of a run that is otherwise repeated exactly: a merge patch on the world, new faults, or both. */
export interface Intervention {
  readonly at: Micros;
  readonly patch?: Readonly<Record<string, unknown>>;
  readonly chaos?: Readonly<Record<string, unknown>>;
}
