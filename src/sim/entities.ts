import { compileExpression, type Expression } from './expression/expression.ts';
import type { Value } from './expression/value.ts';
import { sampler } from './kernel/distribution.ts';
import { hashText, mix } from './kernel/luck.ts';
import { Name } from './recorder.ts';
import type { Subject } from './run.ts';
import type { World } from './world/schema/world.ts';

/** Popularity of the n-th most popular is 1/n: the usual shape of shop traffic. */
const ZIPF_EXPONENT = 1;

/** One business thing: order-17. Its key, made of its name, decides its luck in every design. */
export class Thing implements Subject {
  readonly entity: string;
  readonly index: number;
  readonly name: string;
  readonly key: number;
  /** Its name as the record knows it. */
  readonly recorded: Name;
  data: Readonly<Record<string, Value>>;

  constructor(entity: string, index: number, key: number, data: Readonly<Record<string, Value>>) {
    this.entity = entity;
    this.index = index;
    this.name = `${entity}-${index}`;
    this.key = key;
    this.recorded = new Name(this.name);
    this.data = data;
  }
}

interface Sort {
  readonly name: string;
  readonly count: number | null;
  readonly hash: number;
  readonly data: readonly (readonly [string, Expression<null>])[];
  readonly popularity: ((u: number) => number) | undefined;
  /** Those that were met, by number. */
  readonly things: Map<number, Thing>;
}

const VOCABULARY = { slots: new Map([['index', 0]]), functions: new Map() };

/** The business things of a world: those that it counts, and those that its clients make. */
export class Entities {
  readonly #sorts = new Map<string, Sort>();
  readonly #things = new Map<string, Thing>();

  constructor(entities: World['entities']) {
    for (const [name, { count, data }] of Object.entries(entities)) {
      this.#sorts.set(name, {
        name,
        count,
        hash: hashText(name),
        data: Object.entries(data).map(
          ([field, source]) => [field, compileExpression(source, VOCABULARY)] as const,
        ),
        popularity: count === null ? undefined : sampler({ kind: 'zipf', count, exponent: ZIPF_EXPONENT }),
        things: new Map(),
      });
    }
  }

  /** Whether a field of this name holds the identity of a business thing. */
  has(name: string): boolean {
    return this.#sorts.has(name);
  }

  /** The names of all sorts of things, in the world's order. */
  sorts(): readonly string[] {
    return [...this.#sorts.keys()];
  }

  countOf(entity: string): number | null {
    return this.#sorts.get(entity)?.count ?? null;
  }

  /** Every thing that was met or made. */
  met(): ReadonlyMap<string, Thing> {
    return this.#things;
  }

  /** A thing by its number, from 1; made when it is first asked for. */
  at(entity: string, index: number): Thing {
    const sort = this.#sorts.get(entity);
    if (!sort) throw new Error(`there is no entity ${entity}`);
    const found = sort.things.get(index);
    if (found) return found;
    const slots = [index];
    const data: Record<string, Value> = {};
    for (const [field, expression] of sort.data) data[field] = expression.evaluate(slots, null);
    const thing = new Thing(entity, index, mix(sort.hash, index), data);
    sort.things.set(index, thing);
    this.#things.set(thing.name, thing);
    return thing;
  }

  /** The thing of a name such as `order-17`; undefined where the text names none. */
  named(name: unknown): Thing | undefined {
    if (typeof name !== 'string') return undefined;
    const found = this.#things.get(name);
    if (found) return found;
    const match = /^([a-z][A-Za-z0-9-]*)-(\d{1,7})$/.exec(name);
    const sort = match ? this.#sorts.get(match[1] as string) : undefined;
    const index = Number(match?.[2]);
    if (!sort || index < 1 || index > (sort.count ?? 10_000_000)) return undefined;
    return this.at(sort.name, index);
  }

  /** A number from 0 to `count` - 1 by popularity, for a draw from 0 to 1; `even` makes all equally likely. */
  drawIndex(entity: string, u: number, even: boolean): number | undefined {
    const sort = this.#sorts.get(entity);
    if (!sort || sort.count === null || !sort.popularity) return undefined;
    const index = Math.floor(even ? u * sort.count : sort.popularity(u) - 1);
    return Math.min(index, sort.count - 1);
  }
}
