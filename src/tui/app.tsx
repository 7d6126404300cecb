import { useInput } from 'ink';
import { Frame } from './components/frame.tsx';
import { keystrokes } from './keys/keystroke.ts';
import { RunScreen } from './screens/run/index.tsx';
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
  // Only the run plays; everything else stands until the stage says that something has changed.
  if (stage.screen === 'run') return <RunScreen stage={stage} />;
  const page = shownOn(stage);
  return page ? <Frame props={page.props} ask={page.ask} /> : null;
}
