import { z } from 'zod';
import { fault } from '../../faults/index.ts';
import { distribution, duration, rate, share, size, timeWindow } from '../quantities.ts';
import { brokers } from './brokers/index.ts';
import { callSettings } from './calls.ts';
import { address, count, expression, id, idMap } from './common.ts';
import { contract } from './contracts.ts';
import { discovery } from './discovery.ts';
import { meshDestination } from './mesh.ts';
import { order, step } from './operation.ts';
import { tokenSettings } from './security.ts';
import { service } from './service.ts';
import { telemetry } from './telemetry.ts';

const entity = z.strictObject({
  /** How many there are; absent: a client makes them as it goes. */
  count: z.int().min(1).max(1_000_000).nullable().default(null),
  /** Attributes of each, which `index` may shape. */
  data: z.record(z.string(), expression).default({}),
});

const run = z.strictObject({
  /** Clients stop after this. */
  for: duration.default(180_000_000),
  /** Checks ignore what happens before this. */
  warmup: duration.default(0),
  /** How long the world may finish its work once the clients have stopped. */
  settle: duration.default(60_000_000),
});

/** Someone who acts on the system from outside. */
export const client = z.strictObject({
  /** Open loop: Poisson arrivals that do not slow down because the store is slow. */
  rate: rate.nullable().default(null),
  /** Closed loop: so many users, who think between two visits. */
  users: z.int().min(1).max(100_000).nullable().default(null),
  think: distribution.nullable().default(null),
  /** A job: one arrival at each multiple of this. */
  every: duration.nullable().default(null),
  count: count.nullable().default(null),
  active: timeWindow.nullable().default(null),
  /** Gives up then, whatever its steps are doing. */
  patience: duration.nullable().default(null),
  doubleClick: z.strictObject({ p: share, after: duration }).nullable().default(null),
  /** Every arrival is a new one of these. */
  entity: id.nullable().default(null),
  data: z.record(z.string(), expression).default({}),
  calls: z.record(z.string(), callSettings).default({}),
  steps: idMap(step),
  order: order.nullable().default(null),
  zone: id.nullable().default(null),
  /** A bearer token that goes with each request. */
  token: tokenSettings.nullable().default(null),
  /** The key of a consumer, which need not be its own. */
  apiKey: id.nullable().default(null),
  /** Whose workload identity it acts under; null: its own. */
  as: id.nullable().default(null),
  /** Wants what it must not get: it is left out of what clients are promised. */
  intruder: z.boolean().default(false),
  /** Reads what goes over a link in plain text, and sends it again as requests of its own, one after the other. */
  sniffs: address(/^(?:\*|[\w-]+) -> (?:\*|[\w-]+)$/, 'a link such as shop -> bank')
    .nullable()
    .default(null),
  /** Whether it is part of the mesh, where the world has one. */
  sidecar: z.boolean().default(false),
});

const link = z.strictObject({
  /** There and back; each direction takes half. */
  rtt: distribution.nullable().default(null),
  loss: share.default(0),
  /** Bytes per second; null: no bound. */
  bandwidth: size.nullable().default(null),
});

const network = z.strictObject({
  zones: idMap(z.strictObject({})).default({}),
  links: z
    .record(
      z.string().regex(/^(?:\*|[\w-]+) -> (?:\*|[\w-]+)$/, 'a link is written `a -> b`; `*` is anybody'),
      link,
    )
    .default({}),
});

/** What the team, or the learner, does at a time. */
const planEntry = z.strictObject({
  at: duration,
  patch: z.record(z.string(), z.unknown()).default({}),
});

/** Points for what a design needs beyond the unchanged world, for `cost` checks and comparisons. */
const cost = z.strictObject({
  replica: z.number().min(0).default(1),
  service: z.number().min(0).default(3),
  connection: z.number().min(0).default(0.02),
  message: z.number().min(0).default(0.0001),
  call: z.number().min(0).default(0.0001),
  row: z.number().min(0).default(0.0001),
  part: z.number().min(0).default(0.5),
});

/** Services, partners, workload, brokers and chaos: everything that `simulate` needs and nothing of the lesson. */
export const worldSchema = z.strictObject({
  entities: idMap(entity).default({}),
  run: run.prefault({}),
  clients: idMap(client).default({}),
  services: idMap(service).default({}),
  externals: idMap(service).default({}),
  brokers: brokers.prefault({}),
  network: network.prefault({}),
  contracts: z
    .record(z.string().regex(/^[A-Z][A-Za-z0-9]*$/, 'a contract is named like a type: OrderPlaced'), contract)
    .default({}),
  /** A service mesh: settings by destination, and `default` for all. Absent: no sidecars. */
  mesh: z.record(id, meshDestination).default({}),
  /** How callers find instances, by service, and `default` for all of ours. Absent: they know at once who is there. */
  discovery: z.record(id, discovery).default({}),
  chaos: idMap(fault).default({}),
  plan: idMap(planEntry).default({}),
  cost: cost.prefault({}),
  /** What the system sends to its operators. It changes nothing of what happens. */
  telemetry: telemetry.prefault({}),
});

export type World = z.output<typeof worldSchema>;
export type Client = World['clients'][string];
export type Link = z.output<typeof link>;
