import type { Micros } from '../kernel/time.ts';
import type { Name } from '../recorder.ts';
import { type End, HALF_OPEN, type Unreachable } from './network.ts';

/** That a connection has been forgotten: how each message that is lost so is told, and the record of the forgetting. */
export interface Forgotten {
  readonly off: Unreachable;
  readonly record: number;
}

/** Somebody on the way to a replica: whether a connection that was used last at this time has been forgotten. */
export type Firewall = (replica: Name, usedAt: Micros) => Forgotten | null;

/** A connection that can be forgotten. */
export interface Forgettable {
  readonly replica: { readonly name: Name };
  forget(forgotten: Forgotten): void;
}

/** Which ways lead past a firewall: from a caller to a service. */
export type Meets = (caller: End, service: End) => boolean;

/** The other end of a forgotten connection, where nothing arrives. */
export const lostEnd = ({ owner, zone }: End, { off }: Forgotten): End => ({
  owner,
  zone,
  off,
  why: HALF_OPEN,
});
