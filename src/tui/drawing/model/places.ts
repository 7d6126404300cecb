import { ownerOf } from '../../../scenarios/narration/telling.ts';
import { sourcesBehind } from '../../../sim/broker/channels.ts';
import type { Run } from '../../../sim/run.ts';
import type { Topology } from '../map/topology.ts';

/** Which node of the map each name in a run's record belongs to. */
export class Places {
  readonly #run: Run;
  readonly #numbers: ReadonlyMap<string, number>;
  /** By number of the name; a name that has not been asked for is missing. */
  readonly #nodes: number[] = [];
  readonly #ends = new Map<number, readonly [number, number]>();

  constructor(run: Run, topology: Topology) {
    this.#run = run;
    this.#numbers = new Map(topology.nodes.map(({ id }, number) => [id, number]));
  }

  /** The node's number by its id; -1 where the map has none. */
  numberOf(id: string): number {
    return this.#numbers.get(id) ?? -1;
  }

  /** The node that a place of the record belongs to; -1 for none. */
  nodeOf(name: number): number {
    if (name < 0) return -1;
    const known = this.#nodes[name];
    if (known !== undefined) return known;
    const text = this.#run.record.names.text(name);
    const node = this.#node(text);
    this.#nodes[name] = node;
    return node;
  }

  /** The two ends of a link such as `payment -> psp`, or of a queue in which something was lost. */
  endsOf(name: number): readonly [number, number] {
    const known = this.#ends.get(name);
    if (known) return known;
    const [from = '', to] = this.#run.record.names.text(name).split(/ (?:->|\|) /);
    const ends = [this.#node(from), this.#node(to ?? from)] as const;
    this.#ends.set(name, ends);
    return ends;
  }

  #node(text: string): number {
    const known = this.#numbers.get(text);
    if (known !== undefined) return known;
    const owner = this.numberOf(ownerOf(text));
    if (owner >= 0) return owner;
    // An exchange, or the broker as a whole: the map has only its queues.
    const channel = text.replace(/\[\d+\]$/, '');
    if (channel !== text && text.includes('/')) return this.numberOf(channel); // a partition of a topic
    if (text.includes('/')) return this.numberOf(sourcesBehind(this.#run.world, text)[0] ?? '');
    return [...this.#numbers].find(([id]) => id.startsWith(`${text}/`))?.[1] ?? -1;
  }
}
