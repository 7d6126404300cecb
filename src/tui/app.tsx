import { useInput } from 'ink';
import { Playing } from './components/playing.tsx';
import { keystrokes } from './keys/keystroke.ts';
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
  return <Playing stage={stage} />;
}
