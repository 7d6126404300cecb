import { loopWords } from '../layout/header.ts';
import { waitingLines } from '../layout/waiting.ts';
import type { Page } from './page.ts';
import type { ProgramProps } from './props.ts';

/** Shown until the first exercise has been read. */
export const opening: Page<null, ProgramProps> = {
  name: 'opening',
  start: () => null,
  act: (state) => state,
  view: (_, { opening: title, size, theme }) => ({
    title: title ?? '',
    status: loopWords(theme, 'run'),
    lines: waitingLines('Opening', [], size, theme),
    labels: { leave: 'quit' },
  }),
};
