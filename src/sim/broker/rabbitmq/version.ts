/** The server line whose rules the broker follows: that of 3.10 to 3.13, or the present one. */
export type Version = '3.10' | '4';

/** What differs between the server lines. */
export interface VersionRules {
  /** Failed deliveries a quorum queue allows unless `x-delivery-limit` says otherwise. */
  readonly deliveryLimit: number;
  /** Largest body in bytes; a larger one closes the channel. */
  readonly maxMessageSize: number;
  /** A quorum queue without a delivery limit puts what comes back at its end instead of first. */
  readonly requeueToEnd: boolean;
  /** A quorum queue gives a consumer one delivery too many for each message over the delivery limit. */
  readonly creditLeak: boolean;
  /** Every return counts as a failed delivery, instead of rejections and lost channels only. */
  readonly everyReturnFails: boolean;
  /** Priority levels of a quorum queue, 0 to one less. */
  readonly quorumLevels: number;
  /** The older entries of `x-death` change their order at each death. */
  readonly deathsReversed: boolean;
  /** Messages tell their last death in headers of their own. */
  readonly lastDeath: boolean;
  /** A slow consumer's timeout holds for every type of queue and closes its channel. */
  readonly timeoutClosesChannel: boolean;
  /** Queues that are neither durable nor exclusive may be declared. */
  readonly transientQueues: boolean;
  /** `#` words in one binding key of a topic exchange. */
  readonly hashWords: number;
  /** A declaration without `x-queue-type` equals one with `classic`. */
  readonly classicByDefault: boolean;
  /** A quorum queue hands its single active role to a consumer of higher priority. */
  readonly activeByPriority: boolean;
}

const MEBIBYTE = 1_048_576;

const OLD: VersionRules = {
  deliveryLimit: Number.POSITIVE_INFINITY,
  maxMessageSize: 128 * MEBIBYTE,
  requeueToEnd: true,
  creditLeak: true,
  everyReturnFails: true,
  quorumLevels: 1,
  deathsReversed: true,
  lastDeath: false,
  timeoutClosesChannel: true,
  transientQueues: true,
  hashWords: Number.POSITIVE_INFINITY,
  classicByDefault: false,
  activeByPriority: false,
};

const NEW: VersionRules = {
  deliveryLimit: 20,
  maxMessageSize: 16 * MEBIBYTE,
  requeueToEnd: false,
  creditLeak: false,
  everyReturnFails: false,
  quorumLevels: 32,
  deathsReversed: false,
  lastDeath: true,
  timeoutClosesChannel: false,
  transientQueues: false,
  hashWords: 2,
  classicByDefault: true,
  activeByPriority: true,
};

/** The rules of a server line. */
export const rulesOf = (version: Version): VersionRules => (version === '4' ? NEW : OLD);
