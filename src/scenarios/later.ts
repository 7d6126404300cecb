import { nearest } from '../sim/expression/suggest.ts';
import { faultsByKind } from '../sim/faults/index.ts';
import type { ProblemList } from './language/problem-list.ts';
import { changeAt, type Entry, getIn, mapEntries, type Node, without } from './language/tree.ts';

type Names = Readonly<Record<string, string>>;

/** Settings that the language knows and this version does not model, with what they stand for. */
const CALLS: Names = {
  connections: 'connection pools between services',
};

const OPERATION: Names = {
  bulkhead: 'bulkheads inside a server',
};

const CONSUMER: Names = {
  buffer: 'the buffers of a client library',
  start: 'late consumers',
};

const CLIENT: Names = {
  consumers: 'consumers of a client',
  operations: 'operations of a client',
};

/** Settings by the place of the map they stand in; `*` is any key. */
const SETTINGS: readonly (readonly [path: string, names: Names])[] = [
  [
    '',
    {
      alerts: 'alerts',
    },
  ],
  [
    'brokers/kafka',
    {
      'security.protocol': 'encryption and authentication of brokers',
      schemaRegistry: 'schema registries',
    },
  ],
  ['brokers/kafka/topics/*', { acl: 'access control of topics', signedBy: 'signed messages' }],
  [
    'brokers/rabbitmq',
    {
      profile: 'product profiles',
    },
  ],
  ['services/*/calls/*', CALLS],
  ['externals/*/calls/*', CALLS],
  ['clients/*/calls/*', CALLS],
  ['services/*/operations/*', OPERATION],
  ['externals/*/operations/*', OPERATION],
  ['services/*/consumers/*', CONSUMER],
  ['externals/*/consumers/*', CONSUMER],
  ['services/*/outbox', { lease: 'leases of a shard' }],
  ['clients/*', CLIENT],
  ['network', { policies: 'network policies' }],
  ['plan/*', { if: 'conditions of a plan' }],
];

/** Values of settings that this version has, but not with that value. */
const VALUES: readonly (readonly [path: string, value: string, what: string])[] = [
  ['services/*/queue/discipline', 'codel', 'CoDel'],
  ['externals/*/queue/discipline', 'codel', 'CoDel'],
];

/** Faults of the language; those that this version lacks are refused by name. */
export const LANGUAGE_FAULTS: readonly string[] = [
  'latency',
  'errors',
  'hang',
  'crash',
  'pause',
  'leak',
  'clock',
  'dropReply',
  'drop',
  'duplicate',
  'reorder',
  'corrupt',
  'partition',
  'failover',
  'isrShrink',
  'rebalance',
  'retentionCut',
  'poison',
  'flush',
  'disconnect',
  'surge',
  'certExpire',
  'zoneOutage',
  'deploy',
  'scale',
  'restart',
  'redrive',
  'resetOffsets',
  'runSql',
];

/** The sentence for a part of the language that this version does not model. */
export const notYet = (name: string, what: string) =>
  `\`${name}\` is part of the language, but this version does not model ${what} yet.`;

/** Everything the tables name, for reference pages: place, name and what is not modelled. */
export function laterSettings(): readonly {
  readonly path: string;
  readonly name: string;
  readonly what: string;
}[] {
  const settings = SETTINGS.flatMap(([path, names]) =>
    Object.entries(names).map(([name, what]) => ({ path, name, what })),
  );
  return [...settings, ...VALUES.map(([path, name, what]) => ({ path, name, what }))];
}

/** Tells of every setting in a world that this version does not model, and takes it out, so that it is told of once. */
export function refuseLater(world: Node, problems: ProblemList): Node {
  let out = changeAt(world, 'chaos', (chaos) => withoutUnknownFaults(chaos, problems));
  for (const [path, names] of SETTINGS)
    out = changeMaps(out, segments(path), (map) => withoutNamed(map, names, problems));
  for (const [path, value, what] of VALUES) {
    const keys = segments(path);
    const name = keys.pop() as string;
    out = changeMaps(out, keys, (map) => {
      const entry = map.kind === 'map' ? map.entries.get(name) : undefined;
      if (map.kind !== 'map' || entry?.value.kind !== 'scalar' || entry.value.value !== value) return map;
      tell(`${name}: ${value}`, what, { ...entry, key: entry.value.at }, problems);
      return without(map, name);
    });
  }
  return out;
}

/** Faults that this version does not have, or that nobody has, are told by name; the rest is left to their schemas. */
function withoutUnknownFaults(chaos: Node, problems: ProblemList): Node {
  if (chaos.kind !== 'map') return chaos;
  return mapEntries(chaos, (fault) => {
    if (fault.kind !== 'map' || [...fault.entries.keys()].some((key) => faultsByKind.has(key))) return fault;
    for (const [name, { key }] of fault.entries) {
      if (LANGUAGE_FAULTS.includes(name)) {
        problems.add({
          code: 'world/not-modelled-yet',
          at: key,
          message: notYet(name, 'that fault'),
          fix: `the faults are: ${[...faultsByKind.keys()].join(' ')}`,
        });
        return undefined;
      }
    }
    const [first] = fault.entries;
    const near = first && nearest(first[0], faultsByKind.keys());
    problems.add({
      code: 'world/unknown-fault-kind',
      at: first?.[1].key ?? fault.at,
      message: `A fault begins with its kind and its target${near ? `. Did you mean \`${near}\`?` : ', such as { latency: payment, x: 4 }.'}`,
      fix: `the kinds are: ${[...faultsByKind.keys()].join(' ')}`,
    });
    return undefined;
  });
}

const segments = (path: string) => (path === '' ? [] : path.split('/'));

function withoutNamed(map: Node, names: Names, problems: ProblemList): Node {
  if (map.kind !== 'map') return map;
  const found = [...map.entries].filter(([name]) => Object.hasOwn(names, name));
  for (const [name, entry] of found) tell(name, names[name] as string, entry, problems);
  return without(map, ...found.map(([name]) => name));
}

function tell(name: string, what: string, { key }: Entry, problems: ProblemList): void {
  problems.add({ code: 'world/not-modelled-yet', at: key, message: notYet(name, what) });
}

/** Changes every map that a path with stars leads to. */
function changeMaps(node: Node, path: readonly string[], change: (map: Node) => Node): Node {
  const [key, ...rest] = path;
  if (key === undefined) return change(node);
  if (node.kind !== 'map' || (key !== '*' && !getIn(node, [key]))) return node;
  return mapEntries(node, (value, name) =>
    key === '*' || key === name ? changeMaps(value, rest, change) : value,
  );
}
