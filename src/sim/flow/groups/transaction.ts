import { prepareMessages } from '../../broker/prepare.ts';
import { failed } from '../../outcome.ts';
import type { Name } from '../../recorder.ts';
import type { Node } from '../modify.ts';

/** Two round trips and two forced writes, as the literature counts them. */
const SALT = 900_001;

/**
 * The database steps inside commit together at its end, or not at all.
 *
 * With `xa`, messages join in a two-phase commit: the broker must be there to vote, and is waited for.
 */
export function inTransaction(body: Node, owner: string, place: Name, xa: boolean): Node {
  return function* transactional(frame) {
    if (frame.transaction) return yield* body(frame);
    const database = frame.system.databaseOf(owner);
    if (!database) return yield* body(frame);
    const transaction = database.begin();
    if (xa) transaction.votes = [];
    frame.transaction = transaction;
    const { system } = frame;
    try {
      let outcome = yield* body(frame);
      if (outcome.ok && frame.guard?.claim() === false) outcome = failed('duplicate', 409);
      if (outcome.ok && transaction.votes) {
        yield* database.forced(frame, SALT);
        const refused = yield* prepareMessages(transaction.votes, frame, place);
        if (refused) outcome = refused;
      }
      // What has been voted on is committed in the end, whatever becomes of a connection.
      if (outcome.ok && transaction.votes) yield* database.forced(frame, SALT + 1);
      else if (outcome.ok)
        outcome = (yield* database.committed(transaction, frame, place, SALT + 1)) ?? outcome;
      if (!outcome.ok) {
        frame.cause = system.log.note(
          'rollback',
          place,
          frame.subject,
          frame.cause,
          frame.span,
          0,
          outcome.failure.reason,
        );
        return outcome;
      }
      transaction.commit(frame);
      if (transaction.passed(frame)) yield system.sim.sleep(0); // the replica died: this process ends here
      return outcome;
    } finally {
      frame.transaction = null;
      transaction.rollback();
    }
  };
}
