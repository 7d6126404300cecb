import { formatMicros, type Micros } from '../../../kernel/time.ts';
import { Name } from '../../../recorder.ts';
import type { System } from '../../../system.ts';
import type { Notification, SubscriptionName } from '../../sns/message.ts';
import type { SnsObserver } from '../../sns/observer.ts';
import type { Publication } from './publication.ts';

/** Writes what topics do into the run's record. */
export class Journal implements SnsObserver<Publication> {
  readonly #system: System;
  readonly #endpointOf: (to: SubscriptionName) => string;
  readonly #names = new Map<string, Name>();

  /** `endpointOf` gives the queue of a subscription: `sqs/search-prices`. */
  constructor(system: System, endpointOf: (to: SubscriptionName) => string) {
    this.#system = system;
    this.#endpointOf = endpointOf;
  }

  nameOf(channel: string): Name {
    let name = this.#names.get(channel);
    if (!name) {
      name = new Name(channel);
      this.#names.set(channel, name);
    }
    return name;
  }

  /** The service has accepted a message. */
  took(publication: Publication): number {
    if (publication.taken) return publication.record;
    const { envelope, cause } = publication;
    const { log, counted } = this.#system;
    counted.messages++;
    const place = this.nameOf(envelope.channel);
    const subject = envelope.thing?.recorded;
    const type = envelope.type ?? undefined;
    publication.accepted(log.note('publish', place, subject, cause, cause, envelope.id, type));
    return publication.record;
  }

  published({ body }: Notification<Publication>): void {
    this.took(body);
  }

  /** The same message has come a second time. */
  repeated(publication: Publication): void {
    const { envelope } = publication;
    const record = this.took(publication);
    const place = this.nameOf(envelope.channel);
    this.#system.log.note('deduplicated', place, envelope.thing?.recorded, record, record, envelope.id);
  }

  filtered(to: SubscriptionName, { body }: Notification<Publication>): void {
    this.#note('filtered', to, body);
  }

  failed(to: SubscriptionName, { body }: Notification<Publication>, _attempt: number, next: Micros): void {
    this.#note('undelivered', to, body, next === 0 ? 'at once' : `after ${formatMicros(next)}`);
  }

  deadLettered(to: SubscriptionName, { body }: Notification<Publication>, queue: string): void {
    this.#note('deadLetter', to, body, 'undeliverable', this.nameOf(`sqs/${queue}`));
  }

  dropped(to: SubscriptionName, { body }: Notification<Publication>): void {
    this.#note('undeliverable', to, body);
  }

  /** A fault has made a topic forget a message that it has accepted. */
  lost({ envelope, record }: Publication, cause: number): void {
    const place = this.nameOf(envelope.channel);
    this.#system.log.note('dropped', place, envelope.thing?.recorded, cause, record, envelope.id, 'drop');
  }

  #note(
    kind: 'filtered' | 'undelivered' | 'undeliverable' | 'deadLetter',
    to: SubscriptionName,
    publication: Publication,
    detail?: string,
    peer = this.nameOf(this.#endpointOf(to)),
  ): void {
    const { envelope, record } = publication;
    const cause = publication.at(to.subscription);
    const place = this.nameOf(envelope.channel);
    const subject = envelope.thing?.recorded;
    const at = this.#system.log.note(kind, place, subject, cause, record, envelope.id, detail, peer);
    publication.move(to.subscription, at);
  }
}
