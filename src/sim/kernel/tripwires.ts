/** A simulation touched something that differs between two runs or two machines. */
export class TripwireError extends Error {
  override readonly name = 'TripwireError';

  /** `what` is the forbidden thing, as it is written in code. */
  constructor(what: string) {
    super(`${what} was used inside a simulation, where it could make one run differ from the next`);
  }
}

/** The functions of `Math` that every engine computes alike. The rest are banned. */
const EXACT = new Set(['imul', 'clz32', 'abs', 'floor', 'trunc', 'min', 'max', 'fround', 'round', 'ceil']);

const BANNED_GLOBALS = [
  'Date',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'queueMicrotask',
  'fetch',
  'structuredClone',
];

/**
 * Runs `body` while clocks, timers, ambient chance and inexact functions throw a `TripwireError`.
 *
 * Everything is put back before this returns or throws. `body` must not await: what it leaves to run later
 * runs without tripwires.
 */
export function withTripwires<T>(body: () => T): T {
  const restorers: (() => void)[] = [];
  try {
    for (const name of Object.getOwnPropertyNames(Math)) {
      if (!EXACT.has(name)) trip(Math, name, `Math.${name}`, restorers);
    }
    for (const name of BANNED_GLOBALS) trip(globalThis, name, name, restorers);
    trip(Object.getPrototypeOf(globalThis.performance), 'now', 'performance.now', restorers);
    return body();
  } finally {
    for (const restore of restorers) restore();
  }
}

/** Replaces a function by one that throws, and notes how to undo it. What is no function stays. */
function trip(owner: object, name: string, what: string, restorers: (() => void)[]): void {
  const original = Object.getOwnPropertyDescriptor(owner, name);
  if (original === undefined || !isFunction(owner, name)) return;
  const wire = new Proxy(class {}, {
    apply: () => fail(what),
    construct: () => fail(`new ${what}`),
    get: (_, property) => (typeof property === 'string' ? () => fail(`${what}.${property}`) : undefined),
  });
  Object.defineProperty(owner, name, { configurable: true, writable: true, value: wire });
  restorers.push(() => Object.defineProperty(owner, name, original));
}

function isFunction(owner: object, name: string): boolean {
  return typeof (owner as Record<string, unknown>)[name] === 'function'; // any property can be asked for by name
}

function fail(what: string): never {
  throw new TripwireError(what);
}
