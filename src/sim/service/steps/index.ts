import { call } from './call.ts';
import { remove } from './delete.ts';
import { fact } from './fact.ts';
import { fail } from './fail.ts';
import { graphql } from './graphql.ts';
import { insert } from './insert.ts';
import { lock } from './lock.ts';
import { publish } from './publish.ts';
import { query } from './query.ts';
import { read } from './read.ts';
import { reply } from './reply.ts';
import { send } from './send.ts';
import { set } from './set.ts';
import type { StepDefinition } from './step.ts';
import { unlock } from './unlock.ts';
import { update } from './update.ts';
import { upsert } from './upsert.ts';
import { wait } from './wait.ts';
import { work } from './work.ts';

/**
 * Every verb a flow may use. To add one: write its file, then list it here.
 *
 * `set` and `fact` come last: they are verbs only where no other stands beside them.
 */
export const steps = {
  work,
  call,
  graphql,
  publish,
  reply,
  send,
  fail,
  read,
  query,
  insert,
  update,
  upsert,
  delete: remove,
  wait,
  lock,
  unlock,
  set,
  fact,
} as const satisfies Record<string, unknown>;

/** The same list, for those who look a verb up by its name. */
export const stepsByVerb: ReadonlyMap<string, StepDefinition> = new Map(
  Object.entries(steps) as unknown as [string, StepDefinition][], // each compiles the settings that its own fields describe
);
