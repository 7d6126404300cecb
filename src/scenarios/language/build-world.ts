import type { World } from '../../sim/world/schema/world.ts';
import { worldSchema } from '../../sim/world/schema/world.ts';
import { refuseLater } from '../later.ts';
import { tellIssues } from './issues.ts';
import type { ProblemList } from './problem-list.ts';
import { layerCalls, layerMesh, resolveLikes } from './templates.ts';
import { type Node, plain } from './tree.ts';
import { resolveVersions } from './versions.ts';
import { checkWorld } from './world-checks.ts';

/** Words that people take from neighbouring products. */
const REMARKS: Readonly<Record<string, string>> = {
  retries: '`retries` is the sidecar’s: mesh.<callee>.retries',
  attempts:
    '`attempts` is the sidecar’s and does not count the first try; here it is `retry: { maxAttempts: … }`',
  perTryTimeout: 'per attempt it is `timeout`',
  startupProbe: 'a probe stands in the `pod` of its service',
  readinessProbe: 'a probe stands in the `pod` of its service',
  livenessProbe: 'a probe stands in the `pod` of its service',
  preStop: 'the hook stands in the `pod` of its service',
  terminationGracePeriod: 'it is `terminationGracePeriodSeconds`, in the `pod` of its service',
  cpu: 'capacity is `replicas` and `workers`',
  kind: 'a fault is written `verb: target`, such as { latency: payment, x: 4 }',
  with: 'a fault’s settings stand beside its verb: { latency: payment, x: 4 }',
};

/** A world that was merged to its end, and the tree it was read from. */
export interface Built {
  readonly world: World;
  readonly tree: Node;
}

/**
 * Makes a world of a merged tree: `like` and call settings are resolved, what this version lacks is refused, defaults
 * are filled in, and everything that is named is looked up. Problems are collected; with any, there may be no world.
 */
export function buildWorld(merged: Node, problems: ProblemList): Built | undefined {
  const before = problems.told;
  const resolved = resolveVersions(resolveLikes(merged, problems));
  if (problems.told > before) return undefined;
  const tree = refuseLater(layerMesh(layerCalls(resolved)), problems);
  const refused = problems.told > before;
  const result = worldSchema.safeParse(plain(tree));
  if (!result.success) {
    tellIssues(
      result.error.issues,
      { root: tree, schema: worldSchema, area: 'world', remarks: REMARKS },
      problems,
    );
    return undefined;
  }
  if (!refused) checkWorld(result.data, tree, problems);
  return problems.told === before ? { world: result.data, tree } : undefined;
}
