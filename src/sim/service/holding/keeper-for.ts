import type { Value } from '../../expression/value.ts';
import type { Name } from '../../recorder.ts';
import type { System } from '../../system.ts';
import type { Consumer } from '../../world/schema/service.ts';
import { type Reading, reading } from '../message-formula.ts';
import type { Replica } from '../replica.ts';
import { Aggregator } from './aggregator.ts';
import { Conflater } from './conflater.ts';
import type { Holder, Keeper, Next } from './keeper.ts';
import { Resequencer } from './resequencer.ts';

/** What holds a consumer's messages back; null where it takes each as it comes. */
export function keeperFor(
  system: System,
  replica: Replica,
  consumer: Name,
  { aggregate, resequence, conflate, ack }: Consumer,
  next: Next,
): Keeper | null {
  const holder = (hold: 'memory' | 'broker'): Holder => ({
    system,
    consumer,
    // What the broker forgets as it sends it is nowhere else, whatever is wished for.
    volatile: hold === 'memory' || ack !== 'manual',
  });
  const read = (field: string, source: string): Reading => reading(system, replica, consumer, field, source);
  if (aggregate) {
    const group = read('aggregate.correlation', aggregate.correlation);
    const { completionSize: given } = aggregate;
    const size = typeof given === 'string' ? read('aggregate.completionSize', given) : () => given;
    return new Aggregator(
      holder(aggregate.hold),
      aggregate,
      { group: (message) => group(message) ?? null, size: (message) => whole(size(message)) },
      next,
    );
  }
  if (conflate !== null) {
    const key = read('conflate', conflate);
    const workers = (): number => replica.release.settings.workers;
    return new Conflater(holder('broker'), (message) => key(message) ?? null, workers, next);
  }
  if (!resequence) return null;
  const number = read('resequence.sequence', resequence.sequence);
  const by = resequence.by === null ? () => null : read('resequence.by', resequence.by);
  return new Resequencer(
    holder(resequence.hold),
    resequence,
    { sequence: (message) => by(message) ?? null, number: (message) => whole(number(message)) },
    next,
  );
}

/** A whole number, or null where a value is none. */
const whole = (value: Value | undefined): number | null =>
  typeof value === 'number' && Number.isInteger(value) ? value : null;
