import { type Followable, worthFollowing } from '../../scenarios/narrate.ts';
import { formatSpanTree, spanTree } from '../../scenarios/spans.ts';
import { nearest } from '../../sim/expression/suggest.ts';
import type { Item } from '../menu.ts';
import { pickOn, type Stage, sessionOn } from '../stage.ts';

/** Requests offered by number; any other may be named. */
const OFFERED = 5;

/** Tells one request from beginning to end, and steps through its events alone from then on. */
export async function follow(stage: Stage, rest: string): Promise<void> {
  const { talk, player } = stage;
  const { observation } = sessionOn(stage);
  if (observation === null || player === null) return;
  const { run, verdict } = observation;
  const subjects = worthFollowing(run, verdict);
  const wanted = rest === '' ? await ask(stage, subjects.slice(0, OFFERED)) : rest;
  if (wanted === 'all' || wanted === 'nothing') {
    player.send({ type: 'follow', subject: null });
    talk.say('Following nothing: next goes through all events again.');
    return;
  }
  if (!run.subjects.has(wanted)) {
    const near = nearest(
      wanted,
      subjects.map(({ subject }) => subject),
    );
    talk.say(`Not in this run: ${wanted}.${near === undefined ? '' : ` Did you mean ${near}?`}`);
    return;
  }
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
