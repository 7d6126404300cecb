import { useInput } from 'ink';
import { Frame } from './components/frame.tsx';
import { keystrokes } from './keys/keystroke.ts';
import type { ScreenName } from './keys/table.ts';
import type { Page } from './screens/page.ts';
import { exercisePages, programPages } from './screens/pages.ts';
import { story } from './screens/story.ts';
import type { Stage } from './stage.ts';

/** The whole interface: the screen that is on, drawn from the stage; it is drawn anew when the stage says so. */
export function App({
  stage,
  onFailure,
}: {
  readonly stage: Stage;
  readonly onFailure: (error: unknown) => void;
}) {
  useInput((input, key) => {
    try {
      for (const name of keystrokes(input, key)) stage.press(name);
    } catch (error) {
      onFailure(error); // ink would draw it where nobody sees it any more
    }
  });
  const { screen } = stage;
  const program = programPages[screen];
  if (program) return <Shown stage={stage} screen={screen} page={program} props={stage.programProps} />;
  const props = stage.exerciseProps;
  if (props === null) return null;
  if (screen === 'run')
    return <Shown stage={stage} screen={screen} page={story as Page<unknown, typeof props>} props={props} />;
  const page = exercisePages[screen];
  return page === undefined ? null : <Shown stage={stage} screen={screen} page={page} props={props} />;
}

/** A page with what the stage remembers of it. */
function Shown<Props extends Parameters<typeof Frame>[0]['props']>({
  stage,
  screen,
  page,
  props,
}: {
  readonly stage: Stage;
  readonly screen: ScreenName;
  readonly page: Page<unknown, Props>;
  readonly props: Props;
}) {
  const state = () => stage.stateOf(screen) ?? page.start(props);
  return (
    <Frame
      props={props}
      ask={{
        ...page.view(state(), props),
        screen,
        act: (action) => stage.keepState(screen, page.act(state(), action, props)),
        why: (id) => page.why?.(state(), id, props) ?? null,
      }}
    />
  );
}
