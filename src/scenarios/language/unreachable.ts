import type { Built } from './build-world.ts';
import type { ProblemList } from './problem-list.ts';
import type { Source, Span } from './source.ts';
import { runningSteps, WorldView } from './world-view.ts';

/** Tells of steps of the exercise that run in none of its worlds: no `order` names them, here or in any option. */
export function tellUnreachable(built: readonly Built[], source: Source, problems: ProblemList): void {
  const written = new Map<string, Span>();
  const running = new Set<string>();
  for (const { world, tree } of built) {
    const view = new WorldView(world, tree, problems);
    for (const flow of view.flows) {
      for (const name of runningSteps(flow)) running.add(`${flow.address}.${name}`);
      for (const name of Object.keys(flow.steps)) {
        const at = view.keyAt([...flow.path, 'steps', name]);
        if (at.source === source) written.set(`${flow.address}.${name}`, at);
      }
    }
  }
  for (const [address, at] of written) {
    if (running.has(address)) continue;
    problems.add({
      code: 'world/unreachable-step',
      at,
      message: `The step \`${address.split('.').at(-1)}\` is in no \`order\`, here or in any option.`,
      fix: 'name it in an order, or take it out',
    });
  }
}
