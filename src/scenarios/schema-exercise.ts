import { z } from 'zod';
import { share } from '../sim/world/quantities.ts';
import { expression, id } from '../sim/world/schema/common.ts';
import { check } from './judge/document.ts';
import { LIMITS } from './language/limits.ts';

/** The version of the language that this program reads. */
export const FORMAT = 1;

const line = z
  .string()
  .min(1)
  .max(LIMITS.title)
  .meta({ description: `one line of text, at most ${LIMITS.title} characters` });
const prose = z.string().min(1).max(LIMITS.text);

/** A merge patch on the world: checked when it has been merged, since only then it is whole. */
const patch = z
  .record(z.string(), z.unknown())
  .meta({ description: 'a JSON Merge Patch on the world; null deletes' });

/** `40..80`, a range that both ends belong to. */
const range = z
  .string()
  .regex(/^-?\d+(\.\d+)?\.\.-?\d+(\.\d+)?$/, 'expected a range such as 40..80')
  .transform((text) => {
    const at = text.indexOf('..', 1);
    return { from: Number(text.slice(0, at)), to: Number(text.slice(at + 2)) };
  });

const ids = z.array(id);

/** What an option leads to. */
const expectSchema = z.strictObject({
  holds: z
    .union([z.literal('all'), ids])
    .default([])
    .meta({ description: 'checks that hold in every seed, or all' }),
  fails: ids.default([]).meta({ description: 'checks that fail; the first of them breaks first' }),
  mayFail: ids.default([]).meta({ description: 'checks that may fail without being reported' }),
  share: share.default(950_000).meta({ description: 'in how many seeds each of `fails` fails, at least' }),
  because: prose.nullable().default(null),
  sees: z
    .record(z.string(), range)
    .default({})
    .meta({ description: 'numbers that the text promises: { CEL: 40..80 }' }),
});

const optionSchema = z.strictObject({
  id,
  label: line,
  grade: z
    .union([z.literal(0), z.literal(1), z.literal(3), z.literal(5)], {
      error: 'expected 5 (best), 3 (works at a price), 1 (sane, but no solution here) or 0 (makes it worse)',
    })
    .meta({ description: '5 best, 3 works at a price, 1 sane but no solution here, 0 makes it worse' }),
  expect: expectSchema.prefault({}),
  consequence: prose
    .nullable()
    .default(null)
    .meta({ description: 'what the learner reads after having chosen it' }),
  teaches: z
    .boolean()
    .default(false)
    .meta({ description: 'the answer that the exercise teaches: without it the design must fail' }),
  points: z.int().min(0).default(0),
  pattern: z
    .record(z.string(), z.unknown())
    .optional()
    .meta({ description: 'named patterns and their parameters' }),
  patch: patch.optional(),
  set: z
    .unknown()
    .optional()
    .meta({ description: 'a JSON Merge Patch, or a bare value, at the decision’s `at`' }),
});

const decisionSchema = z.strictObject({
  id,
  ask: prose,
  at: z
    .string()
    .optional()
    .meta({ description: 'the place in the world that `set` changes, such as services/payment/calls' }),
  /** Refused by name: this version has no decisions that are answered by pointing. */
  point: z.unknown().optional(),
  options: z.array(optionSchema).min(2),
});

const predict = z.strictObject({
  ask: prose,
  answers: z.array(line).min(2).max(8),
  measure: expression
    .nullable()
    .default(null)
    .meta({ description: 'CEL on the run: the index of the true answer, from 0' }),
});

const explain = z.strictObject({
  ask: prose,
  answers: z
    .array(
      z.strictObject({
        text: prose,
        true: z
          .union([
            z.boolean(),
            z.literal('yes').transform(() => true),
            z.literal('no').transform(() => false),
          ])
          .default(false),
      }),
    )
    .min(2)
    .max(8),
});

const variationSchema = z.strictObject({
  id,
  ask: prose,
  of: z.string().meta({ description: 'the option it is tried on: its id, or decision=option' }),
  patch,
  expect: expectSchema.prefault({}),
});

const names = z.array(z.string());

/** What the world of an exercise has beside the parts of a world. */
export const worldHead = {
  use: z.string().optional().meta({ description: 'the base world it starts from' }),
  keep: names.optional().meta({
    description: 'what is kept of the base world; steps, routes and consumers naming anything else go too',
  }),
  stub: names.optional().meta({ description: 'services that answer {} at once' }),
};

/** An exercise as its file writes it, but for the world, which is checked when it is whole. */
export const exerciseSchema = z.strictObject({
  format: z.int(),
  id: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9-]{0,39}$/, 'an id is letters, digits and dashes, at most 40')
    .meta({ description: 'never changes: progress hangs on it' }),
  title: line,
  chapter: z
    .union([z.int().min(0), line])
    .nullable()
    .default(null),
  style: z.enum(['try-first', 'worked', 'incident', 'capstone']).default('try-first'),
  minutes: z.int().min(1).max(240).nullable().default(null),
  objectives: z.array(prose).default([]),
  brief: prose,
  predict: predict.nullable().default(null),
  world: z.record(z.string(), z.unknown()),
  decide: z.array(decisionSchema).max(LIMITS.decisions).default([]),
  checks: z.record(z.string(), z.unknown()),
  explain: explain.nullable().default(null),
  vary: z.array(variationSchema).max(LIMITS.options).default([]),
  budget: z.int().min(0).nullable().default(null),
  hints: z
    .array(prose)
    .default([])
    .refine((hints) => hints.length === 0 || hints.length === 3, {
      error: 'an exercise has three hints, each saying more than the one before, or none',
    }),
  debrief: prose.nullable().default(null),
  whenNot: prose.nullable().default(null),
  realWorld: prose.nullable().default(null),
  sources: z.array(line).default([]),
  seeds: z
    .strictObject({
      practice: z
        .union([z.int().min(0), z.string().regex(/^[A-Za-z0-9._-]{1,40}$/, 'a seed is a number or a word')])
        .default(7),
      grade: z.int().min(1).max(10_000).default(20),
    })
    .prefault({}),
  /** Whether three times the capacity alone may pass. */
  bigbox: z.enum(['allowed', 'refused']).default('refused'),
});

export type ExerciseDocument = z.output<typeof exerciseSchema>;

/** The checks of an exercise, once those taken from the base world are among them. */
export const checksSchema = z.record(id, check);
