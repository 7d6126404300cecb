import type { Client } from '../client.ts';
import { MILLISECOND } from '../clock.ts';
import { CoordinatorLink } from '../coordinator-link.ts';
import { type ErrorCode, isRetriable } from '../errors.ts';
import { nameOf, type TopicPartition } from '../events.ts';
import type { MemberIdentity, OffsetEntry } from '../group/requests.ts';
import { OFFSETS_TOPIC } from '../group/stored.ts';
import type { InitAnswer } from '../transaction/requests.ts';
import type { BatchGate } from './sender.ts';
import type { Sequences } from './sequences.ts';
import type { ProducerSettings } from './settings.ts';

/** What a producer is told at the end of a step: null, or the name of what went wrong. */
export type TransactionDone = (error: string | null) => void;

type State = 'uninitialized' | 'initializing' | 'ready' | 'open' | 'ending' | 'failed' | 'fatal';

const FENCED: ReadonlySet<string> = new Set<ErrorCode>(['PRODUCER_FENCED', 'INVALID_PRODUCER_EPOCH']);

/** What a transaction asks of its producer. */
interface TransactionHost {
  /** Lets go on what could not be sent before. */
  wake(): void;
  /** Gives up all that waits to be sent. */
  drop(error: string): void;
  /** Calls back when nothing is unfinished. */
  flush(done: () => void): void;
}

/** A transactional producer's part in its transactions (`TransactionManager`). */
export class Transaction implements BatchGate {
  readonly #client: Client;
  readonly #settings: ProducerSettings;
  readonly #sequences: Sequences;
  readonly #host: TransactionHost;
  readonly #link: CoordinatorLink;
  readonly #id: string;
  readonly #added = new Set<string>();
  readonly #wanted = new Map<string, TopicPartition>();
  #adding = false;
  #state: State = 'uninitialized';
  #error: string | null = null;

  constructor(
    client: Client,
    settings: ProducerSettings,
    id: string,
    sequences: Sequences,
    host: TransactionHost,
  ) {
    this.#client = client;
    this.#settings = settings;
    this.#id = id;
    this.#sequences = sequences;
    this.#host = host;
    this.#link = new CoordinatorLink(client, (broker) => client.cluster.transactionsOn(broker.id).find(id));
  }

  /** Whether records may be sent: a transaction is open. */
  get open(): boolean {
    return this.#state === 'open';
  }

