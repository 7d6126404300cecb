import { z } from 'zod';
import { fault, faultForms } from '../sim/faults/index.ts';
import { filterPolicy } from '../sim/world/schema/brokers/sns.ts';
import { bulkheadSettings, callSettings, retrySettings } from '../sim/world/schema/calls.ts';
import { factMap } from '../sim/world/schema/facts.ts';
import { route } from '../sim/world/schema/gateway.ts';
import { meshDestination, meshSettingsGiven } from '../sim/world/schema/mesh.ts';
import { operation, order, step, stepForms } from '../sim/world/schema/operation.ts';
import { outbox, service, zones } from '../sim/world/schema/service.ts';
import { client, worldSchema } from '../sim/world/schema/world.ts';
import { check, checkForms } from './judge/document.ts';
import { exerciseSchema, worldHead } from './schema-exercise.ts';

type Json = { [key: string]: unknown };

/** Settings that may be written short, and how. */
const SHORT: ReadonlyMap<unknown, Json> = new Map<unknown, Json>([
  [retrySettings, { type: 'integer', minimum: 1, description: 'how many tries in all' }],
  [bulkheadSettings, { type: 'integer', minimum: 1, description: 'how many calls at once' }],
  [route, { type: 'string', description: 'the operation it leads to' }],
  [zones, { type: 'string', description: 'the zone of all replicas' }],
  [outbox, { type: 'boolean', description: 'an outbox with its defaults' }],
  [
    factMap,
    {
      anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }],
      description: 'names of facts',
    },
  ],
]);

/** Parts that occur in many places and are defined once. */
const NAMED: ReadonlyMap<unknown, string> = new Map<unknown, string>([
  [service, 'service'],
  [client, 'client'],
  [operation, 'operation'],
  [order, 'order'],
  [filterPolicy, 'filterPolicy'],
  [callSettings, 'calls'],
  [step, 'step'],
  [fault, 'fault'],
  [meshSettingsGiven, 'meshSettings'],
  [check, 'check'],
]);

/** Names of steps, and groups, which hold the same. It contains itself, so it is written out here. */
const ORDER: Json = {
  type: 'array',
  items: {
    anyOf: [
      { type: 'string' },
      ...['parallel', 'transaction', 'xa'].map((group) => ({
        type: 'object',
        properties: { [group]: { $ref: '#/definitions/order' } },
        required: [group],
        additionalProperties: false,
      })),
    ],
  },
};

/** Conditions by name; it contains itself, too. */
const FILTER_POLICY: Json = {
  type: 'object',
  additionalProperties: { anyOf: [{ type: 'array' }, { $ref: '#/definitions/filterPolicy' }] },
};

/** What a document may say of a service beside what a finished world does. */
const LIKE = {
  like: z.string().optional().meta({ description: 'the service whose definition this one starts from' }),
  template: z.boolean().optional().meta({ description: 'true: it only serves for `like`' }),
};

/**
 * The JSON Schema of an exercise (draft-07), for editors, made of the objects that the loader reads with.
 *
 * A world in an exercise is a patch on its base world: nothing in it is required, and null, which deletes, may stand
 * anywhere.
 */
export function exerciseJsonSchema(): Json {
  const world = z.strictObject({ ...worldHead, ...worldSchema.shape, gateway: service });
  const envelope = convert(exerciseSchema);
  const properties = envelope['properties'] as Json; // it was made of an object
  properties['world'] = patchable(convert(world));
  properties['checks'] = {
    type: 'object',
    description: 'checks by id; `use` takes some from the base world',
    properties: { use: { type: 'array', items: { type: 'string' } } },
    additionalProperties: { $ref: '#/definitions/check' },
  };
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Brownout exercise',
    ...envelope,
    definitions: {
      service: patchable(convert(service.extend(LIKE))),
      client: patchable(convert(client)),
      operation: patchable(convert(operation)),
      calls: patchable(convert(callSettings)),
      order: ORDER,
      filterPolicy: FILTER_POLICY,
      step: oneOfKinds(stepForms),
      meshSettings: patchable(convert(meshDestination)),
      fault: oneOfKinds(faultForms),
      check: { anyOf: [...checkForms.values()].map(convert) },
    },
  };
}

function convert(schema: z.ZodType): Json {
  const json = z.toJSONSchema(schema, {
    target: 'draft-07',
    io: 'input',
    unrepresentable: 'any',
    override({ zodSchema, jsonSchema, path }) {
      const target = jsonSchema as Json;
      const name = path.length > 0 ? NAMED.get(zodSchema) : undefined;
      const short = SHORT.get(zodSchema);
      if (name !== undefined) become(target, { $ref: `#/definitions/${name}` });
      if (short !== undefined) become(target, { anyOf: [short, { ...target }] });
    },
  }) as Json;
  const { $schema: _, definitions: __, ...rest } = json; // what occurs in many places is defined once, above
  return rest;
}

/** A step or a fault: one form for each kind. A patch may replace the kind, so the others may be there as null. */
function oneOfKinds(forms: ReadonlyMap<string, z.ZodType>): Json {
  const gone = Object.fromEntries([...forms.keys()].map((kind) => [kind, { type: 'null' }]));
  return {
    anyOf: [...forms.values()].map((form) => {
      const json = patchable(convert(form));
      return { ...json, properties: { ...gone, ...(json['properties'] as Json) } };
    }),
  };
}

function become(target: Json, other: Json): void {
  for (const key of Object.keys(target)) delete target[key];
  Object.assign(target, other);
}

/** A schema for a merge patch on what a schema describes. */
function patchable(json: Json): Json {
  const out: Json = {};
  for (const [key, value] of Object.entries(json)) {
    if (key === 'required' || key === 'default') continue;
    if (key === 'properties')
      out[key] = Object.fromEntries(
        Object.entries(value as Json).map(([name, inner]) => [name, orNull(inner)]),
      );
    else if (key === 'additionalProperties' && typeof value === 'object') out[key] = orNull(value);
    else if ((key === 'anyOf' || key === 'oneOf') && Array.isArray(value))
      out[key] = value.map((inner) => patchable(inner as Json));
    else out[key] = value;
  }
  return out;
}

const orNull = (json: unknown): Json => {
  const inner = patchable(json as Json);
  const nullable =
    inner['type'] === 'null' || (inner['anyOf'] as Json[] | undefined)?.some((one) => one['type'] === 'null');
  return nullable ? inner : { anyOf: [inner, { type: 'null' }] };
};
