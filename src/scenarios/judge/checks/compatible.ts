import { z } from 'zod';
import { KIND } from '../../../sim/kinds.ts';
import { scopeOf } from '../windows.ts';
import { counted } from '../words.ts';
import { defineCheck } from './check.ts';

/** Nobody is sent what they cannot read, or read as something else. */
export const compatible = defineCheck({
  summary: 'No reader of a contract fails to read what it is sent, or takes it for what it does not mean',
  fields: {
    /** The contract. */
    compatible: z
      .string()
      .regex(/^[A-Z][A-Za-z0-9]*$/, 'expected the name of a contract, such as OrderPlaced'),
  },
  *judge(view, { compatible: contract, during, outside }) {
    const { run, columns } = view;
    const scope = scopeOf(run, during, outside);
    const need = `${contract}: read as it was meant${scope.words}`;
    if (!Object.hasOwn(run.world.contracts, contract))
      return { need, got: `this world has no contract ${contract}`, doubt: 'vacuous' };
    if (scope.idleFault !== undefined)
      return { need, got: `the fault ${scope.idleFault} never struck`, doubt: 'vacuous' };
    let unreadable = 0;
    let misread = 0;
    for (let record = 0; record < run.record.length; record++) {
      const kind = columns.kind[record];
      if (kind !== KIND.unreadable && kind !== KIND.misread) continue;
      const at = columns.time[record]!;
      if (!scope.contains(at) || run.record.names.text(run.record.peerAt(record)) !== contract) continue;
      if (kind === KIND.misread) misread++;
      else unreadable++;
      const reader = run.record.names.text(run.record.placeAt(record));
      const detail = run.record.names.text(run.record.detailAt(record));
      yield {
        message: `${reader} ${kind === KIND.misread ? 'misread' : 'could not read'} ${contract}: ${detail}`,
        subject: view.subjectOf(record),
        at,
        records: [record],
      };
    }
    const got = `${counted(unreadable, 'time')} unreadable, ${misread} misread`;
    return { need, got, measures: { unreadable, misread } };
  },
});
