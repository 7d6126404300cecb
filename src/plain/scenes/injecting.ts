import { parseInjection } from '../../play/injection.ts';
import { UsageError } from '../../problems.ts';
import { faults } from '../../sim/faults/index.ts';
import { formatMicros } from '../../sim/kernel/time.ts';
import { type Stage, sessionOn } from '../stage.ts';

/**
 * Breaks something at the moment that is being looked at.
 *
 * The run is made again from its beginning with that one change, so what came before stays as it was.
 */
export async function inject(stage: Stage, rest: string): Promise<boolean> {
  const { talk, player } = stage;
  const now = Math.max(0, player?.position.at ?? 0);
  const written = rest === '' ? await ask(stage, now) : rest;
  if (written.trim() === '') {
    talk.say('Nothing injected.');
    return false;
  }
  const timed = written.includes('@') ? written : `${written} @ ${Math.round(now)}us`;
  try {
    const intervention = parseInjection(timed, sessionOn(stage).interventions.length + 1);
    talk.say(`Running again. Up to ${formatMicros(intervention.at)} everything stays as it was.`);
    stage.flow.send({ type: 'intervene', intervention });
    return true;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    talk.say(error.message);
    return false;
  }
}

async function ask({ talk }: Stage, now: number): Promise<string> {
  talk.say(
    [
      `Write one fault. It strikes at ${formatMicros(now)}, or when you say: @ 12s at its end. Enter injects nothing.`,
      'Examples: latency: payment, add: 400ms, for: 10s',
      '          errors: inventory, p: 20%',
      '          crash: checkout, downFor: 5s',
      `Faults: ${Object.keys(faults).join(', ')}.`,
    ].join('\n'),
  );
  return talk.ask();
}
