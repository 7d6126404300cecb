import { nameIn } from '../../sim/broker/message-broker.ts';
import { sourcesOf } from '../../sim/broker/products.ts';
import { nearest } from '../../sim/expression/suggest.ts';
import { formatMicros } from '../../sim/kernel/time.ts';
import { channelLines } from '../../words/channel.ts';
import { type Stage, sessionOn } from '../stage.ts';

/** Tells what an operator's tools would show of a queue or a topic at this moment; without a name, of each. */
export function look(stage: Stage, rest: string): void {
  const { talk, player } = stage;
  const { observation } = sessionOn(stage);
  if (observation === null || player === null) return;
  const { run } = observation;
  const channels = sourcesOf(run.world);
  const wanted = channels.filter((channel) => rest === '' || channel === rest || nameIn(channel) === rest);
  if (wanted.length === 0) {
    const near = nearest(rest, [...channels, ...channels.map(nameIn)]);
    talk.say(
      channels.length === 0
        ? 'There are no queues and no topics here.'
        : `No queue or topic is called ${rest}.${near === undefined ? '' : ` Did you mean ${near}?`}`,
    );
    return;
  }
  const { record, at } = player.position;
  for (const channel of wanted) {
    const lines = channelLines(run, channel, record, at).map(
      ({ name, text }) => `  ${name === '' ? '' : `${name.trim()}: `}${text}`,
    );
    talk.say([`${channel} at ${formatMicros(at)}:`, ...lines].join('\n'));
  }
}
