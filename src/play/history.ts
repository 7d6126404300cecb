/** A value with its past, so that a step can be taken back and taken again. */
export interface History<T> {
  readonly past: readonly T[];
  readonly now: T;
  readonly future: readonly T[];
}

export const historyOf = <T>(now: T): History<T> => ({ past: [], now, future: [] });

/** A new value; what had been undone is forgotten. */
export const changed = <T>({ past, now }: History<T>, next: T): History<T> => ({
  past: [...past, now],
  now: next,
  future: [],
});

/** One step back, or the same history where there is none. */
export function undone<T>(history: History<T>): History<T> {
  const previous = history.past.at(-1);
  if (previous === undefined) return history;
  return { past: history.past.slice(0, -1), now: previous, future: [history.now, ...history.future] };
}

/** The step that was undone last, again; or the same history where there is none. */
export function redone<T>(history: History<T>): History<T> {
  const [next, ...future] = history.future;
  if (next === undefined) return history;
  return { past: [...history.past, history.now], now: next, future };
}
