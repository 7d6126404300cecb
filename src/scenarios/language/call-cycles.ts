import { callsOf, handlerOf } from '../../sim/service/calls-of.ts';
import { LIMITS } from './limits.ts';
import type { Span } from './source.ts';
import { runningSteps, type WorldView } from './world-view.ts';

interface Edge {
  readonly to: string;
  readonly at: Span;
}

/** Finds operations that call one another in a circle, and chains of calls beyond the limit. Messages end a chain. */
export function checkCycles(view: WorldView): void {
  const { problems } = view;
  const edges = new Map<string, readonly Edge[]>();
  for (const flow of view.flows) {
    const calls = runningSteps(flow).flatMap((name): Edge[] => {
      const step = flow.steps[name];
      const handler = step && handlerOf(step);
      const called = [...(step ? callsOf(step) : []), ...(handler ? [handler] : [])];
      return called.flatMap(({ to: address, at: way }): Edge[] => {
        const to = view.operationAt(address);
        return to === undefined ? [] : [{ to, at: view.at([...flow.path, 'steps', name, ...way]) }];
      });
    });
    edges.set(flow.address, calls);
  }
  const depths = new Map<string, number>();
  const told = new Set<string>();
  let tooDeep = false;

  function depthOf(address: string, chain: readonly string[]): number {
    const known = depths.get(address);
    if (known !== undefined) return known;
    let depth = 0;
    for (const { to, at } of edges.get(address) ?? []) {
      const here = [...chain, address];
      const loop = here.indexOf(to);
      if (loop >= 0) {
        const circle = [...here.slice(loop), to];
        const name = [...circle.slice(1)].sort(byCode).join(' ');
        if (!told.has(name))
          problems.add({
            code: 'world/call-cycle',
            at,
            message: `Calls run in a circle: ${circle.join(' -> ')}.`,
            fix: 'let one of them be a message',
          });
        told.add(name);
        continue;
      }
      const below = depthOf(to, here) + 1;
      if (below > LIMITS.callDepth && !tooDeep) {
        tooDeep = true;
        problems.add({
          code: 'limit/call-depth',
          at,
          message: `Calls go ${below} operations deep from here; the limit is ${LIMITS.callDepth}.`,
        });
      }
      depth = Math.max(depth, below);
    }
    depths.set(address, depth);
    return depth;
  }
  for (const address of edges.keys()) depthOf(address, []);
}

const byCode = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
