import { z } from 'zod';
import { nearest } from '../../sim/expression/suggest.ts';
import { type CommonSettings, common } from './checks/check.ts';
import { type CheckKind, checks } from './checks/index.ts';
import { laterChecks, laterMessage } from './later.ts';

/** A check after reading: its kind, what it is aimed at, and all its settings. */
export interface CheckDocument {
  readonly kind: CheckKind;
  /** The entity, client, service or place it is about; empty where it is about the whole run. */
  readonly target: string;
  readonly settings: Readonly<Record<string, unknown>> & CommonSettings;
}

/** The checks of an exercise, by id. */
export type Checks = Readonly<Record<string, CheckDocument>>;

/** Words that make a check an invariant, which has no verb of its own. */
const INVARIANT_WORDS = ['every', 'must', 'finally'];

/** One strict object for each kind of check: its own settings and those that any check may carry. */
export const checkForms: ReadonlyMap<CheckKind, z.ZodObject> = new Map(
  Object.entries(checks).map(([kind, { summary, fields }]) => [
    kind as CheckKind, // the keys of the list are the kinds
    z.strictObject({ ...common, ...fields }).meta({ description: summary }),
  ]),
);

/** Every word that can make a document a check of a certain kind. */
const CHECK_VERBS: readonly string[] = [
  ...INVARIANT_WORDS,
  ...Object.keys(checks).filter((kind) => kind !== 'invariant'),
];

/** The kinds that a document's words name: one, if it is right. */
export function checkKindsOf(given: object): CheckKind[] {
  const words = Object.entries(given)
    .filter(([, value]) => value !== null && value !== undefined)
    .map(([word]) => word);
  const verbs = words.filter(
    (word): word is CheckKind => word !== 'invariant' && Object.hasOwn(checks, word),
  );
  if (verbs.length > 0) return verbs;
  return words.some((word) => INVARIANT_WORDS.includes(word)) ? ['invariant'] : [];
}

const forms = z.union([...checkForms.values()] as [z.ZodObject, ...z.ZodObject[]]);

/** A check as people write it: `{ every: order, must: charged <= 1 }`, `{ slo: shoppers, p99: 800ms }`. */
export const check = z
  .custom<Record<string, unknown>>(
    (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
    {
      error: 'expected a check such as { every: order, must: charged <= 1 }',
    },
  )
  .meta({ override: forms })
  .transform((given, context): CheckDocument => {
    const refuse = (message: string, path: string[] = []) => {
      context.addIssue({ code: 'custom', message, path });
      return z.NEVER;
    };
    const later = Object.keys(given).find((word) => Object.hasOwn(laterChecks, word));
    if (later !== undefined) return refuse(laterMessage(later) as string, [later]);
    const [kind, ...others] = checkKindsOf(given);
    if (kind === undefined) return refuse(noKind(given));
    if (others.length > 0) {
      return refuse(`the check has two verbs, \`${kind}\` and \`${others[0]}\`. Set one to null`);
    }
    const present = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== null));
    const result = (checkForms.get(kind) as z.ZodObject).safeParse(present);
    if (!result.success) {
      for (const issue of result.error.issues) context.addIssue({ ...issue } as never);
      return z.NEVER;
    }
    const settings = result.data as CheckDocument['settings'];
    const wrong = kind === 'invariant' ? senseless(settings) : goalless(kind, settings);
    if (wrong !== undefined) return refuse(wrong);
    const target = settings[kind === 'invariant' ? 'every' : kind];
    return { kind, target: typeof target === 'string' ? target : '', settings };
  });

function noKind(given: object): string {
  const near = Object.keys(given)
    .map((word) => nearest(word, CHECK_VERBS))
    .find((word) => word !== undefined);
  const hint = near === undefined ? '' : `. Did you mean \`${near}\`?`;
  return `a check needs a verb: one of ${CHECK_VERBS.join(', ')}${hint}`;
}

const GOALS: Partial<Record<CheckKind, readonly [what: string, goals: readonly string[]]>> = {
  slo: ['a service level', ['success', 'p50', 'p90', 'p95', 'p99', 'rate']],
  traced: ['a check of traces', ['share', 'stored']],
};

function goalless(kind: CheckKind, settings: Readonly<Record<string, unknown>>): string | undefined {
  const [what, goals = []] = GOALS[kind] ?? [];
  if (what === undefined || goals.some((goal) => settings[goal] !== null)) return undefined;
  return `${what} needs a goal: one of ${goals.join(', ')}`;
}

/** What settings of an invariant mean nothing together. */
function senseless(settings: Readonly<Record<string, unknown>>): string | undefined {
  if (settings.must === null && settings.finally === null) {
    return 'a check of `every` entity needs `must` or `finally`: what is to be true';
  }
  if (settings.within !== null && settings.must === null) {
    return '`within` says by when `must` is to be true: there is no `must`';
  }
  if (settings.every === null && (settings.if !== null || settings.within !== null)) {
    return '`if` and `within` speak of one entity: say which sort with `every`';
  }
  return undefined;
}
