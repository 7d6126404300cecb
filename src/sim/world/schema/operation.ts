import { z } from 'zod';
import { nearest } from '../../expression/suggest.ts';
import { stepsByVerb } from '../../service/steps/index.ts';
import { backoff, distribution, duration } from '../quantities.ts';
import { cacheSettings } from './cache.ts';
import { declareForms, expression, fields, id, idMap, operationPlace } from './common.ts';
import { factMap } from './facts.ts';

/** What any step may carry beside its verb. */
export const modifiers = {
  when: expression.nullable().default(null),
  forEach: expression.nullable().default(null),
  /** Elements of `forEach` in progress at once. */
  concurrency: z.int().min(1).max(10_000).default(1),
  fallback: z.unknown().optional(),
  /** How long a database step holds its connection. */
  takes: distribution.nullable().default(null),
  pool: id.nullable().default(null),
  cache: cacheSettings.nullable().default(null),
  undo: z
    .strictObject({ call: operationPlace, with: fields.nullable().default(null) })
    .nullable()
    .default(null),
  pivot: z.boolean().default(false),
  fact: factMap.nullable().default(null),
  of: expression.nullable().default(null),
};

const modifierObject = z.strictObject(modifiers);
export type Modifiers = z.output<typeof modifierObject>;
/** Modifiers with their defaults, for steps that are made and not written. */
export const modifiersOf = (given: z.input<typeof modifierObject>): Modifiers => modifierObject.parse(given);

/** A step after reading: its verb, the verb's own fields, and the modifiers that any step may carry. */
export interface Step {
  readonly verb: string;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly modifiers: Modifiers;
}

const bare = Object.fromEntries(Object.entries(modifiers).filter(([name]) => name !== 'fact'));

/** One strict object for each verb: the verb's own fields and the modifiers. */
export const stepForms: ReadonlyMap<string, z.ZodObject> = new Map(
  [...stepsByVerb].map(([verb, step]) => [
    verb,
    z
      .strictObject({ ...(verb === 'fact' ? bare : modifiers), ...step.fields })
      .meta({ description: step.summary }),
  ]),
);

/** The verbs of a step: keys that name a verb, unless they are a setting of another verb there (`set` of an `insert`). */
function verbsOf(step: object): string[] {
  const named = Object.entries(step)
    .filter(([key, value]) => stepsByVerb.has(key) && value !== null && value !== undefined)
    .map(([key]) => key);
  const settingOf = (key: string, verb: string) =>
    verb !== key && (key === 'fact' || key in (stepsByVerb.get(verb)?.fields ?? {}));
  return named.filter((key) => !named.some((verb) => settingOf(key, verb)));
}

function noVerb(given: object): string {
  const near = Object.keys(given)
    .filter((key) => !(key in modifiers))
    .map((key) => nearest(key, stepForms.keys()))
    .find((verb) => verb !== undefined);
  return `a step needs a verb${near === undefined ? '' : `. Did you mean \`${near}\`?`}`;
}

/** A step: exactly one verb, and modifiers. */
export const step = z
  .custom<Record<string, unknown>>(
    (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
    {
      error: 'expected a step such as { call: payment.charge }',
    },
  )
  .transform((given, context): Step => {
    const found = verbsOf(given);
    const verb = found[0];
    if (verb === undefined || found.length > 1) {
      context.addIssue({
        code: 'custom',
        params:
          verb === undefined
            ? { code: 'no-verb', fix: `the verbs are: ${[...stepForms.keys()].join(' ')}` }
            : { verbs: found },
        message: verb === undefined ? noVerb(given) : `the step has two verbs, ${found.join(' and ')}`,
      });
      return z.NEVER;
    }
    const form = stepForms.get(verb) as z.ZodObject;
    const present = Object.fromEntries(
      Object.entries(given).filter(([key, value]) => value !== null || key === 'fallback'),
    );
    const result = form.safeParse(present);
    if (!result.success) {
      for (const issue of result.error.issues) context.addIssue({ ...issue } as never);
      return z.NEVER;
    }
    const own: Record<string, unknown> = {};
    const shared: Record<string, unknown> = {};
    const mine = stepsByVerb.get(verb)?.fields ?? {};
    for (const [key, value] of Object.entries(result.data)) (key in mine ? own : shared)[key] = value;
    if (verb === 'fact') shared.fact = null;
    return { verb, fields: own, modifiers: shared as Modifiers };
  });

declareForms(step, (given) => stepForms.get(verbsOf(given)[0] ?? ''));

/** What `order` is made of: names of steps, and groups, which nest. */
export type OrderItem =
  | string
  | { readonly parallel: readonly OrderItem[] }
  | { readonly transaction: readonly OrderItem[] }
  | { readonly xa: readonly OrderItem[] };

const orderItem: z.ZodType<OrderItem> = z.lazy(() =>
  z.union(
    [
      id,
      z.strictObject({ parallel: z.array(orderItem).min(1) }),
      z.strictObject({ transaction: z.array(orderItem).min(1) }),
      z.strictObject({ xa: z.array(orderItem).min(1) }),
    ],
    {
      error:
        'expected the name of a step, or a group: { parallel: [..] }, { transaction: [..] } or { xa: [..] }',
    },
  ),
);

/** How the steps of a flow run. */
export const order = z.array(orderItem);

const dedupeSettings = z.strictObject({
  key: expression,
  in: z.enum(['db', 'redis', 'memory']).default('db'),
  mark: z.enum(['with', 'before', 'after']).default('with'),
  keep: duration.nullable().default(null),
  /** Marks kept in memory at most. */
  size: z.int().min(1).default(100_000),
  /** Answer while the first request is still in progress; null: work on, the mark decides at the end. */
  whileBusy: z.int().min(400).max(599).nullable().default(null),
  /** Answer to a known key with other content; null: as to a repeat, without looking. */
  onMismatch: z.int().min(400).max(599).nullable().default(null),
});

const sagaSettings = z.strictObject({
  state: z.enum(['db', 'memory']).default('db'),
  stepTimeout: duration.default(30_000_000),
  retry: z
    .strictObject({
      maxAttempts: z.int().min(1).max(1000).default(3),
      backoff: backoff.default({ kind: 'exponential', base: 1_000_000, max: 30_000_000, jitter: 'none' }),
    })
    .prefault({}),
  undo: z
    .strictObject({
      /** `until-done`, or how many times an undo is tried in all. */
      retry: z.union([z.literal('until-done'), z.int().min(1)]).default('until-done'),
      /** Gives up after so many tries and leaves the undo for a person: `after 10`. */
      park: z
        .string()
        .regex(/^after [1-9]\d*$/, 'expected park: after 10')
        .nullable()
        .default(null),
      backoff: backoff.default({ kind: 'exponential', base: 1_000_000, max: 30_000_000, jitter: 'none' }),
    })
    .prefault({}),
});

/** What a service does when it is called: named steps, run from top to bottom unless `order` says otherwise. */
export const operation = z.strictObject({
  work: distribution.nullable().default(null),
  /** More for each request, or each in a batch; null: as its service says. */
  workPerItem: duration.nullable().default(null),
  priority: z.enum(['high', 'normal', 'low']).default('normal'),
  dedupe: dedupeSettings.nullable().default(null),
  saga: sagaSettings.nullable().default(null),
  steps: idMap(step).default({}),
  order: order.nullable().default(null),
});

export type Operation = z.output<typeof operation>;
export type DedupeSettings = z.output<typeof dedupeSettings>;
export type SagaSettings = z.output<typeof sagaSettings>;
