import type { Stream } from '../kernel/luck.ts';
import { REFUSED } from '../outcome.ts';
import { NONE } from '../recorder.ts';
import type { Address } from './address.ts';
import { Finder, type Nobody, type Wanted } from './directory.ts';

/** Without instances behind it a virtual address refuses connections, as a process that does not listen would. */
const REJECTED: Nobody = { outcome: REFUSED, cause: NONE };

/** One address for a service, behind which each new connection meets one of the instances at random. */
export class VirtualAddress extends Finder {
  override readonly virtual = true;
  readonly #stream: Stream;
  readonly #known: () => readonly Address[];

  /** `known`: whoever may be behind it now. */
  constructor(stream: Stream, known: () => readonly Address[]) {
    super();
    this.#stream = stream;
    this.#known = known;
  }

  look(_wanted: Wanted, use: (found: readonly Address[] | Nobody) => void): void {
    const known = this.#known();
    use(known.length === 0 ? REJECTED : known);
  }

  protected override pick(known: readonly Address[], { key, variant }: Wanted): Address | undefined {
    return known[this.#stream.below(known.length, key, variant)];
  }
}
