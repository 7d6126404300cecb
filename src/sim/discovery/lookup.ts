import type { Micros } from '../kernel/time.ts';
import type { Address } from './address.ts';

/** One question to DNS. Faults may change what becomes of it, and say by which record. */
export interface Lookup {
  readonly service: string;
  /** Which one of that name it is, from 1. */
  readonly nth: number;
  answer: readonly Address[];
  takes: Micros;
  cause: number;
}

/** What a fault does to lookups. */
export type LookupTrouble = (lookup: Lookup) => void;
