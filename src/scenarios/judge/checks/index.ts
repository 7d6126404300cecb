import type { CheckDefinition } from './check.ts';
import { invariant } from './invariant.ts';
import { slo } from './slo.ts';

/** Every kind of check. To add one: write its file, then list it here. */
export const checks = { invariant, slo } as const satisfies Record<string, CheckDefinition>;

export type CheckKind = keyof typeof checks;
