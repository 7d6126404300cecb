import { changesOf } from '../../scenarios/instances/history.ts';
import { sourcesOf } from '../../sim/broker/channels.ts';
import { nameIn } from '../../sim/broker/message-broker.ts';
import { nearest } from '../../sim/expression/suggest.ts';
import { formatMicros } from '../../sim/kernel/time.ts';
import { KIND } from '../../sim/kinds.ts';
import type { Run } from '../../sim/run.ts';
import { channelLines } from '../../words/channel.ts';
import type { Detail } from '../../words/detail.ts';
import { serviceLines } from '../../words/service.ts';
import { type Stage, sessionOn } from '../stage.ts';

/** A queue, a topic or a service that can be looked at, by every name it answers to. */
interface Place {
  readonly name: string;
  readonly short: string;
  readonly details: readonly Detail[];
}

function placesIn(run: Run, record: number, at: number): readonly Place[] {
  const { services, externals } = run.world;
  return [
    ...sourcesOf(run.world).map((channel) => ({
      name: channel,
      short: nameIn(channel),
      details: channelLines(run, channel, record, at),
    })),
    ...[...Object.keys(services), ...Object.keys(externals)].map((name) => ({
      name,
      short: name,
      details: serviceLines(run, name, record, at),
    })),
  ];
}

/** Whether anything of a run is ever to be seen by looking: channels, a mesh, versions, breakers or limits. */
export function canLook(run: Run): boolean {
  return (
    sourcesOf(run.world).length > 0 ||
    Object.keys(run.world.mesh).length > 0 ||
    run.gauges.length > 0 ||
    changesOf(run).some(({ kind }) => kind === KIND.deployed || kind === KIND.breaker)
  );
}

/**
 * Tells what an operator's tools would show of a queue, a topic or the instances of a service at this moment; without a
 * name, of each of which there is something to tell.
 */
export function look(stage: Stage, rest: string): void {
  const { talk, player } = stage;
  const { observation } = sessionOn(stage);
  if (observation === null || player === null) return;
  const { record, at } = player.position;
  const places = placesIn(observation.run, record, at);
  const wanted =
    rest === ''
      ? places.filter(({ details }) => details.length > 0)
      : places.filter(({ name, short }) => name === rest || short === rest);
  if (wanted.length === 0) {
    const near = nearest(
      rest,
      places.flatMap(({ name, short }) => [name, short]),
    );
    talk.say(
      rest === ''
        ? 'There are no queues and no topics here, and every instance is in use.'
        : `No queue, topic or service is called ${rest}.${near === undefined ? '' : ` Did you mean ${near}?`}`,
    );
    return;
  }
  for (const { name, details } of wanted) {
    const lines = details.map((line) => `  ${line.name === '' ? '' : `${line.name.trim()}: `}${line.text}`);
    const told = lines.length === 0 ? ['  every instance is in use'] : lines;
    talk.say([`${name} at ${formatMicros(at)}:`, ...told].join('\n'));
  }
}
