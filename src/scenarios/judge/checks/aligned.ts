import { z } from 'zod';
import { generationsOf } from '../../../sim/contracts/generation.ts';
import { KIND } from '../../../sim/kinds.ts';
import { id } from '../../../sim/world/schema/common.ts';
import type { World } from '../../../sim/world/schema/world.ts';
import { scopeOf } from '../windows.ts';
import { counted } from '../words.ts';
import { defineCheck } from './check.ts';

/** Those who tell of one thing tell of it in the same words. */
export const aligned = defineCheck({
  summary:
    'A concept is told in words that all share: so many readers, at most, translate or misread what they are sent of it',
  fields: {
    /** The concept that fields of contracts are about. */
    aligned: id,
    /** Readers of contracts that translate or misread, at most. */
    max: z.int().min(0).default(0),
  },
  *judge(view, { aligned: concept, max, during, outside }) {
    const { run, columns } = view;
    const { names } = run.record;
    const scope = scopeOf(run, during, outside);
    const need = `${concept}: at most ${counted(max, 'reader')} with words of their own${scope.words}`;
    const contracts = contractsAbout(run.world, concept);
    if (contracts.size === 0)
      return { need, got: `no contract of this world is about ${concept}`, doubt: 'vacuous' };
    if (scope.idleFault !== undefined)
      return { need, got: `the fault ${scope.idleFault} never struck`, doubt: 'vacuous' };
    const edges = new Map<string, number>();
    for (let record = 0; record < run.record.length; record++) {
      const kind = columns.kind[record];
      if (kind !== KIND.translated && kind !== KIND.misread) continue;
      const contract = names.text(run.record.peerAt(record));
      if (!contracts.has(contract) || !scope.contains(columns.time[record]!)) continue;
      const edge = `${names.text(run.record.placeAt(record))} of ${contract}`;
      if (!edges.has(edge)) edges.set(edge, record);
    }
    const got = `${counted(edges.size, 'reader')} with words of their own`;
    if (edges.size > max)
      for (const [edge, record] of edges)
        yield {
          message: `${edge}: ${names.text(run.record.detailAt(record))}`,
          subject: view.subjectOf(record),
          at: columns.time[record]!,
          records: [record],
        };
    return { need, got, measures: { readers: edges.size } };
  },
});

function contractsAbout({ contracts }: World, concept: string): ReadonlySet<string> {
  const about = Object.entries(contracts).filter(([, contract]) =>
    generationsOf(contract).some(({ fields }) =>
      [...fields.values()].some((field) => field.concept === concept),
    ),
  );
  return new Set(about.map(([name]) => name));
}
