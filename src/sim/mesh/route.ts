import type { Body } from '../flow/request.ts';

/** A rule that sends requests with certain headers to a version. */
interface Rule {
  /** Fields of the request, all of which must fit. */
  readonly headers: Readonly<Record<string, { readonly exact: string } | { readonly prefix: string }>>;
  readonly to: string;
}

/** Which version of a destination gets a request. */
export interface Routing {
  /** The first that fits counts. */
  readonly rules: readonly Rule[];
  /** Versions by their shares; null: any instance may get it. */
  readonly weights: Readonly<Record<string, number>> | null;
}

/**
 * The version for one request, for a number from 0 to 1 of its own luck; null where any will do, undefined for no route.
 *
 * Shares are drawn for each request, so counts fluctuate around them. Source: Istio's `HTTPRoute`.
 */
export function versionFor({ rules, weights }: Routing, body: Body, u: number): string | null | undefined {
  const rule = rules.find(({ headers }) =>
    Object.entries(headers).every(([name, want]) => fits(body[name], want)),
  );
  if (rule) return rule.to;
  if (weights === null) return null;
  const total = Object.values(weights).reduce((sum, weight) => sum + weight, 0);
  let left = u * total;
  for (const [version, weight] of Object.entries(weights)) {
    left -= weight;
    if (left < 0) return version;
  }
  return undefined;
}

function fits(value: unknown, want: Rule['headers'][string]): boolean {
  if (value === undefined || value === null) return false;
  const text = String(value);
  return 'exact' in want ? text === want.exact : text.startsWith(want.prefix);
}
