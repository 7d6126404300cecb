import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Field, Table } from '../../src/sim/broker/rabbitmq/message.ts';

const field: z.ZodType<Field> = z.lazy(() =>
  z.union([z.null(), z.boolean(), z.number(), z.string(), z.array(field), z.record(z.string(), field)]),
);
const table: z.ZodType<Table> = z.record(z.string(), field);

const exchange = z.object({
  exchange: z.string(),
  type: z.string(),
  durable: z.boolean().exactOptional(),
  autoDelete: z.boolean().exactOptional(),
  internal: z.boolean().exactOptional(),
  arguments: table.exactOptional(),
});
const queue = z.object({
  queue: z.string(),
  durable: z.boolean().exactOptional(),
  exclusive: z.boolean().exactOptional(),
  autoDelete: z.boolean().exactOptional(),
  arguments: table.exactOptional(),
});
const binding = z.object({
  from: z.string(),
  to: z.string(),
  toType: z.enum(['queue', 'exchange']).exactOptional(),
  routingKey: z.string(),
  arguments: table.exactOptional(),
});

const common = { at: z.int().min(0), channel: z.string().default('ch') };
const delivery = {
  tag: z.int().exactOptional(),
  body: z.string().exactOptional(),
  multiple: z.boolean().default(false),
};

const step = z.discriminatedUnion('do', [
  z.object({
    ...common,
    do: z.literal('publish'),
    exchange: z.string().default(''),
    routingKey: z.string(),
    body: z.string(),
    headers: table.exactOptional(),
    priority: z.int().exactOptional(),
    expiration: z.string().exactOptional(),
    mandatory: z.boolean().exactOptional(),
    persistent: z.boolean().exactOptional(),
    size: z.int().min(0).exactOptional(),
  }),
  z.object({ ...common, do: z.literal('confirmSelect') }),
  z.object({ ...common, do: z.literal('qos'), prefetch: z.int().min(0), global: z.boolean().default(false) }),
  z.object({
    ...common,
    do: z.literal('consume'),
    queue: z.string(),
    consumer: z.string(),
    noAck: z.boolean().exactOptional(),
    exclusive: z.boolean().exactOptional(),
    arguments: table.exactOptional(),
  }),
  z.object({ ...common, do: z.literal('cancel'), consumer: z.string() }),
  z.object({ ...common, ...delivery, do: z.literal('ack') }),
  z.object({ ...common, ...delivery, do: z.literal('nack'), requeue: z.boolean() }),
  z.object({ ...common, ...delivery, do: z.literal('reject'), requeue: z.boolean() }),
  z.object({ ...common, do: z.literal('recover'), requeue: z.boolean() }),
  z.object({ ...common, do: z.literal('get'), queue: z.string(), noAck: z.boolean().default(false) }),
  queue.extend({ ...common, do: z.literal('declareQueue') }),
  exchange.extend({ ...common, do: z.literal('declareExchange') }),
  z.object({ ...common, do: z.literal('checkQueue'), queue: z.string() }),
  z.object({ ...common, do: z.literal('checkExchange'), exchange: z.string() }),
  z.object({ ...common, do: z.literal('purgeQueue'), queue: z.string() }),
  z.object({
    ...common,
    do: z.literal('deleteQueue'),
    queue: z.string(),
    ifUnused: z.boolean().exactOptional(),
    ifEmpty: z.boolean().exactOptional(),
  }),
  z.object({
    ...common,
    do: z.literal('deleteExchange'),
    exchange: z.string(),
    ifUnused: z.boolean().exactOptional(),
  }),
  binding.extend({ ...common, do: z.literal('bind') }),
  binding.extend({ ...common, do: z.literal('unbind') }),
  z.object({ ...common, do: z.literal('closeChannel') }),
  z.object({ ...common, do: z.literal('closeConnection'), connection: z.string() }),
  z.object({ ...common, do: z.literal('wait') }),
]);

const event = z.record(z.string(), z.unknown());
const events = z.array(event).default([]);
const lasting = z
  .object({
    ready: z.int(),
    consumers: z.int().exactOptional(),
    drain: z.union([z.array(event), z.literal('gone')]).exactOptional(),
  })
  .nullable();

const expectation = z.object({
  deliveries: z.record(z.string(), z.array(event)).default({}),
  cancels: events,
  replies: events,
  returns: events,
  confirms: events,
  errors: events,
  unordered: z.array(z.union([z.string(), z.array(z.string())])).default([]),
  final: z.record(z.string(), lasting).default({}),
});

const brokerCase = z.object({
  name: z.string(),
  about: z.string().exactOptional(),
  quirk: z.string().exactOptional(),
  channels: z.record(z.string(), z.string()).default({}),
  setup: z
    .object({
      exchanges: z.array(exchange).default([]),
      queues: z.array(queue).default([]),
      bindings: z.array(binding).default([]),
    })
    .prefault({}),
  steps: z.array(step),
  end: z.int().min(0),
  expect: expectation,
});

const brokerCases = z.object({
  format: z.literal('broker-cases/1'),
  topic: z.string(),
  recordedFrom: z.string(),
  cases: z.array(brokerCase),
});

/** One action of a case's timeline. */
export type Step = z.output<typeof step>;
/** What a server did; also what a replay gives, in the same form. */
export type Expectation = z.output<typeof expectation>;
/** A recorded scenario. */
export type BrokerCase = z.output<typeof brokerCase>;
/** A file of recorded scenarios. */
export type CasesFile = z.output<typeof brokerCases> & { readonly file: string };

/** A file that holds no recorded cases. */
export class NoCasesError extends Error {
  override readonly name = 'NoCasesError';
}

/** Reads one file's text, or says what is wrong with it. */
export function parseCases(file: string, text: string): CasesFile {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new NoCasesError(`${file}: not JSON: ${error instanceof Error ? error.message : error}`);
  }
  const parsed = brokerCases.safeParse(json);
  if (parsed.success) return { ...parsed.data, file };
  const [issue] = parsed.error.issues;
  const at = issue?.path.join('.') ?? '';
  throw new NoCasesError(
    `${file}: not a broker-cases/1 document: ${at === '' ? '' : `${at}: `}${issue?.message}`,
  );
}

/** Reads every `*.json` of a folder, in the order of names. */
export function readFolder(folder: string): CasesFile[] {
  const files = readdirSync(folder).filter((file) => file.endsWith('.json'));
  if (files.length === 0) throw new NoCasesError(`${folder}: no *.json files`);
  return files
    .sort((a, b) => (a < b ? -1 : 1))
    .map((file) => parseCases(join(folder, file), readFileSync(join(folder, file), 'utf8')));
}
