import type { RabbitBroker } from './broker.ts';
import { Channel } from './channel.ts';
import type { ChannelSink, ConnectionSink } from './events.ts';
import type { Close } from './refusal.ts';

/** A client's connection: its channels, and the exclusive queues that live as long as it does. */
export class Connection {
  readonly broker: RabbitBroker;
  readonly #sink: ConnectionSink;
  readonly #channels = new Set<Channel>();
  #open = true;
  /** What its client has sent while the broker does not read from it; null: it reads. */
  #held: (() => void)[] | null = null;

  constructor(broker: RabbitBroker, sink: ConnectionSink) {
    this.broker = broker;
    this.#sink = sink;
  }

  get open(): boolean {
    return this.#open;
  }

  channels(): Iterable<Channel> {
    return this.#channels;
  }

  openChannel(sink: ChannelSink): Channel {
    const channel = new Channel(this, this.broker.nextChannel(), sink);
    this.#channels.add(channel);
    return channel;
  }

  close(): void {
    this.perform(() => this.end());
  }

  /** For channels: carries out a method, in its turn. */
  perform(act: () => void): void {
    if (this.#held) this.#held.push(act);
    else this.broker.perform(act);
  }

  /** For channels: it has published; with an alarm on the broker reads no more from it. */
  published(): void {
    if (!this.broker.alarmed || this.#held) return;
    this.#held = [];
    this.#sink.blocked?.();
  }

  /** For the broker: the alarm is over. */
  release(): void {
    const held = this.#held;
    if (!held) return;
    this.#held = null;
    this.#sink.unblocked?.();
    for (const act of held) this.broker.perform(act);
  }

  forget(channel: Channel): void {
    this.#channels.delete(channel);
  }

  /** Ends the connection with all it has; with `close` its client is told. */
  end(close?: Close): void {
    if (!this.#open) return;
    this.#open = false;
    this.#held = null;
    for (const channel of [...this.#channels]) channel.end();
    this.broker.disconnected(this);
    if (close) this.#sink.closed?.(close);
  }
}
