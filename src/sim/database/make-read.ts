import type { Act, StepContext } from '../flow/act.ts';
import type { Frame } from '../flow/frame.ts';
import type { Process } from '../kernel/process.ts';
import { ms } from '../kernel/time.ts';
import { type Failed, failed, type Outcome, success } from '../outcome.ts';
import type { Row } from '../run.ts';
import { samplerOf } from './database.ts';
import { within } from './make-write.ts';
import { asResult, keyOf, tableOf } from './table-access.ts';

/** How often a reader that wants a newer version looks again. */
const POLL = ms(10);

interface ReadSettings {
  readonly read: string;
  readonly key: string | null;
  readonly from: 'replica' | null;
  readonly atLeast: string | null;
  readonly upTo: number;
  readonly lock: boolean;
}

/** Reads one row, of the primary or of a copy that runs behind. */
export function makeRead(settings: ReadSettings, context: StepContext): Act {
  const { system, place, formulas, modifiers, salt } = context;
  const { table, database } = tableOf(settings.read, context);
  const key = settings.key === null ? null : formulas.compile(settings.key, `${place.text}.key`);
  const atLeast =
    settings.atLeast === null ? null : formulas.compile(settings.atLeast, `${place.text}.atLeast`);
  const takes = samplerOf(modifiers.takes);

  function look(frame: Frame, rowKey: string): Row | undefined {
    if (settings.from === 'replica') return table.asOf(rowKey, frame.now - database.lag(frame, salt));
    return frame.transaction?.database === database
      ? frame.transaction.see(table, rowKey)
      : table.committed(rowKey);
  }

  function refuse(frame: Frame, reason: string): Failed {
    const { subject, cause, span } = frame;
    frame.cause = system.log.note('refused', place, subject, cause, span, 0, reason, table.recorded);
    return failed(reason, 503);
  }

  function found(frame: Frame, rowKey: string, row: Row | undefined, stale: boolean): Outcome {
    const version = (row?.version as number | undefined) ?? 0;
    frame.cause = system.log.note(
      'read',
      table.recorded,
      frame.subject,
      frame.cause,
      frame.span,
      version,
      rowKey,
    );
    const value = asResult(frame, table, rowKey, row);
    return success(stale ? { ...(value as Row), stale: true } : value);
  }

  /** A further row of a statement that has been paid for. */
  function* riding(frame: Frame): Process<Outcome> {
    const rowKey = keyOf(table, key, frame) ?? '';
    return found(frame, rowKey, look(frame, rowKey), false);
  }

  return {
    run: (frame) => {
      if (frame.request.rides && !settings.lock && atLeast === null) return riding(frame);
      return within(frame, database, place, salt, function* (inner, transaction) {
        const refused = yield* database.connect(transaction, inner, place, modifiers.pool ?? 'main');
        if (refused) return refused;
        const rowKey = keyOf(table, key, inner) ?? '';
        const since = inner.now;
        if (settings.lock) {
          const locked = yield* database.lock(transaction, inner, place, `${table.name}/${rowKey}`);
          if (locked === 'deadlock') return refuse(inner, locked);
          if (locked !== 'granted') return locked;
        }
        const broken = yield* database.statement(transaction, inner, place, takes, salt, since);
        if (broken) return broken;
        const wanted = atLeast ? Number(atLeast.value(inner)) : 0;
        const end = inner.now + settings.upTo;
        let row = look(inner, rowKey);
        while (((row?.version as number | undefined) ?? 0) < wanted && inner.now < end) {
          yield system.sim.sleep(POLL);
          row = look(inner, rowKey);
        }
        return found(inner, rowKey, row, ((row?.version as number | undefined) ?? 0) < wanted);
      });
    },
  };
}
