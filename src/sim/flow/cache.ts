import type { CacheSettings } from '../world/schema/cache.ts';
import type { StepContext } from './act.ts';
import type { Node } from './modify.ts';
import { remembered } from './remember.ts';

/** Answers a step from memory while what it remembers is fresh, as HTTP's Cache-Control names it. */
export function cached(node: Node, settings: CacheSettings, { system, place, formulas }: StepContext): Node {
  const key = settings.key === null ? null : formulas.compile(settings.key, `${place.text}.cache.key`);
  const lifetime = {
    fresh: settings['max-age'],
    staleWhileRevalidate: settings['stale-while-revalidate'],
    staleIfError: settings['stale-if-error'],
  };
  const policy = {
    coalesce: settings.coalesce,
    conditional: false,
    name: (frame: Parameters<Node>[0]) =>
      `${place.text}?${key ? String(key.value(frame)) : JSON.stringify(frame.request.body)}`,
    lifetime: () => lifetime,
  };
  return remembered(node, policy, system, place);
}
