import { type Assignor, inOrder, nobody, topicsOf } from './assignor.ts';

/** Deals all partitions of all topics out in turn, passing over who does not want the topic (`RoundRobinAssignor`). */
export const roundRobin: Assignor = {
  name: 'roundrobin',
  protocols: ['eager'],
  assign(partitions, members) {
    const assigned = nobody(members);
    const takers = inOrder(members);
    let turn = 0;
    for (const topic of topicsOf(partitions, members))
      for (let partition = 0; partition < (partitions.get(topic) ?? 0); partition++) {
        while (!takers[turn % takers.length]!.topics.includes(topic)) turn++; // somebody wants it
        assigned.get(takers[turn++ % takers.length]!.member)?.push({ topic, partition });
      }
    return assigned;
  },
};
