import { type Luck, mix, type Stream } from '../../kernel/luck.ts';
import { type Micros, seconds } from '../../kernel/time.ts';
import type { StoredCopy } from './message.ts';
import type { Stray } from './observer.ts';
import type { Servers } from './standard-shelves.ts';

/** What standard queues do wrong now and then, and how they are spread. The service publishes no figures. */
export interface Imperfections {
  /** Receives in a million after which a server that was not told gives the message out once more. */
  readonly duplicatesPpm: number;
  /** Deletes in a million that do not reach a server, which gives the message out once more. */
  readonly lostDeletesPpm: number;
  /** How long such a server is out of reach, at most. */
  readonly unreachable: Micros;
  readonly servers: Servers;
}

/** Rare enough to be overlooked in a test, and certain to happen in production. */
export const USUAL: Imperfections = {
  duplicatesPpm: 20,
  lostDeletesPpm: 20,
  unreachable: seconds(10),
  servers: { all: 8, sampled: 6 },
};

/** Says when a copy comes to light that a server out of reach had kept. */
export class Strays {
  readonly #luck: { readonly [why in Stray]: Stream };
  imperfections: Imperfections;

  constructor(luck: Luck, imperfections: Imperfections) {
    this.#luck = { receive: luck.stream('sqs/duplicates'), delete: luck.stream('sqs/lost deletes') };
    this.imperfections = imperfections;
  }

  /** How long after this receive or delete of a copy it happens; undefined where all servers were reached. */
  after(why: Stray, { message: { luck }, receives, lives }: StoredCopy<unknown>): Micros | undefined {
    const { duplicatesPpm, lostDeletesPpm, unreachable } = this.imperfections;
    const ppm = why === 'receive' ? duplicatesPpm : lostDeletesPpm;
    const variant = mix(mix(luck.variant, lives), receives);
    if (!this.#luck[why].chance(ppm, luck.key, variant)) return undefined;
    return 1 + this.#luck[why].below(unreachable, luck.key, variant, 1);
  }
}
