import type { Formula } from '../flow/formula.ts';
import type { Frame } from '../flow/frame.ts';
import type { Node } from '../flow/modify.ts';
import { type CachePolicy, type Lifetime, remembered } from '../flow/remember.ts';
import type { Success } from '../outcome.ts';
import type { Name } from '../recorder.ts';
import { userOf } from '../security/token.ts';
import type { System } from '../system.ts';
import type { RouteCache } from '../world/schema/gateway.ts';
import { type CacheControl, parseCacheControl } from './cache-control.ts';
import { isSafe, type Match } from './match.ts';

/**
 * A shared HTTP cache in front of a route (RFC 9111, RFC 5861): what the service behind says of its answer counts; the
 * route's own `max-age` is for answers that say nothing, whoever asked for them.
 */
export function httpCached(
  node: Node,
  settings: RouteCache,
  match: Match | null,
  key: Formula | null,
  system: System,
  place: Name,
): Node {
  if (match && !isSafe(match)) return node;
  const known = new Map<string, CacheControl>();

  function read(header: string): CacheControl {
    const parsed = known.get(header) ?? parseCacheControl(header);
    known.set(header, parsed);
    return parsed;
  }

  const byDefault: Lifetime | null =
    settings['max-age'] === null
      ? null
      : {
          fresh: settings['max-age'],
          staleWhileRevalidate: settings['stale-while-revalidate'],
          staleIfError: settings['stale-if-error'],
        };

  function url(frame: Frame): string {
    if (key) return String(key.value(frame));
    const { body } = frame.request;
    const named = match && match.params.length > 0 ? match.params : Object.keys(body);
    return JSON.stringify(named.map((name) => body[name] ?? null));
  }

  const policy: CachePolicy = {
    coalesce: settings.coalesce,
    conditional: true,
    name(frame) {
      const { credentials } = frame.request;
      const vary = settings.vary.map((what) =>
        what === 'client' ? credentials.caller : userOf(credentials),
      );
      return [place.text, url(frame), ...vary].join('?');
    },
    lifetime({ head }: Success, frame) {
      if (!head?.cacheControl) return byDefault;
      const control = read(head.cacheControl);
      if (control.noStore || control.isPrivate) return null;
      if (frame.request.credentials.token !== null && !control.forEverybody) return null;
      const fresh = control.noCache ? 0 : (control.maxAge ?? byDefault?.fresh ?? 0);
      const { mustRevalidate, staleWhileRevalidate, staleIfError } = control;
      if (mustRevalidate || control.noCache) return { fresh, staleWhileRevalidate: 0, staleIfError: 0 };
      return {
        fresh,
        staleWhileRevalidate: Math.max(staleWhileRevalidate, settings['stale-while-revalidate']),
        staleIfError: Math.max(staleIfError, settings['stale-if-error']),
      };
    },
  };
  return remembered(node, policy, system, place);
}
