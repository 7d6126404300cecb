import { type Binding, identity, sameField } from './binding.ts';
import { EXCHANGE_TYPES, type ExchangeType, type Matcher, matcherOf } from './matcher.ts';
import type { Message, Table } from './message.ts';
import { called, Refusal } from './refusal.ts';

/** An exchange as a client declares it. */
export interface ExchangeDeclaration {
  readonly exchange: string;
  readonly type: string;
  readonly durable?: boolean;
  /** It goes with the last binding that leaves it. */
  readonly autoDelete?: boolean;
  /** Only other exchanges may publish to it. */
  readonly internal?: boolean;
  readonly arguments?: Table;
}

/** A place to publish to, which copies messages along its bindings. */
export class Exchange {
  readonly name: string;
  readonly type: ExchangeType;
  readonly durable: boolean;
  readonly autoDelete: boolean;
  readonly internal: boolean;
  readonly arguments: Table;
  readonly #matcher: Matcher;
  readonly #bindings = new Map<string, Binding>();

  constructor({ exchange, type, ...rest }: ExchangeDeclaration) {
    this.name = exchange;
    this.type = exchangeType(type);
    this.durable = rest.durable ?? true;
    this.autoDelete = rest.autoDelete ?? false;
    this.internal = rest.internal ?? false;
    this.arguments = rest.arguments ?? {};
    this.#matcher = matcherOf(this.type);
  }

  /** Where messages go that no binding takes; undefined: nowhere. */
  get alternate(): string | undefined {
    const name = this.arguments['alternate-exchange'];
    return typeof name === 'string' ? name : undefined;
  }

  get bound(): boolean {
    return this.#bindings.size > 0;
  }

  bindings(): Iterable<Binding> {
    return this.#bindings.values();
  }

  match(message: Message): readonly Binding[] {
    return this.#matcher.match(message);
  }

  /** False if there is such a binding already. */
  add(binding: Binding): boolean {
    const key = identity(binding);
    if (this.#bindings.has(key)) return false;
    this.#bindings.set(key, binding);
    this.#matcher.add(binding);
    return true;
  }

  /** False if there is no such binding. */
  remove(binding: Binding): boolean {
    const key = identity(binding);
    const known = this.#bindings.get(key);
    if (!known) return false;
    this.#bindings.delete(key);
    this.#matcher.remove(known);
    return true;
  }

  /** Refuses a declaration that says something else than what this exchange is. */
  checkEquivalence({ type, durable = true, autoDelete = false, ...rest }: ExchangeDeclaration): void {
    const { internal = false, arguments: given = {} } = rest;
    this.#same('type', this.type, type);
    this.#same('durable', this.durable, durable);
    this.#same('auto_delete', this.autoDelete, autoDelete);
    this.#same('internal', this.internal, internal);
    const [current, wanted] = [this.arguments['alternate-exchange'], given['alternate-exchange']];
    if (!sameField(current, wanted)) this.#same('alternate-exchange', `${current}`, `${wanted}`);
  }

  #same(property: string, current: string | boolean, received: string | boolean): void {
    if (current === received) return;
    throw new Refusal(
      'PRECONDITION_FAILED',
      `inequivalent arg '${property}' for ${called('exchange', this.name)}: received '${received}' but current is '${current}'`,
    );
  }
}

/** Refuses a type that is none. */
export function exchangeType(type: string): ExchangeType {
  const known = EXCHANGE_TYPES.find((each) => each === type);
  if (!known) throw new Refusal('COMMAND_INVALID', `unknown exchange type '${type}'`);
  return known;
}
