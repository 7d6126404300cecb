import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nameOf, type TopicPartition } from '../../events.ts';
import type { MemberPartitions, MemberSubscription } from './assignor.ts';
import { assignors } from './index.ts';

const TOPICS = ['t0', 't1', 't2'];

const sizes = fc.tuple(fc.nat(6), fc.nat(6), fc.nat(6));
const names = fc.uniqueArray(
  fc.integer({ min: 0, max: 20 }).map((n) => `m${n}`),
  { minLength: 1, maxLength: 6 },
);

const counts = (all: readonly number[]): Map<string, number> =>
  new Map(TOPICS.flatMap((topic, i) => (all[i] ? [[topic, all[i]]] : [])));

const fresh = (member: string, topics: readonly string[] = TOPICS): MemberSubscription => ({
  member,
  instance: null,
  topics,
  owned: [],
  generation: -1,
});

/** The same members again, with what they were given. */
const given = (members: readonly MemberSubscription[], assigned: MemberPartitions): MemberSubscription[] =>
  members.map((member) => ({ ...member, owned: assigned.get(member.member) ?? [], generation: 1 }));

const all = (assigned: MemberPartitions): string[] => [...assigned.values()].flat().map(nameOf).sort();

const owner = (assigned: MemberPartitions, wanted: TopicPartition): string | undefined =>
  [...assigned].find(([, own]) => own.some((each) => nameOf(each) === nameOf(wanted)))?.[0];

describe.each(['range', 'roundrobin', 'sticky', 'cooperative-sticky'] as const)('%s', (name) => {
  const assignor = assignors[name];

  test('gives every partition that somebody wants to exactly one who wants it', () => {
    const wanting = fc.array(fc.subarray(TOPICS), { minLength: 6, maxLength: 6 });
    fc.assert(
      fc.property(sizes, names, wanting, (size, members, topics) => {
        const partitions = counts(size);
        const subscriptions = members.map((member, i) => fresh(member, topics[i]));
        const assigned = assignor.assign(partitions, subscriptions);
        const wanted = [...partitions].flatMap(([topic, count]) =>
          subscriptions.some((each) => each.topics.includes(topic))
            ? Array.from({ length: count }, (_, partition) => `${topic}-${partition}`)
            : [],
        );
        expect(all(assigned)).toEqual(wanted.sort());
        for (const [member, own] of assigned)
          for (const { topic } of own)
            expect(subscriptions.find((each) => each.member === member)?.topics).toContain(topic);
      }),
    );
  });

  test('does not depend on the order in which members are told', () => {
    fc.assert(
      fc.property(sizes, names, (size, members) => {
        const forth = assignor.assign(
          counts(size),
          members.map((member) => fresh(member)),
        );
        const back = assignor.assign(
          counts(size),
          [...members].reverse().map((member) => fresh(member)),
        );
        for (const member of members) expect(back.get(member)).toEqual(forth.get(member));
      }),
    );
  });
});

test('roundrobin deals all partitions out in turn', () => {
  const assigned = assignors.roundrobin.assign(
    new Map([
      ['t0', 3],
      ['t1', 3],
    ]),
    [fresh('C0'), fresh('C1')],
  );
  expect(assigned.get('C0')?.map(nameOf)).toEqual(['t0-0', 't0-2', 't1-1']);
  expect(assigned.get('C1')?.map(nameOf)).toEqual(['t0-1', 't1-0', 't1-2']);
});

test('roundrobin passes over who does not want a topic', () => {
  const assigned = assignors.roundrobin.assign(
    new Map([
      ['t0', 1],
      ['t1', 2],
    ]),
    [fresh('C0', ['t0']), fresh('C1', ['t1'])],
  );
  expect(assigned.get('C1')?.map(nameOf)).toEqual(['t1-0', 't1-1']);
});

describe('sticky', () => {
  const { sticky } = assignors;

  test('sizes differ by at most one where all want the same topics', () => {
    fc.assert(
      fc.property(sizes, names, names, (size, before, now) => {
        const partitions = counts(size);
        const first = sticky.assign(
          partitions,
          before.map((member) => fresh(member)),
        );
        const members = now.map((member) => ({
          ...fresh(member),
          owned: first.get(member) ?? [],
          generation: 1,
        }));
        const lengths = [...sticky.assign(partitions, members).values()].map(({ length }) => length);
        expect(Math.max(...lengths) - Math.min(...lengths)).toBeLessThanOrEqual(1);
      }),
    );
  });

  test('on a join, only the partitions that the newcomer needs move', () => {
    fc.assert(
      fc.property(sizes, names, (size, members) => {
        const partitions = counts(size);
        const before = members.map((member) => fresh(member));
        const first = sticky.assign(partitions, before);
        const then = sticky.assign(partitions, [...given(before, first), fresh('zz')]);
        const moved = [...first].flatMap(([member, own]) =>
          own.filter((each) => owner(then, each) !== member),
        );
        expect(moved.map(nameOf).sort()).toEqual(then.get('zz')?.map(nameOf).sort());
      }),
    );
  });

  test('when a member leaves, the others keep what they have', () => {
    fc.assert(
      fc.property(sizes, names, (size, members) => {
        const partitions = counts(size);
        const before = members.map((member) => fresh(member));
        const first = sticky.assign(partitions, before);
        const rest = given(before, first).slice(1);
        const then = sticky.assign(partitions, rest);
        for (const { member, owned } of rest)
          for (const each of owned) expect(owner(then, each)).toBe(member);
      }),
    );
  });
});

describe('cooperative-sticky', () => {
  const { 'cooperative-sticky': cooperative, sticky } = assignors;

  test('hands nothing out that another still has, and in the next round everything', () => {
    fc.assert(
      fc.property(sizes, names, names, (size, members, newcomers) => {
        const partitions = counts(size);
        const before = members.map((member) => fresh(member));
        const first = given(before, cooperative.assign(partitions, before));
        const joined = [...first, ...newcomers.map((member) => fresh(`z${member}`))];
        const round = cooperative.assign(partitions, joined);
        for (const { member, owned } of first)
          for (const each of owned) expect([member, undefined]).toContain(owner(round, each));
        const next = cooperative.assign(partitions, given(joined, round));
        expect(all(next)).toEqual(all(sticky.assign(partitions, joined)));
        for (const [member, own] of round) for (const each of own) expect(owner(next, each)).toBe(member);
      }),
    );
  });

  test('of two that claim a partition the later generation has it', () => {
    const owned = [{ topic: 't0', partition: 0 }];
    const members = [
      { ...fresh('old'), owned, generation: 3 },
      { ...fresh('new'), owned, generation: 4 },
    ];
    expect(cooperative.assign(new Map([['t0', 1]]), members).get('new')).toEqual(owned);
  });
});
