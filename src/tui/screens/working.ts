import { bar } from '../layout/blocks.ts';
import { loopWords } from '../layout/header.ts';
import { waitingLines, waitingWidth } from '../layout/waiting.ts';
import type { Work } from '../visit.ts';
import type { Page } from './page.ts';
import type { ExerciseProps } from './props.ts';

const WHAT: Readonly<Record<string, string>> = {
  running: 'Running the design',
  grading: 'Grading on hidden seeds',
  comparing: 'Comparing both designs on the same seeds',
};

/** How long something takes still: `about 12 s`; empty as long as nobody can tell. */
function timeLeft(done: number, total: number, elapsed: number): string {
  if (done === 0 || elapsed < 500) return '';
  const left = (elapsed / done) * (total - done);
  const seconds = Math.ceil(left / 1000);
  return seconds < 90 ? `about ${seconds} s left` : `about ${Math.round(seconds / 60)} min left`;
}

/** Shown while something long is computed on other threads. */
export const working: Page<null, ExerciseProps> = {
  name: 'working',
  start: () => null,
  act: (state) => state,
  view(_, props) {
    const { theme, size, session, work, now, step } = props;
    const what = WHAT[step] ?? 'Finding out why';
    const shown = work === null ? [] : progressLines(work, now() - work.since, props, waitingWidth(size));
    return {
      title: session.exercise.title,
      status: loopWords(theme, step === 'grading' || step === 'comparing' ? 'verdict' : 'working'),
      lines: waitingLines(what, shown, size, theme),
      first: ['cancel'],
    };
  },
};

/** A bar, and how long it takes still; nothing in the first moment, in which most work is done. */
function progressLines(
  { done, total, expected }: Work,
  elapsed: number,
  { theme }: ExerciseProps,
  width: number,
): string[] {
  if (total > 0) {
    const left = theme.paint('dim', timeLeft(done, total, elapsed));
    return [bar(theme, done / total, width), `${done} of ${total} runs   ${left}`];
  }
  if (elapsed < 300) return [];
  const share = expected === null ? elapsed / (elapsed + 1000) : elapsed / Math.max(expected, elapsed * 1.1);
  return [bar(theme, share, width), theme.paint('dim', `${(elapsed / 1000).toFixed(1)} s`)];
}
