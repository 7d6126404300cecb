import { productOf } from '../../sim/broker/message-broker.ts';
import type { Consumer } from '../../sim/world/schema/service.ts';
import type { Path } from './tree.ts';
import type { WorldView } from './world-view.ts';

const DOES = { aggregate: 'aggregates', resequence: 'resequences', conflate: 'conflates' } as const;
const KINDS = ['aggregate', 'resequence', 'conflate'] as const;

/** What a consumer that holds messages back may not say. */
export function checkHolding(view: WorldView, name: string, consumer: Consumer, here: Path): void {
  const { aggregate, from } = consumer;
  const [one, other] = KINDS.filter((kind) => consumer[kind] !== null);
  if (one !== undefined && other !== undefined) {
    view.wrong(
      'holding',
      view.keyAt([...here, other]),
      `The consumer \`${name}\` either ${DOES[one]} or ${DOES[other]}. Put a queue in between to do both.`,
    );
    return;
  }
  if (aggregate && aggregate.completionSize === null && aggregate.completionTimeout === null)
    view.wrong(
      'holding',
      view.keyAt([...here, 'aggregate']),
      `What \`${name}\` aggregates is never complete.`,
      'say when it is: completionSize: 3, completionTimeout: 5s, or both',
    );
  const log = [from].flat().find((channel) => productOf(channel) === 'kafka');
  const kind = aggregate ? 'aggregate' : 'resequence';
  if (log !== undefined && consumer[kind]?.hold === 'broker')
    view.wrong(
      'holding',
      view.keyAt([...here, kind]),
      `\`${name}\` reads the log ${log} one record after the other, so nothing follows a record that it leaves there.`,
      'hold: memory',
    );
}
