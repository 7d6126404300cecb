import { KIND } from '../../../sim/kinds.ts';
import { id } from '../../../sim/world/schema/common.ts';
import { defineCheck } from './check.ts';

/** A version that is wanted is let out. */
export const deployed = defineCheck({
  summary: 'A deployment takes place: no registry and no gate refuses it',
  fields: {
    /** The id of a fault `deploy`. */
    deployed: id,
  },
  *judge({ run, columns }, { deployed: fault }) {
    const need = `${fault}: deployed`;
    const document = run.world.chaos[fault];
    if (document?.kind !== 'deploy')
      return { need, got: `this world has no deployment ${fault}`, doubt: 'vacuous' };
    const { target, settings } = document;
    const version = String(settings['to']);
    for (let record = 0; record < run.record.length; record++) {
      if (columns.kind[record] !== KIND.deployRefused) continue;
      const detail = run.record.names.text(run.record.detailAt(record));
      if (run.record.names.text(run.record.placeAt(record)) !== target || !detail.startsWith(`${version}: `))
        continue;
      yield {
        message: `${target} stays as it is: ${detail}`,
        subject: null,
        at: columns.time[record]!,
        records: [record],
      };
      return { need, got: `refused: ${detail}`, measures: { refused: 1 } };
    }
    return { need, got: `${target} runs ${version}`, measures: { refused: 0 } };
  },
});
