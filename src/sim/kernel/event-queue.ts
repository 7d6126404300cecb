import { Heap } from './heap.ts';
import type { Micros } from './time.ts';

/** What a slot runs when its time has come. */
export type Action = (argument: unknown) => void;

/** The states of a slot. */
const FREE = 0; // on the free list
const IDLE = 1; // owned, and waiting for nothing
const HEAPED = 2; // in the heap
const READY = 3; // in the ring of this instant
const LANED = 4; // in a lane; the first of a lane is in the heap as well
const DEAD = 5; // withdrawn, but its entry in the heap or the ring has not surfaced yet

const NONE = -1;
const SMALL = 64;
/** Durations beyond this many share no lane and go to the heap one by one. */
const MAX_LANES = 256;

interface Lane {
  head: number;
  tail: number;
}

/**
 * What is due, in order of (time, order of scheduling).
 *
 * Every entry owns a slot: a small integer that holds its action. Three structures hold slots:
 * a 4-ary heap over typed arrays; a ring for what is due in the present instant; and a lane (a linked
 * list) for each constant timeout, of which only the first is in the heap. A timeout keeps the
 * sequence number it was given when it was set, so lanes change the cost and never the order.
 */
export class EventQueue {
  /** What each slot's action is given or, of a slot without one, whom it wakes. */
  readonly subjects: unknown[] = [];
  /** The action of each slot that has one. */
  readonly actions: (Action | undefined)[] = [];

  // The clock and the sequence live in a typed array because a field that holds a double is boxed.
  readonly #clock = new Float64Array(2);

  readonly #heap = new Heap();
  /** Withdrawn entries in the heap, but for those that are the first of a lane. */
  #dead = 0;

  #ring = new Int32Array(SMALL);
  #ringStart = 0;
  #ringSize = 0;

  #states = new Uint8Array(SMALL);
  #hasAction = new Uint8Array(SMALL);
  #generations = new Int32Array(SMALL);
  #laneOf = new Int32Array(SMALL).fill(NONE);
  #next = new Int32Array(SMALL);
  #previous = new Int32Array(SMALL);
  #laneTimes = new Float64Array(SMALL);
  #laneOrders = new Float64Array(SMALL);
  #used = 0;
  #freeHead = NONE;

  readonly #lanes: Lane[] = [];
  readonly #laneIds = new Map<Micros, number>();
  #lastDelay = Number.NaN;
  #lastLane = NONE;

  #pending = 0;

  /** The time of the entry taken last. */
  get now(): Micros {
    return this.#clock[0]!;
  }

  /** Moves the clock on when nothing is due before `time`. */
  set now(time: Micros) {
    this.#clock[0] = time;
  }

  /** Entries that are due and not withdrawn. */
  get pending(): number {
    return this.#pending;
  }

