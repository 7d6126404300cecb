/** What a route takes: a method and a path, of which parts in braces may be anything. */
export interface Match {
  /** Null: any method. */
  readonly method: string | null;
  readonly path: string;
  /** Names in braces, which are fields of the request. */
  readonly params: readonly string[];
}

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

/** Reads `GET /products/{sku}`, or a path alone; undefined where the text is neither. */
export function parseMatch(text: string): Match | undefined {
  const [, method = null, path] = /^(?:([A-Z]+) )?(\/[^\s]*)$/.exec(text.trim()) ?? [];
  if (path === undefined || (method !== null && !METHODS.includes(method))) return undefined;
  const parts = path.split('/');
  if (parts.some((part) => /[{}]/.test(part) && !/^\{[A-Za-z][A-Za-z0-9]*\}$/.test(part))) return undefined;
  const params = parts.filter((part) => part.startsWith('{')).map((part) => part.slice(1, -1));
  return new Set(params).size === params.length ? { method, path, params } : undefined;
}

/** RFC 9110: asking changes nothing, so a cache may answer. */
export const isSafe = ({ method }: Match): boolean =>
  method === null || method === 'GET' || method === 'HEAD' || method === 'OPTIONS';

/** What two routes that cannot be told apart have in common: names in braces say nothing to a router. */
export const shapeOf = ({ method, path }: Match): string =>
  `${method ?? '*'} ${path.replaceAll(/\{[^}]*\}/g, '{}')}`;
