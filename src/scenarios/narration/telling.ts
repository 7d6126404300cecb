import { formatMicros, type Micros } from '../../sim/kernel/time.ts';
import { KIND_NAMES, type Kind } from '../../sim/kinds.ts';
import type { Fact, Run } from '../../sim/run.ts';
import { indexOf, type RunIndex } from './run-index.ts';

/** A sentence about one record, without its capital and its full stop. */
export type Template = (telling: Telling) => string;

/** One record in words: what templates are filled with. */
export class Telling {
  readonly run: Run;
  readonly record: number;

  constructor(run: Run, record: number) {
    this.run = run;
    this.record = record;
  }

  get kind(): Kind {
    return this.kindOf(this.record);
  }

  get at(): Micros {
    return this.run.record.timeAt(this.record);
  }

  /** The place as recorded, such as `checkout.placeOrder.charge`. */
  get place(): string {
    return this.#text(this.run.record.placeAt(this.record));
  }

  get peer(): string {
    return this.#text(this.run.record.peerAt(this.record));
  }

  get subject(): string {
    return this.#text(this.run.record.subjectAt(this.record));
  }

  get detail(): string {
    return this.#text(this.run.record.detailAt(this.record));
  }

  get value(): number {
    return this.run.record.valueAt(this.record);
  }

  /** The record that led to this one, -1 where there is none. */
  get cause(): number {
    return this.run.record.causeAt(this.record);
  }

  /** The record that opened the span in which this happened, -1 where there is none. */
  get span(): number {
    return this.run.record.spanAt(this.record);
  }

  /** Who did it: the service, client or replica's service at the head of the place. */
  get owner(): string {
    return ownerOf(this.place);
  }

  /** `Product.price` where this happened for a field of a GraphQL answer: in `gateway.answer.query.Product.price`. */
  get field(): string {
    const [, , , type, field] = this.place.split('.');
    return field === undefined ? '' : `${type}.${field}`;
  }

  /** ` for order-17`, or nothing where the record is about no entity. */
  get about(): string {
    return this.subject === '' ? '' : ` for ${this.subject}`;
  }

  /** ` (order-17)`, for sentences in which "for" would read twice. */
  get tag(): string {
    return this.subject === '' ? '' : ` (${this.subject})`;
  }

  /** The value as a time. */
  get time(): string {
    return formatMicros(this.value);
  }

  /** ` (event 96)` where this record has a cause that matters to a reader. */
  get because(): string {
    return this.cause < 0 ? '' : ` (event ${this.cause})`;
  }

  get index(): RunIndex {
    return indexOf(this.run);
  }

  /** The fact that this record tells of. */
  get fact(): Fact | undefined {
    return this.run.facts[this.value];
  }

  kindOf(record: number): Kind {
    return KIND_NAMES[this.run.record.kindAt(record)] as Kind; // kinds are numbered by this list
  }

  /** The same for another record of this run. */
  of(record: number): Telling {
    return new Telling(this.run, record);
  }

  #text(number: number): string {
    return number < 0 ? '' : this.run.record.names.text(number);
  }
}

/** The head of a place: `checkout` of `checkout.placeOrder.charge`, `payment` of `payment[1]` and of `payment.db/payments`. */
export function ownerOf(place: string): string {
  return /^[^.[/]*/.exec(place)?.[0] || place;
}

/** `first`, `second`, … `10th`. */
export function ordinal(number: number): string {
  const words = ['', 'first', 'second', 'third', 'fourth', 'fifth', 'sixth', 'seventh', 'eighth', 'ninth'];
  const word = words[number];
  if (word) return word;
  const last = number % 10;
  const teen = number % 100 > 10 && number % 100 < 14;
  const suffix = teen ? 'th' : (['th', 'st', 'nd', 'rd'][last] ?? 'th');
  return `${number}${suffix}`;
}

/** `1 message`, `3 messages`. */
export function many(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
