import type { Loader } from '../calls/batch.ts';
import type { Transaction } from '../database/transaction.ts';
import { mix, type Stream } from '../kernel/luck.ts';
import type { Micros } from '../kernel/time.ts';
import type { Outcome } from '../outcome.ts';
import type { Name } from '../recorder.ts';
import type { Release } from '../service/release.ts';
import type { System } from '../system.ts';
import type { Guard } from './guard.ts';
import type { Host } from './host.ts';
import type { Request } from './request.ts';
import { FIRST_STEP, SLOT } from './slots.ts';

/** What all branches of one flow share. */
interface Shared {
  replied: boolean;
  degraded: boolean;
  /** What gathers the calls of this flow, by the operation called. */
  loaders: Map<string, Loader> | null;
}

/** What a flow needs of a frame. */
export interface FramePlan {
  /** Slots for results. */
  readonly size: number;
  /** Whether its expressions read what came beside the body: the idempotency key, the deadline. */
  readonly envelope: boolean;
}

export const NO_PLAN: FramePlan = { size: 0, envelope: false };

function addressed({ body, idempotencyKey, deadline }: Request): unknown {
  return { ...body, idempotencyKey, deadline: Number.isFinite(deadline) ? deadline : null };
}

/** One operation in progress: the request, the results so far, and where its records hang. */
export class Frame {
  readonly system: System;
  readonly host: Host;
  readonly operation: Name;
  readonly request: Request;
  readonly slots: unknown[];
  readonly variant: number;
  /** The record that opened the span this happens in. */
  readonly span: number;
  /** The last record of this flow, which causes the next. */
  cause: number;
  transaction: Transaction | null = null;
  /** The version whose flow this is: it goes on to its end when another is deployed meanwhile. */
  release: Release | null;
  /** Set where an idempotent receiver watches over the effects of this request. */
  guard: Guard | undefined = undefined;
  /** The entity tag of an answer that is known already, for a call that asks whether it is still so. */
  ifNoneMatch: number | null = null;
  /** Sends the answer; a flow that ends without has its last result sent. */
  readonly answer: ((outcome: Outcome, frame: Frame) => void) | undefined;
  readonly #shared: Shared;

  /** For functions that draw: the stream of the expression being evaluated, and how often it has drawn. */
  stream: Stream | undefined = undefined;
  draws = 0;

  constructor(
    system: System,
    host: Host,
    operation: Name,
    request: Request,
    plan: FramePlan,
    span: number,
    cause: number,
    answer?: (outcome: Outcome, frame: Frame) => void,
    parent?: { readonly shared: Shared; readonly slots: unknown[]; readonly variant: number },
  ) {
    this.system = system;
    this.host = host;
    this.operation = operation;
    this.request = request;
    this.span = span;
    this.cause = cause;
    this.answer = answer;
    this.release = host.release;
    this.#shared = parent?.shared ?? { replied: false, degraded: false, loaders: null };
    this.variant = parent?.variant ?? request.variant;
    if (parent) {
      this.slots = parent.slots;
      return;
    }
    const slots: unknown[] = new Array(FIRST_STEP + plan.size).fill(undefined);
    slots[SLOT.request] = plan.envelope ? addressed(request) : request.body;
    slots[SLOT.message] = request.message;
    slots[SLOT.attempt] = request.attempt;
    slots[SLOT.index] = 0;
    this.slots = slots;
  }

  get now(): Micros {
    return this.system.sim.now;
  }

  get subject(): Name | undefined {
    return this.request.thing?.recorded;
  }

  /** What luck is keyed by, beside the place: the same order meets the same luck in every design. */
  get key(): number {
    return this.request.thing?.key ?? 0;
  }

  get replied(): boolean {
    return this.#shared.replied;
  }

  get degraded(): boolean {
    return this.#shared.degraded;
  }

  /** From here on the answer is marked degraded. */
  degrade(): void {
    this.#shared.degraded = true;
  }

  /** What gathers the calls of this flow to one operation. */
  loader(callee: string, make: () => Loader): Loader {
    this.#shared.loaders ??= new Map();
    const known = this.#shared.loaders.get(callee);
    if (known) return known;
    const loader = make();
    this.#shared.loaders.set(callee, loader);
    return loader;
  }

  /** Sends the answer, once. */
  reply(outcome: Outcome): void {
    if (this.#shared.replied) return;
    this.#shared.replied = true;
    this.answer?.(outcome, this);
  }

  /** A branch of the same flow: it shares the results, and goes its own way from here. */
  branch(): Frame {
    return this.#child(this.slots, this.variant);
  }

  /** The same flow for one element of a list: with results and luck of its own. */
  element(each: unknown, index: number): Frame {
    const slots = this.slots.slice();
    slots[SLOT.each] = each;
    slots[SLOT.index] = index;
    return this.#child(slots, mix(this.variant, index + 1));
  }

  /** The same flow for one field of a GraphQL answer: it knows its arguments and what it is a field of. */
  field(parent: unknown, args: unknown, salt: number): Frame {
    const slots = this.slots.slice();
    slots[SLOT.parent] = parent;
    slots[SLOT.args] = args;
    return this.#child(slots, mix(this.variant, salt));
  }

  /** The same flow with other luck: a further try sees the same results, and shares them. */
  retried(variant: number): Frame {
    return this.#child(this.slots, variant);
  }

  #child(slots: unknown[], variant: number): Frame {
    const parent = { shared: this.#shared, slots, variant };
    const { system, host, operation, request, span, cause, answer } = this;
    const child = new Frame(system, host, operation, request, NO_PLAN, span, cause, answer, parent);
    child.transaction = this.transaction;
    child.guard = this.guard;
    child.release = this.release;
    return child;
  }
}
