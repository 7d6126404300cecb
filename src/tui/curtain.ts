import { type FrameProps, frameLines } from './frame.ts';
import { bindingsOf } from './keys/bindings.ts';
import { Keys } from './keys/keyboard.ts';
import { loopWords } from './layout/header.ts';
import type { Size } from './layout/size.ts';
import { waitingLines } from './layout/waiting.ts';
import type { Theme } from './theme/theme.ts';

/** What is seen until the screens are there: the frame of the first of them, without keys, since none is heard yet. */
export function curtain(title: string, size: Size, theme: Theme): readonly string[] {
  const props: FrameProps = {
    ...{ size, theme, keys: new Keys(bindingsOf()), notice: null, guided: false },
    blocked: () => null,
  };
  return frameLines(props, {
    ...{ screen: 'working', title, status: loopWords(theme, 'run'), act: () => {} },
    lines: waitingLines('Opening', [], size, theme),
    ...{ first: [], only: true },
  });
}
