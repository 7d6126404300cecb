import { channelsOf, deadLettersOf, sourcesBehind } from '../../sim/broker/channels.ts';
import { nearest } from '../../sim/expression/suggest.ts';
import type { OrderItem, Step } from '../../sim/world/schema/operation.ts';
import type { Service } from '../../sim/world/schema/service.ts';
import type { World } from '../../sim/world/schema/world.ts';
import type { ProblemList } from './problem-list.ts';
import type { Span } from './source.ts';
import { locate, type Node, type Path } from './tree.ts';

/** A flow of a world: an operation's or a client's steps. */
export interface Flow {
  /** `checkout.placeOrder`, or a client's name. */
  readonly address: string;
  /** The service or client it belongs to. */
  readonly owner: string;
  readonly path: Path;
  readonly steps: Readonly<Record<string, Step>>;
  readonly order: readonly OrderItem[] | null;
  readonly client: boolean;
}

/** A service or partner, and the part of the world it stands in. */
export interface Owner {
  readonly part: 'services' | 'externals';
  readonly service: Service;
}

/** A whole world with the tree it was read from: what those who look names up share. */
export class WorldView {
  readonly world: World;
  readonly tree: Node;
  readonly problems: ProblemList;
  /** Services and partners, with the part of the world they stand in. */
  readonly owners: ReadonlyMap<string, Owner>;
  readonly flows: readonly Flow[];

  constructor(world: World, tree: Node, problems: ProblemList) {
    this.world = world;
    this.tree = tree;
    this.problems = problems;
    const services = Object.entries(world.services).map(
      ([name, service]) => [name, { part: 'services', service }] as const,
    );
    const externals = Object.entries(world.externals).map(
      ([name, service]) => [name, { part: 'externals', service }] as const,
    );
    this.owners = new Map<string, Owner>([...services, ...externals]);
    this.flows = [...operationFlows(this.owners), ...clientFlows(world)];
  }

  /** Where a value stands, or what there is of the way to it. */
  at(path: Path): Span {
    return locate(this.tree, path).node.at;
  }

  /** Where a key stands. */
  keyAt(path: Path): Span {
    const { key, node } = locate(this.tree, path);
    return key ?? node.at;
  }

  /** Tells that a name is nowhere, and which one was probably meant. */
  missing(code: string, what: string, name: string, at: Span, known: Iterable<string>, more = ''): void {
    const all = [...known];
    const near = nearest(name, all);
    const few = all.length > 0 && all.length <= 12 ? `there are: ${all.join(' ')}` : undefined;
    this.problems.add({
      code: `world/${code}`,
      at,
      message: `There is no ${what} \`${name}\`${more}.${near ? ` Did you mean \`${near}\`?` : ''}`,
      fix: near ? `write \`${near}\`` : few,
    });
  }

  /** Tells of something else that is wrong. */
  wrong(code: string, at: Span, message: string, fix?: string): void {
    this.problems.add({ code: `world/${code}`, at, message, fix });
  }

  /** Channels that can be published to. */
  channels(): string[] {
    return channelsOf(this.world);
  }

  /** The queues that a message published to a channel ends up in. */
  queuesBehind(channel: string): readonly string[] {
    return sourcesBehind(this.world, channel);
  }

  /** The queues that the broker sends what dies in a queue to. */
  deadLettersOf(queue: string): readonly string[] {
    return deadLettersOf(this.world, queue);
  }

  /** The operation that an address leads to: through a route, if the service has no operation of that name. */
  operationAt(address: string, hops = 0): string | undefined {
    const [owner = '', name = ''] = address.split('.');
    const service = this.owners.get(owner)?.service;
    if (!service) return undefined;
    const route = Object.hasOwn(service.routes, name) ? service.routes[name] : undefined;
    if (route && route.to !== address && hops < 10) return this.operationAt(route.to, hops + 1);
    return Object.hasOwn(service.operations, name) ? address : undefined;
  }
}

function operationFlows(owners: WorldView['owners']): Flow[] {
  return [...owners].flatMap(([owner, { part, service }]) => [
    ...flowsOf(owner, [part, owner], service.operations),
    ...Object.entries(service.versions).flatMap(([version, { operations }]) => {
      const changed = Object.entries(operations).filter(
        ([name, operation]) => JSON.stringify(operation) !== JSON.stringify(service.operations[name]),
      );
      return flowsOf(owner, [part, owner, 'versions', version], Object.fromEntries(changed));
    }),
  ]);
}

function flowsOf(owner: string, path: Path, operations: Service['operations']): Flow[] {
  return Object.entries(operations).map(
    ([name, { steps, order }]): Flow => ({
      address: `${owner}.${name}`,
      owner,
      path: [...path, 'operations', name],
      steps,
      order,
      client: false,
    }),
  );
}

function clientFlows(world: World): Flow[] {
  return Object.entries(world.clients).map(
    ([name, { steps, order }]): Flow => ({
      address: name,
      owner: name,
      path: ['clients', name],
      steps,
      order,
      client: true,
    }),
  );
}

/** The names in an order, groups opened, with the path of each. */
export function orderNames(order: readonly OrderItem[], path: Path = []): { name: string; path: Path }[] {
  return order.flatMap((item, at) => {
    if (typeof item === 'string') return [{ name: item, path: [...path, at] }];
    const [group, inner] = Object.entries(item)[0] as [string, readonly OrderItem[]];
    return orderNames(inner, [...path, at, group]);
  });
}

/** The steps that run: those that the order names, or all. */
export function runningSteps({ steps, order }: Flow): string[] {
  return order === null ? Object.keys(steps) : orderNames(order).map(({ name }) => name);
}
