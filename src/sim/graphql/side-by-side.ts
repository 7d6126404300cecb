import type { Frame } from '../flow/frame.ts';
import type { Process } from '../kernel/process.ts';
import { Signal } from '../kernel/signal.ts';

/** A part of an answer, worked out in the frame that it is given. */
export interface Part<T> {
  /** Whether it is worked out where it stands, before the next: it waits for nothing, or the next must wait for it. */
  readonly inline: boolean;
  readonly work: (frame: Frame) => Process<T>;
}

/** Works out parts, those that are not inline at once, each by a process of its own; gives what they are, in order. */
export function* sideBySide<T>(frame: Frame, parts: readonly Part<T>[]): Process<T[]> {
  const results = new Array<T>(parts.length);
  const waiting: (readonly [Part<T>, number])[] = [];
  for (const [at, part] of parts.entries()) {
    if (part.inline) results[at] = yield* part.work(frame);
    else waiting.push([part, at]);
  }
  if (waiting.length === 0) return results;

  const ended = new Signal<true>(frame.system.sim);
  let left = waiting.length;
  /** The last that ends is what led to what comes next. */
  function* taking({ work }: Part<T>, at: number, own: Frame): Process {
    results[at] = yield* work(own);
    frame.cause = own.cause;
    if (--left === 0) ended.resolve(true);
  }
  for (const [part, at] of waiting) frame.host.scope.spawn(taking(part, at, frame.branch()));
  yield* ended.wait();
  return results;
}