  /** Takes an identity that fences all earlier producers of this id. */
  init(done: TransactionDone): void {
    if (this.#state !== 'uninitialized') throw new Error(`initTransactions in state ${this.#state}`);
    this.#state = 'initializing';
    this.#init(false, done);
  }

  begin(): void {
    if (this.#state !== 'ready') throw new Error(`beginTransaction in state ${this.#state}`);
    this.#state = 'open';
    this.#added.clear();
  }

  /** Makes a consumer's offsets part of the transaction: they are committed with it, or not at all. */
  sendOffsets(offsets: readonly OffsetEntry[], member: MemberIdentity, done: TransactionDone): void {
    if (this.#state !== 'open') throw new Error(`sendOffsetsToTransaction in state ${this.#state}`);
    const { cluster } = this.#client;
    const partition = cluster.groupsOn(1).partitionFor(member.group);
    const identity = this.#identity;
    const groups = new CoordinatorLink(this.#client, ({ id }) => cluster.groupsOn(id).find(member.group));
    this.#add([{ topic: OFFSETS_TOPIC, partition }], (error) => {
      if (error !== null) {
        done(error);
        return;
      }
      this.#added.add(nameOf({ topic: OFFSETS_TOPIC, partition })); // there is something to end, also without records
      this.#repeat(
        groups,
        (id, answer) => cluster.groupsOn(id).commitInTransaction({ ...member, offsets }, identity, answer),
        (failed) => done(this.#noted(failed)),
      );
    });
  }

  commit(done: TransactionDone): void {
    if (this.#state !== 'open' && this.#state !== 'failed')
      throw new Error(`commitTransaction in state ${this.#state}`);
    this.#host.flush(() => {
      if (this.#error !== null) done(this.#error);
      else this.#end(true, done);
    });
  }

  abort(done: TransactionDone): void {
    if (this.#state === 'fatal') {
      done(this.#error);
      return;
    }
    this.#host.drop('TransactionAbortedException');
    this.#host.flush(() => this.#end(false, done));
  }

  maySend(topic: string, partition: number): boolean {
    const key = nameOf({ topic, partition });
    if (this.#added.has(key)) return true;
    if (this.#state !== 'open' && this.#state !== 'ending') return false;
    this.#wanted.set(key, { topic, partition });
    this.#addWanted();
    return false;
  }

  batchFailed(error: string): void {
    this.#noted(error);
  }

  get #identity() {
    return { producerId: this.#sequences.producerId, producerEpoch: this.#sequences.epoch };
  }

  #init(known: boolean, done: TransactionDone): void {
    const request = {
      id: this.#id,
      timeout: this.#settings['transaction.timeout.ms'],
      known: known ? this.#identity : null,
    };
    const again = (attempt: number): void => {
      const failed = (error: ErrorCode): void => {
        if (isRetriable(error)) this.#client.later(this.#client.backoff(attempt), () => again(attempt + 1));
        else done(this.#noted(error));
      };
      this.#link.ask<InitAnswer>(
        64,
        (broker, respond) =>
          this.#client.cluster.transactionsOn(broker.id).init(request, (answer) => respond(answer, 32)),
        ({ error }) => error,
        ({ error, producerId, producerEpoch }) => {
          if (error !== null) {
            failed(error);
            return;
          }
          this.#sequences.identify(producerId, producerEpoch);
          this.#state = 'ready';
          this.#error = null;
          done(null);
        },
        failed,
      );
    };
    again(1);
  }

  #addWanted(): void {
    if (this.#adding || this.#wanted.size === 0) return;
    this.#adding = true;
    const partitions = [...this.#wanted.values()];
    this.#add(partitions, (error) => {
      this.#adding = false;
      for (const partition of partitions) {
        this.#wanted.delete(nameOf(partition));
        if (error === null) this.#added.add(nameOf(partition));
      }
      if (error !== null) this.#host.drop(error);
      this.#addWanted();
      this.#host.wake();
    });
  }

  #add(partitions: readonly TopicPartition[], done: TransactionDone): void {
    const request = { id: this.#id, ...this.#identity, partitions };
    this.#repeat(
      this.#link,
      (id, answer) => this.#client.cluster.transactionsOn(id).addPartitions(request, answer),
      (error) => done(this.#noted(error)),
    );
  }

  #end(commit: boolean, done: TransactionDone): void {
    const failed = this.#error !== null;
    this.#state = 'ending';
    const ended = (error: string | null): void => {
      this.#added.clear();
      if (error !== null) {
        done(this.#noted(error));
        return;
      }
      if (failed)
        this.#init(true, done); // a new epoch, since sequences of the old one may have gaps
      else {
        this.#state = 'ready';
        done(null);
      }
    };
    if (this.#added.size === 0) {
      ended(null);
      return;
    }
    const request = { id: this.#id, ...this.#identity, commit };
    this.#repeat(
      this.#link,
      (id, answer) => this.#client.cluster.transactionsOn(id).end(request, answer),
      ended,
    );
  }

  /** Asks a coordinator until it answers anything but try again. */
  #repeat(
    link: CoordinatorLink,
    ask: (broker: number, answer: (error: ErrorCode | null) => void) => void,
    done: (error: ErrorCode | null) => void,
    attempt = 1,
  ): void {
    const answered = (error: ErrorCode | null): void => {
      if (error === null || !isRetriable(error)) done(error);
      else
        this.#client.later(this.#client.backoff(attempt), () => this.#repeat(link, ask, done, attempt + 1));
    };
    link.ask<ErrorCode | null>(
      64,
      (broker, respond) => ask(broker.id, (error) => respond(error, 16)),
      (error) => error,
      answered,
      answered,
      this.#settings['request.timeout.ms'] * MILLISECOND,
    );
  }

  /** Remembers an error: a fenced producer is done for, another has to abort. Returns its name for the application. */
  #noted(error: string | null): string | null {
    if (error === null || this.#state === 'fatal') return error === null ? null : this.#error;
    const fenced = FENCED.has(error);
    if (this.#state === 'ending' && !fenced) return error;
    this.#error = fenced ? 'ProducerFencedException' : error;
    this.#state = fenced ? 'fatal' : 'failed';
    if (fenced) this.#host.drop('ProducerFencedException');
    return this.#error;
  }
}
