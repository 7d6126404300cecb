import type { Gauges } from '../../../gauges.ts';
import type { TopicPartition } from '../../kafka/events.ts';

/** Stands for an offset that a group has no more. */
const FORGOTTEN = -1;

/** Keeps what an operator of a cluster reads off its tools: leaders, replicas in sync, ends of logs, committed offsets. */
export class Meters {
  readonly #gauges: Gauges;
  readonly #nameOf: (partition: TopicPartition) => string;
  /** Who leads each partition, as the controller says: one who has been replaced may not know it yet. */
  readonly #leaders = new Map<string, number>();
  /** Partitions of which each group has an offset. */
  readonly #read = new Map<string, Set<string>>();

  constructor(gauges: Gauges, nameOf: (partition: TopicPartition) => string) {
    this.#gauges = gauges;
    this.#nameOf = nameOf;
  }

  created(partition: TopicPartition, leader: number, replicas: readonly number[]): void {
    const name = this.#nameOf(partition);
    this.leads(partition, leader);
    this.inSync(partition, replicas, true);
    for (const measure of ['log start', 'high watermark', 'log end'] as const)
      this.#gauges.set(measure, name, 0);
  }

  leads(partition: TopicPartition, leader: number): void {
    const name = this.#nameOf(partition);
    this.#leaders.set(name, leader);
    this.#gauges.set('leader', name, leader);
  }

  inSync(partition: TopicPartition, brokers: readonly number[], are: boolean): void {
    const name = this.#nameOf(partition);
    for (const broker of brokers) this.#gauges.set('in sync', name, are ? 1 : 0, String(broker));
  }

  starts(partition: TopicPartition, offset: number): void {
    const name = this.#nameOf(partition);
    if (this.#leaders.has(name)) this.#gauges.set('log start', name, offset);
  }

  ends(partition: TopicPartition, broker: number, offset: number): void {
    this.#ofLeader('log end', partition, broker, offset);
  }

  committed(partition: TopicPartition, broker: number, offset: number): void {
    this.#ofLeader('high watermark', partition, broker, offset);
  }

  read(group: string, partition: TopicPartition, offset: number): void {
    const name = this.#nameOf(partition);
    const known = this.#read.get(group) ?? new Set();
    this.#read.set(group, known.add(name));
    this.#gauges.set('committed', name, offset, group);
  }

  forgotten(group: string): void {
    for (const name of this.#read.get(group) ?? []) this.#gauges.set('committed', name, FORGOTTEN, group);
    this.#read.delete(group);
  }

  #ofLeader(
    measure: 'log end' | 'high watermark',
    partition: TopicPartition,
    broker: number,
    offset: number,
  ): void {
    const name = this.#nameOf(partition);
    if (this.#leaders.get(name) === broker) this.#gauges.set(measure, name, offset);
  }
}
