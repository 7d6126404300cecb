import { BROKERS } from '../../sim/broker/channels.ts';
import type { Window } from '../../sim/world/quantities.ts';
import type { Service } from '../../sim/world/schema/service.ts';
import { checkOperation } from './operation-reference.ts';
import type { Span } from './source.ts';
import type { Path } from './tree.ts';
import type { WorldView } from './world-view.ts';

/** Looks up what each fault is aimed at, and the steps and faults that its settings name. */
export function checkChaos(view: WorldView): void {
  const faults = Object.keys(view.world.chaos);
  for (const [id, { kind, target, settings }] of Object.entries(view.world.chaos)) {
    const path: Path = ['chaos', id];
    const node = kind === 'crash' ? /^([a-z]+)\[(\d+)\]$/.exec(target) : null;
    if (node?.[1] === 'kafka') checkNode(view, Number(node[2]), view.at([...path, kind]));
    else if (target !== '') checkTarget(view, target, view.at([...path, kind]));
    if (kind === 'misroute') checkDetour(view, target, settings.to as string | null, path);
    const during = settings.during as Window | null;
    if (during && 'fault' in during && !faults.includes(during.fault))
      view.missing('unknown-fault', 'fault', during.fault, view.at([...path, 'during']), faults);
    const { between } = settings as { readonly between?: unknown };
    if (Array.isArray(between))
      for (const [at, step] of between.entries())
        checkMoment(view, target, String(step), view.at([...path, 'between', at]));
  }
  for (const [id, { at }] of Object.entries(view.world.plan)) {
    if (at > view.world.run.for + view.world.run.settle)
      view.wrong('plan-too-late', view.at(['plan', id, 'at']), `The run is over before \`${id}\` happens.`);
  }
}

/** A wrong entry in a table of routes: it is a route's, and leads to an operation that is there. */
function checkDetour(view: WorldView, target: string, to: string | null, path: Path): void {
  const [, owner = '', route = ''] = /^([^@[.]+)(?:[@[][^.]*)?(?:\.(.+))?$/.exec(target) ?? [];
  const service = view.owners.get(owner)?.service;
  const routes = Object.keys(service?.routes ?? {});
  if (service && !routes.includes(route))
    view.missing(
      'unknown-route',
      `route of \`${owner}\` called`,
      route,
      view.at([...path, 'misroute']),
      routes,
    );
  if (to !== null) checkOperation(view, to, [...path, 'to']);
}

/** One broker of Kafka, by its id. */
function checkNode(view: WorldView, id: number, at: Span): void {
  const brokers = view.world.brokers.kafka?.brokers ?? 0;
  if (id >= 1 && id <= brokers) return;
  view.wrong(
    'unknown-replica',
    at,
    `Kafka has ${brokers} ${brokers === 1 ? 'broker' : 'brokers'} here, counted from 1: there is no \`kafka[${id}]\`.`,
  );
}

/** A target: one place, or the two ends of a link or of a partition. */
function checkTarget(view: WorldView, target: string, at: Span): void {
  const ends = target.split(/ (?:->|\|) /);
  for (const end of ends) checkPlace(view, end.trim(), at, ends.length > 1);
}

function checkPlace(view: WorldView, place: string, at: Span, end: boolean): void {
  const { world } = view;
  if (place === '*' && end) return;
  if (BROKERS.some(({ name }) => place.startsWith(`${name}/`))) {
    if (!view.channels().includes(place))
      view.missing('unknown-channel', 'channel', place, at, view.channels());
    return;
  }
  if (
    BROKERS.some(({ name }) => name === place) ||
    Object.hasOwn(world.clients, place) ||
    Object.hasOwn(world.network.zones, place)
  )
    return;
  const match = /^([A-Za-z][A-Za-z0-9-]*)(?:@([a-z][A-Za-z0-9-]*))?(?:\[(\d+)\])?(?:\.(.+))?$/.exec(place);
  const [, owner = place, version, replica, part] = match ?? [];
  const known = view.owners.get(owner);
  if (!known) {
    view.missing('unknown-place', 'place', owner, at, [
      ...view.owners.keys(),
      ...Object.keys(world.clients),
      ...view.channels(),
    ]);
    return;
  }
  const service = versionOf(known.service, version);
  if (!service) {
    const versions = ['v1', ...Object.keys(known.service.versions)];
    view.missing('unknown-version', `version of \`${owner}\` called`, version ?? '', at, versions);
    return;
  }
  const most = Math.max(service.replicas, service.autoscale?.maxReplicas ?? 0);
  if (replica !== undefined && Number(replica) >= most) {
    view.wrong(
      'unknown-replica',
      at,
      `\`${owner}\` has ${most} ${most === 1 ? 'replica' : 'replicas'}, counted from 0: there is no \`${place}\`.`,
    );
    return;
  }
  if (part === undefined) return;
  if (part === 'db' || part.startsWith('db/')) {
    const table = part.slice('db/'.length);
    if (!service.db) {
      view.wrong('no-database', at, `\`${owner}\` has no database.`);
      return;
    }
    const names = [...Object.keys(service.db.tables), 'main', ...Object.keys(service.db.pools)];
    if (part !== 'db' && !names.includes(table))
      view.missing(
        'unknown-table',
        'table',
        place,
        at,
        names.map((name) => `${owner}.db/${name}`),
      );
    return;
  }
  const outbox = /^outbox(?:\[(\d+)\])?$/.exec(part);
  if (outbox) {
    if (service.outbox && outbox[1] !== undefined && Number(outbox[1]) >= service.outbox.replicas)
      view.wrong(
        'unknown-replica',
        at,
        `The outbox of \`${owner}\` has ${service.outbox.replicas} relays, counted from 0.`,
      );
    return;
  }
  const [name = '', step] = part.split('.');
  const names = [
    ...Object.keys(service.operations),
    ...Object.keys(service.routes),
    ...Object.keys(service.consumers),
  ];
  if (!names.includes(name)) {
    view.missing(
      'unknown-operation',
      'operation',
      `${owner}.${name}`,
      at,
      names.map((known) => `${owner}.${known}`),
    );
    return;
  }
  const steps = Object.keys(service.operations[name]?.steps ?? {});
  if (step !== undefined && !steps.includes(step))
    view.missing('unknown-step', 'step', step, at, steps, ` in ${owner}.${name}`);
}

/** A moment of a crash: `operation.step`, or `operation.dedupe` for the mark of an idempotent receiver. */
function checkMoment(view: WorldView, target: string, moment: string, at: Span): void {
  const service = view.owners.get(target.replace(/\[\d+\]$/, ''))?.service;
  if (!service) return;
  const [operation = '', step = ''] = moment.split('.');
  const known = Object.hasOwn(service.operations, operation) ? service.operations[operation] : undefined;
  if (!known) {
    view.missing(
      'unknown-operation',
      'operation',
      operation,
      at,
      Object.keys(service.operations),
      ` in ${target}`,
    );
    return;
  }
  const steps = [...Object.keys(known.steps), 'dedupe'];
  if (!steps.includes(step))
    view.missing('unknown-step', 'step', step, at, steps, ` in ${target}.${operation}`);
}

/** A service, or a version of it; the service itself is `v1`. */
function versionOf(service: Service, version: string | undefined): Omit<Service, 'versions'> | undefined {
  if (version === undefined || version === 'v1') return service;
  return Object.hasOwn(service.versions, version) ? service.versions[version] : undefined;
}
