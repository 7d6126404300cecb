import type { Micros } from '../kernel/time.ts';

const SECOND = 1_000_000;

/** What a `Cache-Control` header allows a shared cache (RFC 9111, 5.2.2; RFC 5861). Times are null where it says nothing. */
export interface CacheControl {
  readonly noStore: boolean;
  /** Kept, and asked about each time. */
  readonly noCache: boolean;
  readonly isPrivate: boolean;
  /** Once stale it is not used without asking, whatever else is allowed. */
  readonly mustRevalidate: boolean;
  /** Whether it may be kept although its request had credentials. */
  readonly forEverybody: boolean;
  readonly maxAge: Micros | null;
  readonly staleWhileRevalidate: Micros;
  readonly staleIfError: Micros;
}

/** Reads a header. Directives that it does not know it ignores, as it must. */
export function parseCacheControl(header: string): CacheControl {
  const given = new Map<string, string>();
  for (const part of header.split(',')) {
    const [name = '', value = ''] = part.trim().toLowerCase().split('=');
    given.set(name, value.replaceAll('"', ''));
  }
  const time = (name: string): Micros | null => {
    const value = given.get(name);
    return value !== undefined && /^\d+$/.test(value) ? Number(value) * SECOND : null;
  };
  const shared = time('s-maxage');
  const mustRevalidate =
    given.has('must-revalidate') || given.has('proxy-revalidate') || given.has('s-maxage');
  return {
    noStore: given.has('no-store'),
    noCache: given.has('no-cache'),
    isPrivate: given.has('private'),
    mustRevalidate,
    forEverybody: given.has('public') || given.has('s-maxage') || given.has('must-revalidate'),
    maxAge: shared ?? time('max-age'),
    staleWhileRevalidate: mustRevalidate ? 0 : (time('stale-while-revalidate') ?? 0),
    staleIfError: mustRevalidate ? 0 : (time('stale-if-error') ?? 0),
  };
}
