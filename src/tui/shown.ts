import type { FrameAsk, FrameProps } from './frame.ts';
import type { ScreenName } from './keys/table.ts';
import type { Page } from './screens/page.ts';
import { exercisePages, programPages } from './screens/pages.ts';
import type { Stage } from './stage.ts';

/** A frame, and what it is drawn with. */
export interface Shown {
  readonly props: FrameProps;
  readonly ask: FrameAsk;
}

/** The page that is on as a frame; undefined where a component of its own is on. */
export function shownOn(stage: Stage): Shown | undefined {
  const { screen } = stage;
  const program = programPages[screen];
  if (program) return shown(stage, screen, program, stage.programProps);
  const props = stage.exerciseProps;
  const page = exercisePages[screen];
  return props === null || page === undefined ? undefined : shown(stage, screen, page, props);
}

/** A page with what the stage remembers of it. Its actions always begin from the latest of that, however old the frame. */
function shown<Props extends FrameProps>(
  stage: Stage,
  screen: ScreenName,
  page: Page<unknown, Props>,
  props: Props,
): Shown {
  const state = () => stage.stateOf(screen) ?? page.start(props);
  return {
    props,
    ask: {
      ...page.view(state(), props),
      screen,
      act: (action) => stage.keepState(screen, page.act(state(), action, props)),
      why: (id) => page.why?.(state(), id, props) ?? null,
    },
  };
}
