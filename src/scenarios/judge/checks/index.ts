import { aligned } from './aligned.ts';
import { amplification } from './amplification.ts';
import type { CheckDefinition } from './check.ts';
import { compatible } from './compatible.ts';
import { cost } from './cost.ts';
import { deployed } from './deployed.ts';
import { fresh } from './fresh.ts';
import { invariant } from './invariant.ts';
import { ordered } from './ordered.ts';
import { recovers } from './recovers.ts';
import { refused } from './refused.ts';
import { slo } from './slo.ts';
import { traced } from './traced.ts';

/** Every kind of check. To add one: write its file, then list it here. */
export const checks = {
  invariant,
  slo,
  recovers,
  amplification,
  fresh,
  ordered,
  refused,
  compatible,
  deployed,
  aligned,
  traced,
  cost,
} as const satisfies Record<string, CheckDefinition>;

export type CheckKind = keyof typeof checks;
