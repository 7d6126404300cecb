import type { Output } from './output.ts';

/** Runs from which on a sweep tells how far it has come. */
const LONG = 100;

/** Tells a person at a terminal how far a long sweep has come, in quarters; a log or a pipe is told nothing. */
export function toldInQuarters(out: Output): (done: number, total: number) => void {
  let told = 0;
  return (done, total) => {
    const quarter = Math.floor((4 * done) / total);
    if (process.stderr.isTTY && total >= LONG && quarter > told && quarter < 4)
      out.aside(`${quarter * 25} percent of ${total} runs.`);
    told = quarter;
  };
}
