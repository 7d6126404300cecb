import { waitFor } from 'xstate';
import { type Stage, sessionOn } from '../stage.ts';

/**
 * Waits until the flow waits for the person again.
 *
 * What went wrong on the way is thrown here, so that a bug is reported as one, wherever it happened.
 */
export async function settled(stage: Stage): Promise<void> {
  await waitFor(stage.flow, (state) => state.hasTag('open'), { timeout: Number.POSITIVE_INFINITY });
  const { error } = sessionOn(stage);
  if (error === null) return;
  stage.flow.send({ type: 'told' });
  throw error;
}
