import { useInput } from 'ink';
import { Frame } from './components/frame.tsx';
import { keystrokes } from './keys/keystroke.ts';
import { story } from './screens/story.ts';
import { shownOn } from './shown.ts';
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
  const page = shownOn(stage);
  if (page) return <Frame props={page.props} ask={page.ask} />;
  const props = stage.exerciseProps;
  if (props === null) return null;
  return (
    <Frame
      props={props}
      ask={{
        ...story.view(null, props),
        screen: 'run',
        act: (action) => void story.act(null, action, props),
      }}
    />
  );
}
