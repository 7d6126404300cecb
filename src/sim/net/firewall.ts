import type { Micros } from '../kernel/time.ts';
import { type End, HALF_OPEN, type Unreachable } from './network.ts';

/** That a connection has been forgotten: how each message that is lost so is told, and the record of the forgetting. */
export interface Forgotten {
  readonly off: Unreachable;
  readonly record: number;
}

/** Somebody on the way: whether a connection of this key over which something passed last at this time has been forgotten. */
export type Firewall = (key: number, usedAt: Micros) => Forgotten | null;

/** A connection that can be forgotten. */
export interface Forgettable {
  /** Those of one key share their luck. */
  readonly key: number;
  forget(forgotten: Forgotten): void;
}

/** Which ways lead past a firewall: from who opens connections to who takes them. */
export type Meets = (from: End, to: End) => boolean;

/** The other end of a forgotten connection, where nothing arrives. */
export const lostEnd = ({ owner, zone }: End, { off }: Forgotten): End => ({
  owner,
  zone,
  off,
  why: HALF_OPEN,
});
