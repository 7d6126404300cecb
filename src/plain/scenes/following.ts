import type { Observation } from '../../play/engine.ts';
import { type Followable, worthFollowing } from '../../scenarios/narrate.ts';
import { formatSpanTree, spanTree } from '../../scenarios/spans.ts';
import { nearest } from '../../sim/expression/suggest.ts';
import { operatorWords } from '../../words/telemetry.ts';
import type { Item } from '../menu.ts';
import { pickOn, type Stage, sessionOn } from '../stage.ts';

/** Requests offered by number; any other may be named. */
const OFFERED = 5;

/** Tells what operators find of a request in the traces that the system sends; unnamed, of the one that is followed. */
export function findAsOperator(stage: Stage, rest: string): void {
  const { talk, player } = stage;
  const { observation } = sessionOn(stage);
  if (observation === null) return;
  const wanted = rest === '' ? (player?.position.follow ?? '') : rest;
  if (wanted === '') talk.say('Of which request? For example: operator order-17.');
  else if (isThere(stage, observation, wanted)) talk.say(operatorWords(observation.run, wanted));
}

/** Whether a run has what was named; says so where it has not. */
function isThere({ talk }: Stage, { run, verdict }: Observation, wanted: string): boolean {
  if (run.subjects.has(wanted)) return true;
  const near = nearest(
    wanted,
    worthFollowing(run, verdict).map(({ subject }) => subject),
  );
  talk.say(`Not in this run: ${wanted}.${near === undefined ? '' : ` Did you mean ${near}?`}`);
  return false;
}

/** Tells one request from beginning to end, and steps through its events alone from then on. */
export async function follow(stage: Stage, rest: string): Promise<void> {
  const { talk, player } = stage;
  const { observation } = sessionOn(stage);
  if (observation === null || player === null) return;
  const { run, verdict } = observation;
  const offered = worthFollowing(run, verdict).slice(0, OFFERED);
  const wanted = rest === '' ? await ask(stage, offered) : rest;
  if (wanted === 'all' || wanted === 'nothing') {
    player.send({ type: 'follow', subject: null });
    talk.say('Following nothing: next goes through all events again.');
    return;
  }
  if (!isThere(stage, observation, wanted)) return;
  player.send({ type: 'follow', subject: wanted });
  talk.say(formatSpanTree(spanTree(run, wanted)));
  talk.say(`Following ${wanted}: next and previous go through its events only. "follow all" ends that.`);
}

async function ask(stage: Stage, subjects: readonly Followable[]): Promise<string> {
  stage.talk.say('Follow which? The ones in which something broke come first. Others: "name order-17".');
  const items = subjects.map(
    ({ subject, why }): Item<string> => ({ word: '', label: `${subject}: ${why}`, result: subject }),
  );
  const named: Item<string> = {
    word: 'name',
    label: 'any other, for example: name order-17',
    hidden: true,
    result: '',
  };
  const none: Item<string> = { word: 'all', label: 'follow none', hidden: true, result: 'all' };
  const { result, rest } = await pickOn(stage, [...items, named, none]);
  return result === '' ? rest : result;
}
