import type { Binding } from './binding.ts';
import { headersMatch } from './headers.ts';
import type { Message } from './message.ts';
import { TopicTree } from './topic.ts';

/** The exchange types. */
export const EXCHANGE_TYPES = ['direct', 'fanout', 'topic', 'headers'] as const;
export type ExchangeType = (typeof EXCHANGE_TYPES)[number];

/** How an exchange of one type finds the bindings a message takes. */
export interface Matcher {
  add(binding: Binding): void;
  remove(binding: Binding): void;
  /** The bindings that fit, some perhaps more than once. */
  match(message: Message): readonly Binding[];
}

class Direct implements Matcher {
  readonly #byKey = new Map<string, Binding[]>();

  add(binding: Binding): void {
    const bound = this.#byKey.get(binding.key);
    if (bound) bound.push(binding);
    else this.#byKey.set(binding.key, [binding]);
  }

  remove(binding: Binding): void {
    const rest = this.#byKey.get(binding.key)?.filter((each) => each !== binding) ?? [];
    if (rest.length > 0) this.#byKey.set(binding.key, rest);
    else this.#byKey.delete(binding.key);
  }

  match({ routingKeys }: Message): readonly Binding[] {
    if (routingKeys.length === 1) return this.#byKey.get(routingKeys[0]) ?? [];
    return routingKeys.flatMap((key) => this.#byKey.get(key) ?? []);
  }
}

class Topic implements Matcher {
  readonly #tree = new TopicTree();

  add(binding: Binding): void {
    this.#tree.add(binding);
  }

  remove(binding: Binding): void {
    this.#tree.remove(binding);
  }

  match({ routingKeys }: Message): readonly Binding[] {
    return routingKeys.flatMap((key) => this.#tree.match(key));
  }
}

/** Tries every binding. */
class Scan implements Matcher {
  #bindings: Binding[] = [];
  readonly #fits: (binding: Binding, message: Message) => boolean;

  constructor(fits: (binding: Binding, message: Message) => boolean) {
    this.#fits = fits;
  }

  add(binding: Binding): void {
    this.#bindings.push(binding);
  }

  remove(binding: Binding): void {
    this.#bindings = this.#bindings.filter((each) => each !== binding);
  }

  match(message: Message): readonly Binding[] {
    return this.#bindings.filter((binding) => this.#fits(binding, message));
  }
}

/** The matcher of an exchange type. */
export function matcherOf(type: ExchangeType): Matcher {
  switch (type) {
    case 'direct':
      return new Direct();
    case 'topic':
      return new Topic();
    case 'fanout':
      return new Scan(() => true);
    case 'headers':
      return new Scan((binding, { headers }) => headersMatch(binding, headers));
  }
}
