import {
  BehaviorSubject,
  distinctUntilChanged,
  EMPTY,
  map,
  merge,
  type Observable,
  Subject,
  type Subscription,
  scan,
  switchMap,
} from 'rxjs';
import { type Move, moved, type Position, start } from './position.ts';
import type { Track } from './track.ts';

/**
 * A run, played: a stream of positions, which answers to moves.
 *
 * Time comes in from outside, as a stream of elapsed microseconds; a front end without one simply never plays by itself.
 * The ticker is subscribed to only while the player plays, so a paused screen costs nothing.
 */
export class Player {
  readonly track: Track;
  readonly #moves = new Subject<Move>();
  readonly #positions: BehaviorSubject<Position>;
  readonly #running: Subscription;

  constructor(track: Track, ticker: Observable<number> = EMPTY, from: Position = start) {
    this.track = track;
    this.#positions = new BehaviorSubject(from);
    const ticks = this.#positions.pipe(
      map(({ playing }) => playing),
      distinctUntilChanged(),
      switchMap((playing) => (playing ? ticker : EMPTY)),
      map((elapsed): Move => ({ type: 'tick', elapsed })),
    );
    this.#running = merge(this.#moves, ticks)
      .pipe(
        scan((position, move) => moved(track, position, move), from),
        distinctUntilChanged(),
      )
      .subscribe((position) => this.#positions.next(position));
  }

  /** Where the player stands, now and after every move. */
  get positions(): Observable<Position> {
    return this.#positions;
  }

  get position(): Position {
    return this.#positions.value;
  }

  /** Moves, and says where that led. */
  send(move: Move): Position {
    this.#moves.next(move);
    return this.position;
  }

  /** Ends the stream. */
  stop(): void {
    this.#running.unsubscribe();
    this.#positions.complete();
  }
}
