import type { Binding } from './binding.ts';
import type { Delivery } from './events.ts';
import type { Table } from './message.ts';

/** A consumer as a client asks for it. */
export interface Consume {
  readonly queue: string;
  /** Its tag on this channel. */
  readonly consumer: string;
  readonly noAck?: boolean;
  readonly exclusive?: boolean;
  readonly arguments?: Table;
}

/** What basic.get answers. */
export interface GetAnswer {
  readonly delivery: Delivery;
  /** Messages still waiting. */
  readonly remaining: number;
}

/** The condition under which a queue is deleted. */
export interface DeleteCondition {
  readonly ifUnused?: boolean;
  readonly ifEmpty?: boolean;
}

/** Where a binding is made, as a client says it. */
export interface BindingRequest {
  readonly from: string;
  readonly to: string;
  /** Default: `queue`. */
  readonly toType?: Binding['kind'];
  readonly routingKey: string;
  readonly arguments?: Table;
}
