import type { ElectionKind } from '../events.ts';
import { NO_LEADER, type PartitionState } from './metadata.ts';

interface Elected {
  readonly leader: number;
  readonly how: ElectionKind;
  readonly changed: Partial<PartitionState>;
}

const NOBODY: Elected = { leader: NO_LEADER, how: 'none', changed: { leader: NO_LEADER } };

/**
 * Chooses who leads: somebody in sync, else somebody eligible, else the last known leader, else anybody if that is allowed.
 *
 * Only the last may lack committed records; the last known leader may if its machine lost what was not flushed.
 * After Kafka's `PartitionChangeBuilder`.
 */
export function elect(
  { replicas, isr, elr, leader, lastKnownLeader }: PartitionState,
  active: (id: number) => boolean,
  elrEnabled: boolean,
  uncleanAllowed: boolean,
): Elected {
  if (leader !== NO_LEADER && isr.includes(leader) && active(leader))
    return { leader, how: 'clean', changed: { leader } };
  const inSync = replicas.find((id) => isr.includes(id) && active(id));
  if (inSync !== undefined) return { leader: inSync, how: 'clean', changed: { leader: inSync } };
  const alone = (id: number, how: ElectionKind, rest: readonly number[]): Elected => ({
    leader: id,
    how,
    changed: { leader: id, isr: [id], elr: rest },
  });
  if (elrEnabled) {
    const eligible = replicas.find((id) => elr.includes(id) && active(id));
    if (eligible !== undefined)
      return alone(
        eligible,
        'eligible',
        elr.filter((id) => id !== eligible),
      );
    if (isr.length === 0 && elr.length === 0 && active(lastKnownLeader))
      return alone(lastKnownLeader, 'last known', []);
  }
  const any = uncleanAllowed ? replicas.find(active) : undefined;
  return any === undefined ? NOBODY : alone(any, 'unclean', []);
}
