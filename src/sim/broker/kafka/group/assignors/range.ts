import { type Assignor, inOrder, nobody, topicsOf } from './assignor.ts';

/** Cuts each topic into contiguous stretches, one a member; the first members get one more (`RangeAssignor`). */
export const range: Assignor = {
  name: 'range',
  protocols: ['eager'],
  assign(partitions, members) {
    const assigned = nobody(members);
    for (const topic of topicsOf(partitions, members)) {
      const takers = inOrder(members.filter(({ topics }) => topics.includes(topic)));
      const count = partitions.get(topic) ?? 0;
      const each = Math.floor(count / takers.length);
      const extra = count % takers.length;
      let partition = 0;
      for (const [i, { member }] of takers.entries())
        for (let end = partition + each + (i < extra ? 1 : 0); partition < end; partition++)
          assigned.get(member)?.push({ topic, partition });
    }
    return assigned;
  },
};
