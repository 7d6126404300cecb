import type { Micros } from '../sim/kernel/time.ts';
import { firstAbove, lastBelow, type Track } from './track.ts';

/** Where a player stands in a run. */
export interface Position {
  /** The record that has just happened; -1 before the first. */
  readonly record: number;
  /** Virtual time shown; between two records while playing. */
  readonly at: Micros;
  /** The subject whose records alone are stepped through; null: all. */
  readonly follow: string | null;
  readonly playing: boolean;
  /** Virtual seconds in a second of the wall clock, 1/16 to 64. */
  readonly speed: number;
  /** Whether the speed follows from how far the next beat is; until somebody wants another. */
  readonly auto: boolean;
  /** Whether playing stops at a beat, or only slows down before it. */
  readonly halting: boolean;
  /** Whether the last move found somewhere to go. */
  readonly moved: boolean;
}

/** What one may ask of a player. Directions: 1 forwards, -1 backwards. */
export type Move =
  | { readonly type: 'step'; readonly direction: 1 | -1 }
  | { readonly type: 'beat'; readonly direction: 1 | -1 }
  | { readonly type: 'break'; readonly direction: 1 | -1 }
  | { readonly type: 'record'; readonly record: number }
  | { readonly type: 'time'; readonly at: Micros }
  | { readonly type: 'follow'; readonly subject: string | null }
  | { readonly type: 'play' }
  | { readonly type: 'pause' }
  | { readonly type: 'halting'; readonly on: boolean }
  | { readonly type: 'speed'; readonly direction: 1 | -1 }
  /** Wall time that has passed, in microseconds. */
  | { readonly type: 'tick'; readonly elapsed: number };

const SLOWEST = 1 / 16;
const FASTEST = 64;
/** Speeds that are taken without being asked for: slow enough to see messages move, fast enough to get somewhere. */
const SLOWEST_AUTO = 1 / 4;
const FASTEST_AUTO = 8;
/** Microseconds of the wall clock in which the next beat should be reached. */
const UNTIL_BEAT = 10_000_000;
/** Before a beat playing slows down, for so many microseconds of the wall clock, but never to less than this share. */
const APPROACH = 800_000;
const SLOWEST_APPROACH = 1 / 8;

/** Before anything has happened. */
export const start: Position = {
  record: -1,
  at: 0,
  follow: null,
  playing: false,
  speed: SLOWEST_AUTO,
  auto: true,
  halting: true,
  moved: true,
};

/** Where a move leads. Pure: the same position and move always lead to the same place. */
export function moved(track: Track, position: Position, move: Move): Position {
  switch (move.type) {
    case 'step':
      return toRecord(track, position, neighbour(track, position, move.direction));
    case 'beat':
      return toRecord(track, position, along(track.beats, position.record, move.direction));
    case 'break':
      return toRecord(track, position, along(track.breaks, position.record, move.direction));
    case 'record':
      return toRecord(track, position, Math.max(-1, Math.min(track.length - 1, move.record)));
    case 'time':
      return { ...toRecord(track, position, lastUpTo(track, move.at)), at: Math.max(0, move.at) };
    case 'follow':
      return {
        ...position,
        follow: move.subject,
        moved: move.subject === null || track.about(move.subject).length > 0,
      };
    case 'play':
      return {
        ...position,
        playing: position.record < track.length - 1,
        speed: position.auto ? autoSpeed(track, position) : position.speed,
      };
    case 'halting':
      return { ...position, halting: move.on };
    case 'pause':
      return { ...position, playing: false };
    case 'speed': {
      const speed = move.direction === 1 ? position.speed * 2 : position.speed / 2;
      return { ...position, auto: false, speed: Math.min(FASTEST, Math.max(SLOWEST, speed)) };
    }
    case 'tick':
      return position.playing ? played(track, position, move.elapsed) : position;
  }
}

const along = (stops: readonly number[], from: number, direction: 1 | -1): number | undefined =>
  direction === 1 ? firstAbove(stops, from) : lastBelow(stops, from);

function neighbour(track: Track, { record, follow }: Position, direction: 1 | -1): number | undefined {
  if (follow !== null) return along(track.about(follow), record, direction);
  const next = record + direction;
  return next >= 0 && next < track.length ? next : undefined;
}

function toRecord(track: Track, position: Position, record: number | undefined): Position {
  if (record === undefined) return { ...position, moved: false, playing: false };
  return { ...position, record, at: record < 0 ? 0 : track.timeAt(record), moved: true, playing: false };
}

/** The power of two at which the next beat, or the end, is reached in good time. */
function autoSpeed(track: Track, { record, at }: Position): number {
  const stop = firstAbove(track.beats, record) ?? track.length - 1;
  const wanted = Math.max(1, track.timeAt(stop) - at) / UNTIL_BEAT;
  return Math.min(FASTEST_AUTO, Math.max(SLOWEST_AUTO, 2 ** Math.round(Math.log2(wanted))));
}

/** Moves on by the wall time that has passed, slows down before the next beat, and halts there if it should. */
function played(track: Track, position: Position, elapsed: number): Position {
  const { at: from, speed, record: last } = position;
  const beat = firstAbove(track.beats, last);
  const at =
    beat === undefined ? from + elapsed * speed : approached(from, track.timeAt(beat), elapsed, speed);
  if (beat !== undefined && track.timeAt(beat) <= at) {
    const there = toRecord(track, position, beat);
    if (position.halting) return there;
    // The beat itself is shown before it goes on, at the speed at which the next one is reached in good time.
    const next = { ...there, playing: beat < track.length - 1 };
    return position.auto ? { ...next, speed: autoSpeed(track, next) } : next;
  }
  const record = Math.max(last, lastUpTo(track, at));
  return { ...position, at, record, moved: true, playing: record < track.length - 1 };
}

/** Where playing leads when a beat lies ahead: near it, what is left shrinks with time, and so does the speed. */
function approached(from: Micros, beat: Micros, elapsed: number, speed: number): Micros {
  const near = APPROACH * speed;
  const far = Math.max(0, beat - from - near) / speed;
  if (elapsed <= far) return from + elapsed * speed;
  const slow = elapsed - far;
  const left = Math.min(near, beat - from) * Math.exp(-slow / APPROACH) - slow * speed * SLOWEST_APPROACH;
  return beat - Math.max(0, left);
}

/** The last record that has happened at a time; -1 where none has. */
function lastUpTo(track: Track, at: Micros): number {
  let low = 0;
  let high = track.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (track.timeAt(middle) <= at) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
