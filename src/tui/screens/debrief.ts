import { optionDebrief } from '../../words/design.ts';
import { clean, paragraphs } from '../../words/text.ts';
import { bodyRows } from '../frame.ts';
import { flowing, heading, moreWords, windowed } from '../layout/blocks.ts';
import { loopWords } from '../layout/header.ts';
import { fill } from '../layout/text.ts';
import { scrolled } from './moving.ts';
import type { Page } from './page.ts';
import type { ExerciseProps } from './props.ts';
import { READABLE } from './text.ts';

/** Everything that is told at the end: each option's worth, the lesson, its limits, where it is met, sources. */
function linesOf({ session: { exercise }, theme, size }: ExerciseProps): string[] {
  const width = Math.min(READABLE, size.columns - 2);
  const prose = (text: string, hanging = 0) =>
    fill(paragraphs(text), width - 1, hanging).map((line) => ` ${line}`);
  const part = (title: string, text: string | null) =>
    text === null ? [] : ['', heading(theme, title, width + 1), ...prose(text)];
  const { decide, debrief, whenNot, realWorld, sources } = exercise;
  const options = decide.flatMap((decision) => {
    const ordered = [...decision.options].sort((a, b) => b.grade - a.grade);
    return [
      '',
      heading(theme, paragraphs(decision.ask), width + 1),
      ...ordered.flatMap((option) => prose(optionDebrief(option), 2)),
    ];
  });
  return [
    ...part('What was to be learned', debrief),
    ...options,
    ...part('When not', whenNot),
    ...part('In the real world', realWorld),
    ...(sources.length === 0
      ? []
      : [
          '',
          heading(theme, 'Sources', width + 1),
          ...sources.flatMap((source) => prose(`- ${clean(source)}`, 2)),
        ]),
  ];
}

/** What was to be learned. */
export const debrief: Page<number, ExerciseProps> = {
  name: 'debrief',
  start: () => 0,
  act(top, action, props) {
    if (action.id === 'open') props.goNext();
    return scrolled(top, action, linesOf(props).length, bodyRows(props));
  },
  view(top, props) {
    const { theme, session } = props;
    const shown = windowed(linesOf(props), bodyRows(props), top);
    return {
      title: session.exercise.title,
      status: [moreWords(theme, shown), loopWords(theme, 'debrief')]
        .filter((part) => part !== '')
        .join('   '),
      lines: shown.lines,
      brief: flowing(linesOf(props), top),
      first: ['pageDown', 'open', 'redesign', 'back'],
      labels: { open: 'next exercise', pageDown: 'read on', redesign: 'another design', back: 'run' },
    };
  },
};
