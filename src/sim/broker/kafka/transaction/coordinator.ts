import { MILLISECOND, NO_TIMER } from '../clock.ts';
import type { Broker, LeadershipListener } from '../cluster/broker.ts';
import { NO_LEADER } from '../cluster/metadata.ts';
import type { Replica } from '../cluster/replica.ts';
import type { ErrorCode } from '../errors.ts';
import { nameOf } from '../events.ts';
import { BATCH_OVERHEAD, type Marker, NO_PRODUCER } from '../log/batch.ts';
import { javaHash } from '../murmur2.ts';
import { MarkerSender } from './marker-sender.ts';
import {
  type AddPartitionsRequest,
  type EndRequest,
  type InitAnswer,
  type InitRequest,
  isStoredTransaction,
  type ProducerIdentity,
  type StoredTransaction,
  TRANSACTIONS_TOPIC,
  type TransactionState,
} from './requests.ts';

/** How long a change of state may wait for the replicas of its topic. */
const STORE_TIMEOUT = 5_000 * MILLISECOND;
const EPOCHS = 0x7fff;

type Transactions = Map<string, StoredTransaction>;

/** The transactional ids whose partition of the state topic this broker leads (`TransactionCoordinator`). */
export class TransactionCoordinator implements LeadershipListener {
  readonly #broker: Broker;
  readonly #ensure: (partition: number) => void;
  readonly #markers: MarkerSender;
  readonly #partitions = new Map<number, Transactions>();
  #sweep = NO_TIMER;

  /** `ensure` makes a partition of the state topic. */
  constructor(broker: Broker, ensure: (partition: number) => void) {
    this.#broker = broker;
    this.#ensure = ensure;
    this.#markers = new MarkerSender(broker);
    broker.listeners.push(this);
  }

  /** The broker that coordinates a transactional id, as far as this one knows; -1 if there is none yet. */
  find(id: string): number {
    const partition = this.#partitionFor(id);
    const known = this.#broker.image.partitions.get(nameOf({ topic: TRANSACTIONS_TOPIC, partition }));
    if (!known) this.#ensure(partition);
    return known?.leader ?? NO_LEADER;
  }

