import type { Assignor, AssignorName } from './assignor.ts';
import { range } from './range.ts';
import { roundRobin } from './round-robin.ts';
import { cooperativeSticky, sticky } from './sticky.ts';

/** Every value of `partition.assignment.strategy`. To add one: write its file, then list it here. */
export const assignors: Readonly<Record<AssignorName, Assignor>> = {
  range,
  roundrobin: roundRobin,
  sticky,
  'cooperative-sticky': cooperativeSticky,
};
