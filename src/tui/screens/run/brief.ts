import { narrate } from '../../../scenarios/narrate.ts';
import { clock } from '../../drawing/panes/rows.ts';
import { brokenSoFar, causeChain } from '../../drawing/panes/story.ts';
import type { Picture } from './compose.ts';
import { toldRecord } from './followed.ts';

/** The moment in a line: when, what is broken, what happened, and what led to it. */
export function briefOf({ observation, player }: Picture): string {
  const { position, track } = player;
  const { run, verdict } = observation;
  const broken = brokenSoFar(verdict, position.record);
  const state = broken.length === 0 ? '' : `BROKEN: ${broken.join(', ')}.`;
  const told = toldRecord(track, position);
  const story =
    told === null
      ? 'Nothing has gone wrong yet.'
      : told < 0
        ? 'Nothing has happened yet.'
        : `#${told} ${narrate(run, told)} Cause: ${causeChain(run, told)}`;
  return [clock(position.at), state, story].filter((part) => part !== '').join(' ');
}
