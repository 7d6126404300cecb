import type { Binding } from './binding.ts';
import { Exchange, type ExchangeDeclaration, exchangeType } from './exchange.ts';
import { checkMatchKind } from './headers.ts';
import type { ExchangeType } from './matcher.ts';
import type { Message } from './message.ts';
import { checkShort } from './names.ts';
import { called, missing, Refusal } from './refusal.ts';
import { wordsOf } from './topic.ts';

/** Exchanges every server has. */
const PREDECLARED: readonly (readonly [string, ExchangeType])[] = [
  ['amq.direct', 'direct'],
  ['amq.fanout', 'fanout'],
  ['amq.headers', 'headers'],
  ['amq.match', 'headers'],
  ['amq.topic', 'topic'],
];

/** Routes remembered at most; then all are forgotten, so that keys made up for one message cost no memory. */
const REMEMBERED = 10_000;

/** All exchanges and their bindings: who may be declared, and which queues a message reaches. */
export class ExchangeGraph {
  readonly #exchanges = new Map<string, Exchange>();
  /** Queue names by exchange and routing key, as far as only these two decide. */
  readonly #routes = new Map<string, Map<string, readonly string[]>>();
  #remembered = 0;
  readonly #hashWords: number;

  constructor(hashWords: number) {
    this.#hashWords = hashWords;
    // The default exchange: every queue is bound to it by its name, and by nothing else.
    this.#exchanges.set('', new Exchange({ exchange: '', type: 'direct' }));
    for (const [exchange, type] of PREDECLARED)
      this.#exchanges.set(exchange, new Exchange({ exchange, type }));
  }

  get(name: string): Exchange | undefined {
    return this.#exchanges.get(name);
  }

  /** The exchange of that name, or a refusal. */
  find(name: string): Exchange {
    const exchange = this.#exchanges.get(name);
    if (!exchange) throw missing('exchange', name);
    return exchange;
  }

  declare(declaration: ExchangeDeclaration): void {
    exchangeType(declaration.type);
    const { exchange: name } = declaration;
    checkShort('exchange name', name);
    checkNotDefault(name);
    const known = this.#exchanges.get(name);
    if (!known) {
      checkName('exchange', name);
      const alternate = declaration.arguments?.['alternate-exchange'];
      if (alternate !== undefined && typeof alternate !== 'string')
        throw new Refusal(
          'PRECONDITION_FAILED',
          `invalid type for arg 'alternate-exchange' in ${called('exchange', name)}`,
        );
      this.#exchanges.set(name, new Exchange(declaration));
      this.#forget();
    } else known.checkEquivalence(declaration);
  }

  /** Refuses a name that no exchange has. */
  check(name: string): void {
    checkNotDefault(name);
    this.find(name);
  }

  /** Deletes an exchange; one that is not there is no error. */
  delete(name: string, ifUnused: boolean): void {
    checkNotDefault(name);
    if (name.startsWith('amq.'))
      throw new Refusal('ACCESS_REFUSED', `deletion of system ${called('exchange', name)} not allowed`);
    const exchange = this.#exchanges.get(name);
    if (!exchange) return;
    if (ifUnused && exchange.bound)
      throw new Refusal('PRECONDITION_FAILED', `${called('exchange', name)} in use`);
    this.#remove(name);
  }

  /** Adds a binding; the caller has seen to its destination, where that is a queue. */
  bind(binding: Binding): void {
    const source = this.find(binding.source);
    if (binding.kind === 'exchange') this.find(binding.destination);
    if (source.type === 'headers') checkMatchKind(binding.arguments);
    if (source.type === 'topic') this.#checkPattern(binding.key);
    if (source.add(binding)) this.#forget();
  }

  /** Removes a binding; one that is not there is no error. */
  unbind(binding: Binding): void {
    const source = this.#exchanges.get(binding.source);
    if (!source?.remove(binding)) return;
    this.#forget();
    if (source.autoDelete && !source.bound) this.#remove(source.name);
  }

  /** Removes what leads to a queue or an exchange that is gone. */
  dropDestination(kind: Binding['kind'], name: string): void {
    for (const source of [...this.#exchanges.values()])
      for (const binding of [...source.bindings()])
        if (binding.kind === kind && binding.destination === name) this.unbind(binding);
    this.#forget();
  }

  /** What a restart of the node leaves: durable exchanges, and the bindings whose ends are durable. */
  restart(): void {
    for (const { name, durable } of [...this.#exchanges.values()])
      if (!durable && this.#exchanges.has(name)) this.#remove(name);
  }

  /** Names of the queues a message published to an exchange reaches: each once, in the order of names. */
  route(exchange: Exchange, message: Message): readonly string[] {
    const { routingKeys } = message;
    if (exchange.name === '')
      return routingKeys.length === 1 ? routingKeys : [...new Set(routingKeys)].sort(byName);
    if (routingKeys.length > 1) return this.#walk(exchange, message).queues;
    const [key] = routingKeys;
    const remembered = this.#routes.get(exchange.name)?.get(key);
    if (remembered) return remembered;
    const { queues, byKeyOnly } = this.#walk(exchange, message);
    if (byKeyOnly) this.#remember(exchange.name, key, queues);
    return queues;
  }

  /** One pass over all bindings: each exchange once, its alternate only where nothing of it fits. */
  #walk(first: Exchange, message: Message): { queues: string[]; byKeyOnly: boolean } {
    const queues = new Set<string>();
    const seen = new Set([first.name]);
    const open = [first];
    let byKeyOnly = true;
    const visit = (name: string): void => {
      const exchange = this.#exchanges.get(name);
      if (seen.has(name) || !exchange) return;
      seen.add(name);
      open.push(exchange);
    };
    for (let exchange = open.pop(); exchange; exchange = open.pop()) {
      if (exchange.type === 'headers') byKeyOnly = false;
      const taken = exchange.match(message);
      for (const { kind, destination } of taken)
        if (kind === 'queue') queues.add(destination);
        else visit(destination);
      if (taken.length === 0 && exchange.alternate !== undefined) visit(exchange.alternate);
    }
    return { queues: [...queues].sort(byName), byKeyOnly };
  }

  #remember(exchange: string, key: string, queues: readonly string[]): void {
    if (this.#remembered === REMEMBERED) this.#forget();
    this.#remembered++;
    let keys = this.#routes.get(exchange);
    if (!keys) {
      keys = new Map();
      this.#routes.set(exchange, keys);
    }
    keys.set(key, queues);
  }

  #forget(): void {
    this.#routes.clear();
    this.#remembered = 0;
  }

  #remove(name: string): void {
    this.#exchanges.delete(name);
    this.dropDestination('exchange', name);
  }

  #checkPattern(key: string): void {
    const hashes = wordsOf(key).filter((word) => word === '#').length;
    if (hashes > this.#hashWords)
      throw new Refusal('PRECONDITION_FAILED', `binding key '${key}' has more than ${this.#hashWords} '#'`);
  }
}

const byName = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Refuses what only works on exchanges that have a name. */
export function checkNotDefault(name: string): void {
  if (name === '') throw new Refusal('ACCESS_REFUSED', 'operation not permitted on the default exchange');
}

/** Refuses a new name with the server's own prefix. */
export function checkName(kind: 'queue' | 'exchange', name: string): void {
  if (name.startsWith('amq.'))
    throw new Refusal('ACCESS_REFUSED', `${kind} name '${name}' contains reserved prefix 'amq.*'`);
}