  /** A new slot, which wakes `subject` or, if there is an action, runs it; due only once it is scheduled. */
  claim(subject: unknown, action?: Action): number {
    let slot = this.#freeHead;
    if (slot === NONE) {
      slot = this.#used++;
      if (slot === this.#states.length) this.#growSlots();
      this.subjects.push(subject);
      this.actions.push(action);
    } else {
      this.#freeHead = this.#next[slot]!;
      this.subjects[slot] = subject;
      if (action !== undefined) this.actions[slot] = action;
    }
    this.#hasAction[slot] = action === undefined ? 0 : 1;
    this.#states[slot] = IDLE;
    return slot;
  }

  /** Whether a slot runs an action. It is kept apart, because most slots have none and none need be loaded. */
  hasAction(slot: number): boolean {
    return this.#hasAction[slot] === 1;
  }

  /** Gives an idle slot back. Its generation moves on, so that old handles to it no longer match. */
  release(slot: number): void {
    this.#forget(slot);
    this.#states[slot] = FREE;
    this.#next[slot] = this.#freeHead;
    this.#freeHead = slot;
  }

  #forget(slot: number): void {
    this.subjects[slot] = undefined;
    if (this.#hasAction[slot] === 1) this.actions[slot] = undefined;
    this.#generations[slot] = (this.#generations[slot]! + 1) & 0x1fffffff;
  }

  /** Counts the uses of a slot, modulo 2^29, so that a handle to an earlier use can be told. */
  generationOf(slot: number): number {
    return this.#generations[slot] ?? NONE;
  }

  /** Makes an idle slot due at `time`, which is not in the past. */
  schedule(time: Micros, slot: number): void {
    if (time <= this.#clock[0]!) {
      this.ready(slot);
      return;
    }
    this.#pending++;
    this.#states[slot] = HEAPED;
    this.#heap.push(time, this.#clock[1]!++, slot);
  }

  /** Makes an idle slot due at once, after everything that is already due in this instant. */
  ready(slot: number): void {
    if (this.#ringSize === this.#ring.length) this.#growRing();
    this.#pending++;
    this.#states[slot] = READY;
    this.#ring[(this.#ringStart + this.#ringSize++) & (this.#ring.length - 1)] = slot;
  }

  /** Makes an idle slot due after `delay`, cheaply if many others use this very delay. */
  scheduleInLane(delay: Micros, slot: number): void {
    const id = delay === this.#lastDelay ? this.#lastLane : this.#findLane(delay);
    const time = this.#clock[0]! + delay;
    if (id === NONE || time <= this.#clock[0]!) {
      this.schedule(time, slot);
      return;
    }
    const lane = this.#lanes[id]!;
    const order = this.#clock[1]!++;
    this.#pending++;
    this.#states[slot] = LANED;
    this.#laneOf[slot] = id;
    this.#laneTimes[slot] = time;
    this.#laneOrders[slot] = order;
    this.#next[slot] = NONE;
    this.#previous[slot] = lane.tail;
    if (lane.head === NONE) {
      lane.head = slot;
      this.#heap.push(time, order, slot);
    } else {
      this.#next[lane.tail] = slot;
    }
    lane.tail = slot;
  }

  /** Makes a slot not due after all and gives it back, now or when its entry surfaces. */
  withdraw(slot: number): void {
    const state = this.#states[slot];
    if (state === IDLE) {
      this.release(slot);
      return;
    }
    this.#pending--;
    if (state === LANED && this.#lanes[this.#laneOf[slot]!]!.head !== slot) {
      this.#unlink(slot);
      this.release(slot);
      return;
    }
    this.#states[slot] = DEAD;
    this.#forget(slot);
    if (state === HEAPED && ++this.#dead > SMALL && this.#dead * 2 > this.#heap.size) this.#compact();
  }

  /** Takes the first slot due up to and including `until`, moves the clock there; -1 if there is none. */
  take(until: Micros): number {
    while (true) {
      const time = this.#heap.firstTime();
      const now = this.#clock[0]!;
      let slot: number;
      // What the heap holds for this very instant was scheduled before the instant came, so it is first.
      if (this.#ringSize > 0 && time > now) {
        slot = this.#ring[this.#ringStart]!;
        this.#ringStart = (this.#ringStart + 1) & (this.#ring.length - 1);
        this.#ringSize--;
        if (this.#states[slot] === DEAD) {
          this.release(slot);
          continue;
        }
      } else {
        if (time > until) return NONE;
        slot = this.#heap.take();
        const state = this.#states[slot];
        if (state !== HEAPED) {
          if (this.#laneOf[slot] !== NONE) this.#advance(slot);
          else this.#dead--;
          if (state === DEAD) {
            this.release(slot);
            continue;
          }
        }
        this.#clock[0] = time;
      }
      this.#states[slot] = IDLE;
      this.#pending--;
      return slot;
    }
  }

  /** Takes the first of a lane out of it and puts the next one into the heap. */
  #advance(slot: number): void {
    const lane = this.#lanes[this.#laneOf[slot]!]!;
    this.#unlink(slot);
    const head = lane.head;
    if (head !== NONE) this.#heap.push(this.#laneTimes[head]!, this.#laneOrders[head]!, head);
  }

  #unlink(slot: number): void {
    const lane = this.#lanes[this.#laneOf[slot]!]!;
    const next = this.#next[slot]!;
    const previous = this.#previous[slot]!;
    if (previous === NONE) lane.head = next;
    else this.#next[previous] = next;
    if (next === NONE) lane.tail = previous;
    else this.#previous[next] = previous;
    this.#laneOf[slot] = NONE;
  }

  #findLane(delay: Micros): number {
    let id = this.#laneIds.get(delay);
    if (id === undefined) {
      if (this.#lanes.length === MAX_LANES) return NONE;
      id = this.#lanes.push({ head: NONE, tail: NONE }) - 1;
      this.#laneIds.set(delay, id);
    }
    this.#lastDelay = delay;
    this.#lastLane = id;
    return id;
  }

  /** Drops withdrawn entries from the heap. The first of a lane stays: its lane goes on when it surfaces. */
  #compact(): void {
    this.#dead = 0;
    this.#heap.retain((slot) => {
      if (this.#states[slot] !== DEAD || this.#laneOf[slot] !== NONE) return true;
      this.release(slot);
      return false;
    });
  }

  #growRing(): void {
    const ring = new Int32Array(this.#ring.length * 2);
    for (let i = 0; i < this.#ringSize; i++) {
      ring[i] = this.#ring[(this.#ringStart + i) & (this.#ring.length - 1)]!;
    }
    this.#ring = ring;
    this.#ringStart = 0;
  }

  #growSlots(): void {
    const length = this.#states.length * 2;
    this.#states = longer(this.#states, new Uint8Array(length));
    this.#hasAction = longer(this.#hasAction, new Uint8Array(length));
    this.#generations = longer(this.#generations, new Int32Array(length));
    this.#laneOf = longer(this.#laneOf, new Int32Array(length).fill(NONE));
    this.#next = longer(this.#next, new Int32Array(length));
    this.#previous = longer(this.#previous, new Int32Array(length));
    this.#laneTimes = longer(this.#laneTimes, new Float64Array(length));
    this.#laneOrders = longer(this.#laneOrders, new Float64Array(length));
  }
}

function longer<A extends Float64Array | Int32Array | Uint8Array>(from: A, to: A): A {
  to.set(from);
  return to;
}
