import type { Frame } from '../flow/frame.ts';
import type { Process } from '../kernel/process.ts';
import { type Failed, failed } from '../outcome.ts';
import type { Name } from '../recorder.ts';
import type { MessageBroker } from './message-broker.ts';

/** A message that is published once everybody in a two-phase commit has promised to. */
export interface Vote {
  readonly broker: MessageBroker;
  send(): void;
}

/** How long a coordinator waits for a vote, unless the client says otherwise. */
const PATIENCE = 30_000_000;

/** The brokers' votes in a two-phase commit: each must be reached, and forces its promise; or the reason why not. */
export function* prepareMessages(votes: readonly Vote[], frame: Frame, place: Name): Process<Failed | null> {
  for (const broker of new Set(votes.map((vote) => vote.broker))) {
    const refused = yield* prepare(broker, frame, place);
    if (refused) return refused;
  }
  return null;
}

function* prepare(broker: MessageBroker, frame: Frame, place: Name): Process<Failed | null> {
  const { network, log, sim, brokers } = frame.system;
  const near = frame.host.end;
  const far = brokers.end(broker.product);
  const { key, variant, subject, cause, span } = frame;
  const there = network.send(near, far, 'request', key, variant, subject, cause, span);
  const back = network.send(far, near, 'reply', key, variant, subject, cause, span);
  if (there.lost !== null || back.lost !== null || there.refused) {
    const { timeout } = frame.host.calls.to(`${broker.product}/prepare`).settings;
    const reason = there.lost ?? back.lost ?? 'refused';
    const link = network.nameOf(near, far);
    frame.cause = log.note('dropped', link, subject, there.cause, span, 0, reason);
    const patience = there.refused ? there.delay : (timeout ?? PATIENCE);
    yield sim.sleep(patience);
    frame.cause = log.note('publishFailed', place, subject, frame.cause, span, patience, 'timeout');
    return failed('timeout', 504, 'never');
  }
  yield sim.sleep(there.delay + back.delay + broker.confirmTime(key, variant));
  return null;
}
