import { duetTrack } from '../play/duet.ts';
import { Player } from '../play/player.ts';
import { start } from '../play/position.ts';
import { hiddenSeed } from '../scenarios/hidden-seed.ts';
import type { Stage } from './stage.ts';

/** Lays both designs of a comparison side by side in a universe; if unsaid, in the first in which the second is worse. */
export async function showBoth(stage: Stage, wanted?: string): Promise<void> {
  const { comparison, exercise } = stage.visit?.session ?? {};
  if (!exercise || !comparison?.comparable) return;
  const seed = wanted ?? comparison.worse[0] ?? hiddenSeed(comparison.seeds.from);
  const { a, b } = comparison;
  const { screen } = stage;
  stage.say(`Running both designs in universe ${seed} ...`);
  try {
    const pair = await stage.tools.engine.both({ exercise, a, b, seed });
    stage.say('');
    if (stage.screen !== screen) return; // the person has gone on meanwhile
    const player = new Player(duetTrack(pair), stage.tools.ticker, start);
    if (pair.parting) player.send({ type: 'time', at: pair.parting.at });
    if (screen === 'both') stage.close();
    stage.show({ kind: 'both', pair, seed, player });
  } catch (error) {
    stage.say(error instanceof Error ? error.message : String(error));
  }
}
