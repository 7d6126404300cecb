/** By operation, with `*` for all of them: the workloads that a rule names, with `*` for any that has an identity. */
type Rules = Readonly<Record<string, readonly string[]>>;

/** Istio's AuthorizationPolicies for one service, by what they do; null: there is none of that kind. */
export interface Authorization {
  readonly deny: Rules | null;
  readonly allow: Rules | null;
}

/**
 * Whether a peer may call an operation: not if a DENY rule names it; if there are ALLOW rules, only if one names it.
 *
 * An ALLOW policy without rules lets nobody in. A peer without a certificate has no identity (null), and no rule names
 * it. Source: Istio's `authorization_policy.proto`.
 */
export function isAllowed({ deny, allow }: Authorization, operation: string, peer: string | null): boolean {
  if (deny && names(deny, operation, peer)) return false;
  return allow === null || names(allow, operation, peer);
}

function names(rules: Rules, operation: string, peer: string | null): boolean {
  if (peer === null) return false;
  return [rules[operation], rules['*']].some((peers) => peers?.includes(peer) || peers?.includes('*'));
}