  /** Gives a producer its identity, with a new epoch: older ones of the same id are fenced. */
  init(request: InitRequest, respond: (answer: InitAnswer) => void): void {
    const { id, timeout } = request;
    const { observer, context } = this.#broker;
    const before = this.#transactions(id)?.get(id);
    const error = this.#mayInit(request);
    if (error !== null) {
      respond({ error, producerId: NO_PRODUCER, producerEpoch: NO_PRODUCER });
      return;
    }
    const spent = before === undefined || before.producerEpoch >= EPOCHS - 1;
    const identity = spent
      ? { producerId: context.nextProducerId(), producerEpoch: 0 }
      : { producerId: before.producerId, producerEpoch: before.producerEpoch + 1 };
    this.#store({ id, timeout, ...identity, state: 'Empty', partitions: [], startedAt: 0 }, (failed) => {
      if (failed === null && before) observer.producerFenced?.(id, identity.producerEpoch);
      respond({ error: failed, ...identity });
    });
  }

  /** Takes partitions into the transaction; the first one begins it. */
  addPartitions(
    { id, partitions, ...identity }: AddPartitionsRequest,
    done: (error: ErrorCode | null) => void,
  ): void {
    const found = this.#found(id, identity);
    if (typeof found === 'string') done(found);
    else if (found.state === 'PrepareCommit' || found.state === 'PrepareAbort')
      done('CONCURRENT_TRANSACTIONS');
    else {
      const ongoing = found.state === 'Ongoing';
      const known = ongoing ? found.partitions : [];
      const names = new Set(known.map(nameOf));
      const added = partitions.filter((partition) => !names.has(nameOf(partition)));
      const startedAt = ongoing ? found.startedAt : this.#broker.clock.now;
      if (ongoing && added.length === 0) done(null);
      else this.#store({ ...found, state: 'Ongoing', partitions: [...known, ...added], startedAt }, done);
    }
  }

  /** Decides a transaction. It is decided once this is stored; the markers follow by themselves. */
  end({ id, commit, ...identity }: EndRequest, done: (error: ErrorCode | null) => void): void {
    const found = this.#found(id, identity);
    if (typeof found === 'string') done(found);
    else if (found.state === 'Ongoing') this.#prepare(found, commit, commit ? 'committed' : 'aborted', done);
    else if (found.state === 'CompleteCommit') done(commit ? null : 'INVALID_TXN_STATE');
    else if (found.state === 'CompleteAbort') done(commit ? 'INVALID_TXN_STATE' : null);
    else done(found.state === 'Empty' ? 'INVALID_TXN_STATE' : 'CONCURRENT_TRANSACTIONS');
  }

  elected(replica: Replica): void {
    if (replica.topic !== TRANSACTIONS_TOPIC) return;
    const { partition, log } = replica;
    const all: Transactions = new Map();
    this.#partitions.set(partition, all);
    for (const { records } of log.read(log.startOffset, log.endOffset, Number.MAX_SAFE_INTEGER))
      for (const { value } of records) if (isStoredTransaction(value)) all.set(value.id, value);
    for (const each of all.values())
      if (each.state === 'PrepareCommit' || each.state === 'PrepareAbort')
        this.#mark(each, each.state === 'PrepareCommit', 'committed');
    this.#watchTimeouts();
  }

  resigned({ topic, partition }: Replica): void {
    if (topic !== TRANSACTIONS_TOPIC) return;
    this.#partitions.delete(partition);
    if (this.#partitions.size > 0) return;
    this.#broker.clock.cancel(this.#sweep);
    this.#sweep = NO_TIMER;
  }

  #partitionFor(id: string): number {
    return (javaHash(id) & 0x7fff_ffff) % this.#broker.settings['transaction.state.log.num.partitions'];
  }

  #transactions(id: string): Transactions | undefined {
    return this.#partitions.get(this.#partitionFor(id));
  }

  #found(id: string, identity: ProducerIdentity): StoredTransaction | ErrorCode {
    const all = this.#transactions(id);
    if (!all) return 'NOT_COORDINATOR';
    const found = all.get(id);
    if (!found || found.producerId !== identity.producerId) return 'INVALID_PRODUCER_ID_MAPPING';
    return found.producerEpoch === identity.producerEpoch ? found : 'PRODUCER_FENCED';
  }

  /** Whether a producer may have an identity now; what an earlier one has left open is aborted first. */
  #mayInit({ id, timeout, known }: InitRequest): ErrorCode | null {
    const all = this.#transactions(id);
    if (!all) return 'NOT_COORDINATOR';
    if (timeout > this.#broker.settings['transaction.max.timeout.ms']) return 'INVALID_TRANSACTION_TIMEOUT';
    const before = all.get(id);
    if (known && before && !isSame(before, known)) return 'PRODUCER_FENCED';
    if (before?.state === 'Ongoing') {
      const fencing = { ...before, producerEpoch: before.producerEpoch + 1 };
      this.#prepare(fencing, false, 'aborted', () => {});
      return 'CONCURRENT_TRANSACTIONS';
    }
    const ending = before?.state === 'PrepareCommit' || before?.state === 'PrepareAbort';
    return ending ? 'CONCURRENT_TRANSACTIONS' : null;
  }

  #prepare(
    open: StoredTransaction,
    commit: boolean,
    how: 'committed' | 'aborted' | 'timed out',
    done: (error: ErrorCode | null) => void,
  ): void {
    const prepared = { ...open, state: (commit ? 'PrepareCommit' : 'PrepareAbort') as TransactionState };
    this.#store(prepared, (error) => {
      if (error === null) this.#mark(prepared, commit, how);
      done(error);
    });
  }

  #mark(prepared: StoredTransaction, commit: boolean, how: 'committed' | 'aborted' | 'timed out'): void {
    const marker: Marker = commit ? 'COMMIT' : 'ABORT';
    this.#markers.send(prepared.partitions, prepared, marker, () => {
      if (this.#transactions(prepared.id)?.get(prepared.id) !== prepared) return;
      this.#store(
        { ...prepared, state: commit ? 'CompleteCommit' : 'CompleteAbort', partitions: [] },
        () => {},
      );
      this.#broker.observer.transactionEnded?.(
        prepared.id,
        commit ? 'committed' : how === 'committed' ? 'aborted' : how,
      );
    });
  }

  /** Holds for new requests at once; `done` is called when other brokers know it, too. */
  #store(next: StoredTransaction, done: (error: ErrorCode | null) => void): void {
    const { id } = next;
    const all = this.#transactions(id);
    const replica = this.#broker.led({ topic: TRANSACTIONS_TOPIC, partition: this.#partitionFor(id) });
    if (!all || typeof replica === 'string' || !replica.leadership) {
      done('NOT_COORDINATOR');
      return;
    }
    all.set(id, next);
    const size = 64 + 16 * next.partitions.length;
    const draft = {
      producerId: NO_PRODUCER,
      producerEpoch: NO_PRODUCER,
      baseSequence: NO_PRODUCER,
      transactional: false,
      marker: null,
      records: [{ key: id, value: next, timestamp: this.#broker.clock.now, size }],
      bytes: BATCH_OVERHEAD + size,
    };
    replica.leadership.append(draft, -1, STORE_TIMEOUT, ({ error }) =>
      done(error === null ? null : 'COORDINATOR_NOT_AVAILABLE'),
    );
  }

  /** Aborts what has been open for longer than its `transaction.timeout.ms`, and fences who opened it. */
  #watchTimeouts(): void {
    const { clock, settings } = this.#broker;
    if (this.#sweep !== NO_TIMER) return;
    const period = settings['transaction.abort.timed.out.transaction.cleanup.interval.ms'] * MILLISECOND;
    const look = (): void => {
      for (const all of this.#partitions.values())
        for (const open of [...all.values()])
          if (open.state === 'Ongoing' && clock.now - open.startedAt > open.timeout * MILLISECOND)
            this.#prepare({ ...open, producerEpoch: open.producerEpoch + 1 }, false, 'timed out', () => {});
      this.#sweep = clock.after(period, look);
    };
    this.#sweep = clock.after(period, look);
  }
}

const isSame = (a: ProducerIdentity, b: ProducerIdentity): boolean =>
  a.producerId === b.producerId && a.producerEpoch === b.producerEpoch;
