import { documentHash, NOT_FOUND } from '../graphql/documents.ts';
import type { Outcome } from '../outcome.ts';
import type { Call } from './call-through.ts';

/**
 * A call with the hash of its query, in place of its text or beside it; one without a query, or of a batch, as it is.
 *
 * A request that says how long it is (`bytes`) says so of the text.
 */
export function hashed(call: Call, text: 'instead' | 'beside'): Call {
  const { query, bytes: _bytes, ...rest } = call.body;
  if (typeof query !== 'string' || call.batch) return call;
  const persistedQuery = documentHash(query);
  return {
    ...call,
    body: text === 'instead' ? { ...rest, persistedQuery } : { ...call.body, persistedQuery },
  };
}

/** Whether who was asked does not know the query, but would if it were told the text. */
export const wantsText = ({ failure }: Outcome): boolean => failure?.reason === NOT_FOUND;
