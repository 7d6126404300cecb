import { z } from 'zod';
import { id, place } from '../../../sim/world/schema/common.ts';
import { counterOf, RECEIVING } from '../received.ts';
import { scopeOf } from '../windows.ts';
import { counted, decimal } from '../words.ts';
import { defineCheck } from './check.ts';

/** How many requests arrive for each one that a client wanted: what retries and fan-out make of it. */
export const amplification = defineCheck({
  summary: 'Requests received by a service or operation, or sent over a link, for each intention of a client',
  fields: {
    /** A service, an operation, or a link such as `gateway -> *`. */
    amplification: place,
    /** The client whose intentions are counted. */
    per: id,
    max: z.number().min(0),
  },
  target: RECEIVING,
  *judge(view, { amplification: target, per, max, during, outside }) {
    const scope = scopeOf(view.run, during, outside);
    const need = `${target}: at most ${decimal(max)} requests for each intention of ${per}${scope.words}`;
    if (scope.idleFault !== undefined) {
      return { need, got: `the fault ${scope.idleFault} never struck`, doubt: 'vacuous' };
    }
    const { wanted, received } = counterOf(view, target, per, (at) => scope.contains(at));
    if (wanted === 0) return { need, got: `${per} wanted nothing in the time looked at`, doubt: 'vacuous' };
    if (received === undefined) return { need, got: `this world has no ${target}`, doubt: 'vacuous' };
    const ratio = received.length / wanted;
    const got = `${decimal(ratio)} (${counted(received.length, 'request')} for ${counted(wanted, 'intention')})`;
    if (ratio > max) {
      const tipping = Math.floor(max * wanted); // the first that was one too many
      const record = received[tipping]!;
      yield {
        message: `${target}: ${got}`,
        subject: view.subjectOf(record),
        at: view.columns.time[record]!,
        records: received.slice(Math.max(0, tipping - 19), tipping + 1),
      };
    }
    return { need, got, measures: { amplification: ratio } };
  },
});
