import type { Name } from '../../../recorder.ts';
import { NONE } from '../../../recorder.ts';
import type { System } from '../../../system.ts';
import type { Posting } from './posting.ts';

/** What one producer has put into one transaction. */
interface Open {
  readonly postings: Posting[];
  /** What led to its end; until then the delivery with which it began. */
  cause: number;
  /** Whether its coordinator has heard of it, as it seems: it will tell of the end. */
  known: boolean;
}

/** Keeps account of what lies in open transactions, and records how they end. */
export class Transactions {
  readonly #system: System;
  readonly #name: (text: string) => Name;
  /** By `transactional.id`, oldest first: a producer begins the next while the coordinator still ends the one before. */
  readonly #open = new Map<string, Open[]>();

  constructor(system: System, name: (text: string) => Name) {
    this.#system = system;
    this.#name = name;
  }

  /** A producer begins a transaction, because of a delivery. */
  began(id: string, delivery: number): void {
    const all = this.#open.get(id) ?? [];
    this.#open.set(id, all);
    all.push({ postings: [], cause: delivery, known: false });
  }

  sent(id: string, posting: Posting): void {
    const open = this.#open.get(id)?.at(-1);
    if (!open) return;
    open.postings.push(posting);
    open.known = true;
  }

  /** A producer wants to commit its transaction, with offsets in it. */
  commits(id: string, cause: number): void {
    const open = this.#open.get(id)?.at(-1);
    if (!open) return;
    open.cause = cause;
    open.known = true;
  }

  /** A producer aborts its transaction; of one in which nothing is yet, its coordinator never hears. */
  aborts(id: string, cause: number): void {
    const all = this.#open.get(id);
    const open = all?.at(-1);
    if (!open) return;
    if (open.known) open.cause = cause;
    else all?.pop();
  }

  ended(id: string, how: 'committed' | 'aborted' | 'timed out'): void {
    const { log } = this.#system;
    const open = this.#open.get(id)?.shift();
    const stored = (open?.postings ?? []).filter(({ record }) => record !== NONE);
    const place = this.#name(id);
    const cause = open?.cause ?? NONE;
    const record = log.note('transactionEnded', place, undefined, cause, NONE, stored.length, how);
    if (how === 'committed') return;
    for (const { envelope, record: published, partition } of stored) {
      const subject = envelope.thing?.recorded;
      log.note('dropped', partition ?? place, subject, record, published, envelope.id, 'aborted');
    }
  }

  fenced(id: string, epoch: number): void {
    this.#system.log.note('fenced', this.#name(id), undefined, NONE, NONE, epoch);
  }
}
