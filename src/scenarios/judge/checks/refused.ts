import { id } from '../../../sim/world/schema/common.ts';
import { GOOD, OPEN, samplesOf } from '../samples.ts';
import { scopeOf } from '../windows.ts';
import { counted } from '../words.ts';
import { defineCheck } from './check.ts';

/** Nothing that an intruder wants is given to it. */
export const refused = defineCheck({
  summary: 'A client, such as an intruder, gets nothing of what it wants',
  fields: {
    /** The client. */
    refused: id,
  },
  target: { called: 'client', fits: ({ kind }) => kind === 'client' },
  *judge(view, { refused: client, during, outside }) {
    const scope = scopeOf(view.run, during, outside);
    const need = `${client}: refused each time${scope.words}`;
    if (scope.idleFault !== undefined)
      return { need, got: `the fault ${scope.idleFault} never struck`, doubt: 'vacuous' };
    const samples = samplesOf(view, client);
    if (!samples) return { need, got: `this world has no client ${client}`, doubt: 'vacuous' };
    let tried = 0;
    let got = 0;
    for (let sample = 0; sample < samples.length; sample++) {
      if (!scope.contains(samples.began[sample]!) || samples.outcome[sample] === OPEN) continue;
      tried++;
      if (samples.outcome[sample] !== GOOD) continue;
      got++;
      const [first, last] = [samples.first[sample]!, samples.last[sample]!];
      const subject = view.subjectOf(first);
      yield {
        message: `${client} got what it wanted${subject === null ? '' : ` about ${subject}`}`,
        subject,
        at: samples.ended[sample]!,
        records: [first, last],
      };
    }
    if (tried === 0) return { need, got: `${client} tried nothing in the time looked at`, doubt: 'vacuous' };
    return { need, got: `${got} of ${counted(tried, 'attempt')} succeeded`, measures: { succeeded: got } };
  },
});
