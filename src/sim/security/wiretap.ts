import type { Host } from '../flow/host.ts';
import type { Request } from '../flow/request.ts';
import type { End } from '../net/network.ts';
import type { Name } from '../recorder.ts';
import type { System } from '../system.ts';

/** Somebody who reads what goes over a link, and keeps it. What goes over mutual TLS tells him nothing. */
export class Wiretap {
  readonly #system: System;
  readonly #owner: string;
  readonly #from: string;
  readonly #to: string;
  readonly #heard: Request[] = [];
  #next = 0;

  /** `owner` does not listen to himself; `link` is written `a -> b`, where `*` is anybody. */
  constructor(system: System, owner: string, link: string) {
    this.#system = system;
    this.#owner = owner;
    const [from = '*', to = '*'] = link.split(' -> ');
    this.#from = from;
    this.#to = to;
  }

  /** A request leaves for somewhere. */
  hear(from: Host, to: End, operation: Name, request: Request, call: number): void {
    if (from.owner === this.#owner) return;
    if (this.#from !== '*' && from.owner !== this.#from) return;
    if (this.#to !== '*' && to.owner !== this.#to) return;
    const { mesh, log, network } = this.#system;
    if (mesh?.isEncrypted(from, to)) return;
    this.#heard.push(request);
    const link = network.nameOf(from.end, to);
    const { recorded } = request.thing ?? {};
    log.note('exposed', link, recorded, call, call, this.#heard.length, secretOf(request), operation);
  }

  /** What was heard, one after the other and then from the beginning; null while nothing was. */
  next(): Request | null {
    const { length } = this.#heard;
    return length === 0 ? null : (this.#heard[this.#next++ % length] ?? null);
  }
}

/** The most that somebody can do with it. */
function secretOf({ credentials: { token, apiKey, signature } }: Request): string {
  if (token) return 'token';
  if (apiKey !== null) return 'API key';
  return signature ? 'signature' : 'content';
}
