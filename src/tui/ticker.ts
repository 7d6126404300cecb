import { defer, interval, map, type Observable } from 'rxjs';

/** Milliseconds between two frames while something plays: eleven frames a second. */
const FRAME = 90;
/** The same where little should move. */
const CALM_FRAME = 1000;

/** The wall time between one frame and the next in microseconds, for as long as somebody listens. */
export function tickerOf(now: () => number, reducedMotion: boolean): Observable<number> {
  return defer(() => {
    let before = now();
    return interval(reducedMotion ? CALM_FRAME : FRAME).pipe(
      map(() => {
        const at = now();
        const elapsed = at - before;
        before = at;
        return Math.round(elapsed * 1000);
      }),
    );
  });
}
