import type { Route } from '../world/schema/gateway.ts';

/** The operations that a route may lead to, the usual one first. */
export const destinationsOf = ({ to, rules, weights }: Route): readonly string[] => [
  ...new Set([to, ...Object.values(rules).map((rule) => rule.to), ...Object.keys(weights ?? {})]),
];
