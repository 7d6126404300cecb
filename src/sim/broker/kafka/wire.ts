import type { Clock } from './clock.ts';

/** A machine on the network: a broker, the controller, or a client's process. Known by its identity. */
export interface Host {
  readonly name: string;
  /** Timers of its own, where its process may stand still; absent: the cluster's. */
  readonly clock?: Clock;
}

/**
 * Why a message does not arrive: the way is refused and its sender is told, or it vanishes.
 *
 * Who is told of a message that vanishes may keep its books in order, but must not act on it: a real sender knows nothing.
 */
type Loss = 'refused' | 'vanished';

/** The network between brokers and clients. Every message takes time, and any may be lost. */
export interface Wire {
  /** Carries one message: calls `arrive` when it is there, or `lost` if it will never be. */
  send(from: Host, to: Host, bytes: number, arrive: () => void, lost: (how: Loss) => void): void;
}
